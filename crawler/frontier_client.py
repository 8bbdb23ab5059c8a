"""The async door to the archive for one run: what it discovers, claims and settles, and how far its backfill is."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from archive.coverage.report import KnownMissing, known_missing
from archive.crawl_state.settlements import GoneRule
from archive.errors import ArchiveError
from archive.outage import sit_out

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.model.crawl.backfill import Filled, Window
    from archive.model.crawl.frontier import DiscoveredUrl, Entry, FindVerdict, LeasedUrl
    from archive.model.crawl.outcome import Miss
    from archive.model.crawl.page import Page
    from archive.model.crawl.run import Run

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
RunRole = Literal["leads", "helps", "over"]  # looks for more, helps a run that does, or ends with it
LEADS: Final[RunRole] = "leads"
HELPS: Final[RunRole] = "helps"
OVER: Final[RunRole] = "over"
Fate = Literal["due", "kept", "gone", "passed_over", "refused", "doubted", "failed", "left"]
FATES: Final[tuple[Fate, ...]] = ("due", "kept", "gone", "passed_over", "refused", "doubted", "failed", "left")
"""What becomes of a claimed address, `due` being all of them: its article is kept, or gone; it is not wanted after all;
robots.txt refuses it; its page is not believed yet; it failed; or the run ended before its outcome."""


class FrontierClient:
    """One run's client of the archive; each call blocks in a thread, and raises `DatabaseUnavailable` after an outage.

    Args:
        open_archive: Opens the archive; called in a thread.
        outage_limit: Seconds that the database may stay away.
        lease: Seconds that the run may hold an address.
        gone: When an article counts as gone.

    Attributes:
        lease: Seconds that the run may hold an address.
        run_id: The `_id` of the run's document; None before the run has begun.
        outstanding: Keys that this run has claimed and not settled yet, with the moment of `time.monotonic`.
        changed: Set whenever an address was discovered or settled: there may be something to do.
        fresh: Whether there may be addresses to claim that the last claim did not see.
        sums: What became of the addresses that this run has claimed; the others add up to `due` once `left` is known.
        ending: Set when the run is to end: a database that is away is then not waited for.
    """

    def __init__(self, open_archive: Callable[[], Archive], outage_limit: float, lease: float, gone: GoneRule) -> None:
        self._open_archive = open_archive
        self._outage_limit = outage_limit
        self.lease = lease
        self._gone = gone
        self._archive: Archive | None = None
        self.run_id: Any = None
        self._run: Run | None = None
        self._began = _now()
        self.outstanding: dict[str, float] = {}
        self.sums: Counter[Fate] = Counter(dict.fromkeys(FATES, 0))
        self._recording: set[asyncio.Task[None]] = set()
        self.changed = asyncio.Event()
        self.fresh = True
        self.ending = asyncio.Event()

    # ---- The run ----------------------------------------------------------------------------------------------------

    async def begin(self, spider: str, arguments: dict[str, Any], kind: str, versions: dict[str, str]) -> None:
        """Open the archive, free the leases of dead runs, and record that a run has begun."""
        self._archive = await sit_out(self._open_archive, self._outage_limit, ending=self.ending)
        run = await self.call(lambda archive: archive.runs.begin(spider, arguments, kind=kind, versions=versions))
        self._run, self.run_id = run, run.id
        self._began = run.started_at
        await self.release_dead()
        await self.call(lambda archive: archive.wrong_clock.mend(_now()))

    @property
    def run(self) -> Run:
        """The run.

        Raises:
            RuntimeError: None has begun.
        """
        if self._run is None:
            raise RuntimeError("no run has begun")
        return self._run

    async def turn(self, host: str, delay: float) -> float:
        """Return the seconds until this run may ask a host: see `archive.crawl_state.turns`."""
        return await self.call(lambda archive: archive.turns.take(host, delay))

    async def role(self) -> RunRole:
        """Return what this run is to do: without other workers, look for more itself."""
        return LEADS

    async def linger(self) -> bool:
        """Wait for other workers, and return whether they may still bring something: without any, no."""
        return False

    async def last_newest(self, spider: str, kind: str) -> datetime | None:
        """Return the newest publication in the last complete run of a kind; None if no run of it was complete."""
        document = await self.call(lambda archive: archive.runs.last_complete(spider, kind))
        newest: datetime | None = document["newest_published_at"] if document else None
        return newest

    async def heartbeat(self, counts: dict[str, int]) -> None:
        """Record that the run is alive, and its counts; tried once, since a beat more or less does not matter."""
        await asyncio.to_thread(self._opened.runs.heartbeat, self.run_id, counts)

    async def end(self, *, looks_count: bool, **outcome: Any) -> None:
        """Release leases, count looks that found nothing or forget them, record the end (`Runs.end`), and close."""
        if self._recording:
            await asyncio.wait(set(self._recording))
        if self._archive is None:
            return
        archive, run_id = self._archive, self.run_id
        self._archive = None
        try:
            await sit_out(
                lambda: self._write_end(archive, run_id, outcome, looks_count=looks_count), 0, ending=self.ending
            )
        finally:
            await asyncio.to_thread(archive.close)

    def end_at_once(self, **outcome: Any) -> None:
        """Do the same as `end` from another thread, where the run's own is deaf; `outcome`: as of `Runs.end`."""
        archive, self._archive = self._archive, None
        if archive is not None:
            self._write_end(archive, self.run_id, outcome, looks_count=False)

    # ---- Addresses --------------------------------------------------------------------------------------------------

    async def discover(self, discovered: Sequence[DiscoveredUrl]) -> dict[str, FindVerdict]:
        """Enter addresses, and return the frontier's verdict for each key."""
        verdicts = await self.call(lambda archive: archive.frontier.discover(discovered, _now()))
        if any(verdict in {"new", "changed"} for verdict in verdicts.values()):
            self.fresh = True
            self.changed.set()
        return verdicts

    async def lookup(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return the entries of those keys that were ever discovered."""
        return await self.call(lambda archive: archive.frontier.lookup(keys))

    async def claim(self, limit: int, **filters: Any) -> list[LeasedUrl]:
        """Return up to `limit` due addresses that it has not in hand, newest first, leased to it (`Frontier.claim`)."""
        run_id, lease = self.run_id, self.lease
        claimed = await self.call(lambda archive: archive.frontier.claim(run_id, limit, _now(), lease, **filters))
        others = [wanted for wanted in claimed if wanted.key not in self.outstanding]
        self.fresh = self.fresh or len(others) < len(claimed)  # what outlived its lease took the room of others
        self._hold(wanted.key for wanted in others)
        return others

    async def take(self, key: str) -> LeasedUrl | None:
        """Return one due address, leased to this run; None where it is not due, or another run holds it."""
        wanted = await self.call(lambda archive: archive.frontier.take(self.run_id, key, _now(), self.lease))
        self._hold([key] if wanted else [])
        return wanted

    async def retry(self, keys: Sequence[str], state: Literal["gone"] | None = None) -> int:
        """Make the addresses of some keys due now, of one state if it is given; return how many."""
        due = await self.call(lambda archive: archive.frontier.retry(state=state, keys=keys)) if keys else 0
        self.fresh = self.fresh or due > 0
        return due

    async def retry_refused(self, reason: str) -> int:
        """Make due what robots.txt refused when it was last asked for: its rules may be others; return how many."""
        due = await self.call(
            lambda archive: sum(archive.frontier.retry(state=state, reason=reason) for state in ("skipped", "kept"))
        )
        self.fresh = self.fresh or due > 0
        return due

    async def want_again(self, reasons: Sequence[str], since: datetime, until: datetime) -> int:
        """Want the addresses of a window that were skipped for some reasons, and return how many."""
        due = await self.call(lambda archive: archive.frontier.want_again(reasons, since, until, _now()))
        self.fresh = self.fresh or due > 0
        return due

    async def reach(self, reason: str, depth: int) -> int:
        """Want what was too deep when this run found it and is within reach now; return how many addresses."""
        return await self.call(lambda archive: archive.frontier.within_reach(reason, depth, self._began, _now()))

    async def others_hold(self, windows: Sequence[str]) -> bool:
        """Return whether other runs hold undated addresses of some backfills."""
        return await self.call(lambda archive: archive.frontier.held_by_others(self.run_id, windows)) > 0

    async def release_dead(self) -> None:
        """Release the leases of runs that have died."""
        self.fresh = await self.call(lambda archive: archive.frontier.release_dead(_now())) > 0 or self.fresh

    def settle(self, key: str, fate: Fate) -> None:
        """Note what became of a claimed address: it is in the database, or the address is `left` for another run."""
        if self.outstanding.pop(key, None) is not None:
            self.sums[fate] += 1
        self.changed.set()

    def all_sums(self) -> dict[str, int]:
        """Return `sums` by name, with what is outstanding as `left`."""
        sums: dict[str, int] = {str(fate): count for fate, count in self.sums.items()}
        return sums | {"left": sums["left"] + len(self.outstanding)}

    def fail(self, miss: Miss) -> None:
        """Begin to record a failure that reached no stage; its address is outstanding until that is in the database."""
        task = asyncio.get_running_loop().create_task(self._record(miss))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)

    @property
    def in_hand(self) -> dict[str, float]:
        """The outstanding keys whose outcome this run alone can bring, with the moment of `time.monotonic`."""
        return dict(self.outstanding)

    @property
    def is_recording(self) -> bool:
        """Whether failures are being recorded."""
        return bool(self._recording)

    @property
    def damaged(self) -> int:
        """How many documents of the archive were passed over, since they are not what the schema promises."""
        return 0 if self._archive is None else self._archive.database.damaged

    async def leave_doubts_due(self) -> None:
        """Leave every address due whose page this run held in doubt."""
        await self.call(lambda archive: archive.frontier.doubts_due(self.run_id))

    async def fetch_again(self, keys: Sequence[str]) -> None:
        """Make addresses due whose page has to come as a whole, not as a 304."""
        await self.call(lambda archive: archive.frontier.fetch_again(keys))

    def note_change(self) -> None:
        """Wake up the run that waits for something to do."""
        self.changed.set()

    async def wait(self) -> None:
        """Wait until an address is discovered or settled."""
        await self.changed.wait()
        self.changed.clear()

    async def kept_page(self, key: str) -> Page | None:
        """Return the newest page of a key with status 200, unpacked; None if there is none."""
        return await self.call(lambda archive: archive.pages.latest(key))

    async def kept_date(self, key: str) -> datetime | None:
        """Return the publication of the article that is kept under a key; None without article or date."""
        document = (await self.call(lambda archive: archive.articles.documents([key]))).get(key)
        return document["published_at"] if document else None

    async def authors(self, columns: Sequence[str]) -> list[str]:
        """Return the ids of the authors of the kept articles of some columns, sorted; `*` for all columns."""
        return await self.call(lambda archive: archive.articles.authors(None if "*" in columns else list(columns)))

    async def newest_note(self) -> int | None:
        """Return the number of the old site's newest kept article; None if none is kept with a date."""
        newest = await self.call(lambda archive: archive.articles.newest_note())
        return newest[0] if newest else None

    async def notes_around(self, moment: datetime, margin: timedelta) -> list[tuple[int, datetime]]:
        """Return number and date of the old site's last article before a moment and the first after it."""
        around = await self.call(lambda archive: archive.articles.notes_around(moment, margin))
        return [note for note in around if note]

    async def known_missing(self, window: Window, passed_over: Sequence[str]) -> KnownMissing:
        """Return what is known to be missing from a window; see `archive.coverage.report.known_missing`."""
        since, until, columns = window.since, window.until, window.wanted
        return await self.call(lambda archive: known_missing(archive, since, until, columns, passed_over=passed_over))

    async def backfills(self, identities: Sequence[str]) -> list[Filled]:
        """Return how far some backfills are, by `_id`; unknown ones are left out."""
        return await self.call(lambda archive: archive.backfills.some(identities))

    async def unfilled(self, window: Window) -> list[Window]:
        """Return what fills a window that goes on until now."""
        return await self.call(lambda archive: archive.backfills.unfilled(window))

    async def begin_backfill(self, window: Window, *, anew: bool) -> Filled:
        """Return how far a window is filled; from its beginning if `anew`."""
        return await self.call(lambda archive: archive.backfills.begin(window, anew=anew))

    async def note_cursor(self, window: Window, cursor: str | None) -> None:
        """Record the cursor of the interface's next page; None at the end."""
        await self.call(lambda archive: archive.backfills.note_interface(window, cursor))

    async def note_numbers(self, window: Window, first: int, last: int) -> Filled:
        """Record a window's first and last number, and return how far it is filled."""
        return await self.call(lambda archive: archive.backfills.note_numbers(window, first, last))

    async def advance(self, window: Window, begin: int, end: int) -> Filled:
        """Record that the numbers from `begin` up to `end` are in the frontier, and return how far the window is."""
        return await self.call(lambda archive: archive.backfills.advance(window, begin, end))

    async def complete_backfill(self, window: Window) -> None:
        """Record that a window is complete."""
        await self.call(lambda archive: archive.backfills.complete(window))

    # ---- Beneath ----------------------------------------------------------------------------------------------------

    @property
    def _opened(self) -> Archive:
        if self._archive is None:
            raise RuntimeError("the archive is not open: no run has begun")
        return self._archive

    async def call(self, call: Callable[[Archive], Answer]) -> Answer:
        """Return what a blocking call of the archive returns; an outage is sat out.

        Raises:
            DatabaseUnavailable: It lasted longer than the limit.
        """
        archive = self._opened
        return await sit_out(lambda: call(archive), self._outage_limit, archive.connection.ensure_running, self.ending)

    def _hold(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.sums["due"] += key not in self.outstanding
            self.outstanding[key] = time.monotonic()

    async def _record(self, miss: Miss) -> None:
        fate: Fate = "left"
        try:
            await self.call(lambda archive: archive.writer().save([miss], _now()))
            fate = "failed"
        except ArchiveError as error:
            logger.error("%s stays wanted, its failure could not be recorded: %s", miss.key, error)  # noqa: TRY400
        except Exception:
            logger.exception("%s stays wanted, its failure could not be recorded", miss.key)
        finally:
            self.settle(miss.key, fate)

    def _write_end(self, archive: Archive, run_id: str, outcome: dict[str, Any], *, looks_count: bool) -> None:
        archive.frontier.release(run_id)
        archive.settle_looks(run_id, self._gone, well=looks_count)
        archive.runs.end(run_id, **outcome)
        self._release_role(archive)

    def _release_role(self, archive: Archive) -> None:
        """Let another worker look for more, once the run's end is recorded; without other workers, nothing to do."""


def _now() -> datetime:
    return datetime.now(UTC)
