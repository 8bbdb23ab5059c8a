"""The async door to the archive for one run: what is found, what is wanted, what was settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from archive.outage import sit_out

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.model.frontier import DiscoveredUrl, LeasedUrl, Verdict
    from archive.model.run import Run

Answer = TypeVar("Answer")
Role = Literal["leads", "helps", "over"]
LEADS: Final[Role] = "leads"
HELPS: Final[Role] = "helps"
OVER: Final[Role] = "over"
"""What a run is to do: look for more, help another that does, or end because that one has."""


class FrontierClient:
    """What one run finds, claims and settles, kept in the archive's frontier.

    Args:
        open_archive: Opens the archive; called in a thread.
        outage_limit: Seconds that the database may stay away.
        lease: Seconds that the run may hold an address.

    Attributes:
        lease: Seconds that the run may hold an address.
        outstanding: Keys that this run has claimed and not settled yet.
        changed: Set whenever something was found or settled: there may be something to do.
        fresh: Whether there may be something to claim that the last claim did not see.
    """

    def __init__(self, open_archive: Callable[[], Archive], outage_limit: float, lease: float) -> None:
        self._open_archive = open_archive
        self._outage_limit = outage_limit
        self.lease = lease
        self._archive: Archive | None = None
        self.run_id: Any = None
        self._run: Run | None = None
        self._began = _now()
        self.outstanding: set[str] = set()
        self.changed = asyncio.Event()
        self.fresh = True

    @property
    def archive(self) -> Archive:
        """Return the open archive.

        Raises:
            RuntimeError: It is not open: the run has not begun.
        """
        if self._archive is None:
            raise RuntimeError("the ledger is not open: no run has begun")
        return self._archive

    async def begin(self, spider: str, arguments: dict[str, Any], kind: str, versions: dict[str, str]) -> None:
        """Open the archive, free what dead runs hold, and record that a run has begun."""
        self._archive = await sit_out(self._open_archive, self._outage_limit)
        archive = self._archive
        run = await self.call(lambda: archive.runs.begin(spider, arguments, kind=kind, versions=versions))
        self._run, self.run_id = run, run.id
        self._began = run.started_at
        await self.release_dead()

    @property
    def run(self) -> Run:
        """Return the run.

        Raises:
            RuntimeError: None has begun.
        """
        if self._run is None:
            raise RuntimeError("no run has begun")
        return self._run

    async def role(self) -> Role:
        """Return what this run is to do: with no other worker it looks for more itself."""
        return LEADS

    async def linger(self) -> bool:
        """Return whether others may still find something for this run: there are none."""
        return False

    def part(self, archive: Archive) -> None:
        """Give back, once the run's end is written down, what it holds besides addresses: nothing."""

    async def call(self, call: Callable[[], Answer]) -> Answer:
        """Return what a blocking call to the archive returns; an outage is sat out.

        Raises:
            DatabaseUnavailable: It lasted longer than the limit.
        """
        return await sit_out(call, self._outage_limit, self.archive.connection.ensure_running)

    async def discover(self, found: Sequence[DiscoveredUrl]) -> dict[str, Verdict]:
        """Return the frontier's verdict for each key, once it is written down."""
        archive = self.archive
        verdicts = await self.call(lambda: archive.frontier.discover(found, _now()))
        if any(verdict in {"new", "changed"} for verdict in verdicts.values()):
            self.fresh = True
            self.changed.set()
        return verdicts

    async def claim(self, limit: int, **which: Any) -> list[LeasedUrl]:
        """Return up to `limit` due addresses, newest first, leased to this run; `which`: as of `Frontier.claim`."""
        archive, run_id, lease = self.archive, self.run_id, self.lease
        wanted = await self.call(lambda: archive.frontier.claim(run_id, limit, _now(), lease, **which))
        self.outstanding.update(one.key for one in wanted)
        return wanted

    async def take(self, key: str) -> LeasedUrl | None:
        """Return one due address, leased to this run; None where it is not due, or another run holds it."""
        archive, run_id, lease = self.archive, self.run_id, self.lease
        wanted = await self.call(lambda: archive.frontier.take(run_id, key, _now(), lease))
        self.outstanding.update([key] if wanted else [])
        return wanted

    async def want_again(self, reasons: Sequence[str], since: datetime, until: datetime) -> int:
        """Want what runs that wanted less have passed over of a window, and return how many addresses that are."""
        archive = self.archive
        due = await self.call(lambda: archive.frontier.want_again(reasons, since, until, _now()))
        self.fresh = self.fresh or due > 0
        return due

    async def others_hold(self, windows: Sequence[str]) -> bool:
        """Return whether other runs hold addresses of some backfills whose date is not known."""
        archive, run_id = self.archive, self.run_id
        return await self.call(lambda: archive.frontier.held_by_others(run_id, windows)) > 0

    async def release_dead(self) -> None:
        """Free what runs hold that have died."""
        archive = self.archive
        self.fresh = await self.call(lambda: archive.frontier.release_dead(_now())) > 0 or self.fresh

    async def reach(self, reason: str, depth: int) -> int:
        """Want what was too deep when this run found it and is not any more; return how many addresses that are."""
        archive, since = self.archive, self._began
        return await self.call(lambda: archive.frontier.within_reach(reason, depth, since, _now()))

    def settle(self, key: str) -> None:
        """Note that the database has acknowledged what became of a claimed address."""
        self.outstanding.discard(key)
        self.changed.set()

    def note_change(self) -> None:
        """Wake whoever waits for something to do."""
        self.changed.set()

    async def wait(self) -> None:
        """Wait until something is found or settled."""
        await self.changed.wait()
        self.changed.clear()

    async def heartbeat(self, counts: dict[str, int]) -> None:
        """Record that the run is alive, and how far it is; a database that is away is no reason to fail."""
        archive, run_id = self.archive, self.run_id
        await asyncio.to_thread(lambda: archive.runs.heartbeat(run_id, counts))

    async def end(self, **outcome: Any) -> None:
        """Give back what is still claimed, record how the run ended, and close the archive."""
        if self._archive is None:
            return
        archive, run_id = self._archive, self.run_id
        self._archive = None
        try:
            await asyncio.to_thread(lambda: self._write_end(archive, run_id, outcome))
        finally:
            await asyncio.to_thread(archive.close)

    def _write_end(self, archive: Archive, run_id: str, outcome: dict[str, Any]) -> None:
        archive.frontier.release(run_id)
        archive.runs.end(run_id, **outcome)
        self.part(archive)


def _now() -> datetime:
    return datetime.now(UTC)
