"""The async client of the archive for one run: it discovers, claims and settles addresses, and calls the archive."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from archive.crawl_state.settlements import GoneRule
from archive.errors import ArchiveError
from archive.outage import sit_out

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.model.crawl.frontier import DiscoveredUrl, Entry, FindVerdict, LeasedUrl
    from archive.model.crawl.outcome import Miss
    from archive.model.crawl.run import Run

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
RunRole = Literal["leads", "helps", "over"]  # looks for more, helps a run that does, or ends with it
LEADS: Final[RunRole] = "leads"
HELPS: Final[RunRole] = "helps"
OVER: Final[RunRole] = "over"
Fate = Literal["due", "kept", "gone", "passed_over", "refused", "doubted", "failed", "left"]
FATES: Final[tuple[Fate, ...]] = ("due", "kept", "gone", "passed_over", "refused", "doubted", "failed", "left")
"""The fates of claimed addresses; `due` counts all of them. The article is kept, or gone; it is not wanted after all;
robots.txt refuses the address; the page is in doubt; it failed; or the run ended before its outcome."""


class FrontierClient:
    """One run's client of the archive; each call runs in a thread, and raises `DatabaseUnavailable` after an outage.

    Methods here add what the run knows: its id, its lease, the addresses it holds. All else goes through `call`.

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
        sums: The fates of the addresses that this run has claimed; the others add up to `due` once `left` is known.
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

    async def role(self) -> RunRole:
        """Return this run's role: without other workers it leads."""
        return LEADS

    async def linger(self) -> bool:
        """Wait for other workers, and return whether they may still bring addresses; without others, False."""
        return False

    async def last_newest(self, spider: str, kind: str) -> datetime | None:
        """Return the newest publication in the last complete run of a kind; None if no run of it was complete."""
        document = await self.call(lambda archive: archive.runs.last_complete(spider, kind))
        newest: datetime | None = document["newest_published_at"] if document else None
        return newest

    async def heartbeat(self, counts: dict[str, int]) -> None:
        """Record that the run is alive, and its counts; tried once, since one missing heartbeat does no harm."""
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
        """Do the same as `end` from another thread, while the run's own is blocked; `outcome`: as of `Runs.end`."""
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
        """Make due the addresses that robots.txt refused last time, since its rules may change; return how many."""
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
        """Want addresses that were too deep when this run found them and are within reach now; return how many."""
        return await self.call(lambda archive: archive.frontier.within_reach(reason, depth, self._began, _now()))

    async def others_hold(self, windows: Sequence[str]) -> bool:
        """Return whether other runs hold undated addresses of some backfills."""
        return await self.call(lambda archive: archive.frontier.held_by_others(self.run_id, windows)) > 0

    async def release_dead(self) -> None:
        """Release the leases of runs that have died."""
        self.fresh = await self.call(lambda archive: archive.frontier.release_dead(_now())) > 0 or self.fresh

    def settle(self, key: str, fate: Fate) -> None:
        """Note the fate of a claimed address: its outcome is in the database, or it is `left` for another run."""
        if self.outstanding.pop(key, None) is not None:
            self.sums[fate] += 1
        self.changed.set()

    def all_sums(self) -> dict[str, int]:
        """Return `sums` by name, with what is outstanding as `left`."""
        sums: dict[str, int] = {str(fate): count for fate, count in self.sums.items()}
        return sums | {"left": sums["left"] + len(self.outstanding)}

    def fail(self, miss: Miss) -> None:
        """Begin to record a failure that reached no stage; until it is recorded its address is outstanding."""
        task = asyncio.get_running_loop().create_task(self._record(miss))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)

    @property
    def in_hand(self) -> dict[str, float]:
        """The outstanding keys whose outcome only this run can bring, with the moment of `time.monotonic`."""
        return dict(self.outstanding)

    @property
    def is_recording(self) -> bool:
        """Whether failures are being recorded."""
        return bool(self._recording)

    @property
    def damaged(self) -> int:
        """The number of damaged documents of the archive that were passed over."""
        return 0 if self._archive is None else self._archive.database.damaged

    async def wait(self) -> None:
        """Wait until an address is discovered or settled."""
        await self.changed.wait()
        self.changed.clear()

    # ---- Beneath ----------------------------------------------------------------------------------------------------

    @property
    def _opened(self) -> Archive:
        if self._archive is None:
            raise RuntimeError("the archive is not open: no run has begun")
        return self._archive

    async def call(self, call: Callable[[Archive], Answer]) -> Answer:
        """Return the result of a blocking call of the archive; an outage is sat out.

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
        """Let another worker lead, once the run's end is recorded; without other workers, nothing to do."""


def _now() -> datetime:
    return datetime.now(UTC)
