"""The frontier client of a worker in a shared crawl: leases pass between workers, and one of them leads."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime
from typing import Any, Final

from redis.exceptions import RedisError

from archive.archive import Archive
from archive.model.crawl.frontier import LeasedUrl
from archive.model.crawl.run import is_dead
from crawler.distributed.offers import Offers
from crawler.frontier_client import HELPS, LEADS, OVER, Fate, FrontierClient, RunRole

POLL: Final = 1.0
"""Seconds between two looks at what the other workers have done."""


class SharedFrontierClient(FrontierClient):
    """The client of one worker in a crawl that several share.

    Its claims are on offer to all workers: a lease is this run's until another worker takes it over. Offers that are
    lost with Redis are released to the frontier, and claimed again.

    Attributes:
        offers: This worker's offers; None until its scheduler has been opened.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.offers: Offers | None = None
        self._crawl = ("", "")
        self._leader: str | None = None
        self._in_hand: set[str] = set()
        self._absent: set[str] = set()
        self._looked_at = 0.0

    async def begin(self, spider: str, arguments: dict[str, Any], kind: str, versions: dict[str, str]) -> None:
        """Open the archive, free the leases of dead runs, and record that a run has begun."""
        self._crawl = (spider, kind)
        await super().begin(spider, arguments, kind, versions)

    @property
    def archive_id(self) -> str:
        """The identity of the archive that the crawl fills."""
        return self._opened.id

    async def role(self) -> RunRole:
        """Return this worker's role: one leads, the others help until it has ended.

        If the leader was killed, another takes its place. With Redis away it is unknown whether the leader had to end:
        the outage is sat out, and the scheduler ends this run if it lasts.
        """
        leader = self._leader
        if leader is not None and await self.call(lambda archive: archive.runs.has_ended_itself(leader)):
            return OVER if await self._is_redis_there() else HELPS
        holder = await self.call(lambda archive: archive.locks.take(self._lock, self.run))
        self._leader = holder.id
        return LEADS if self._is_leader else HELPS

    async def take_over(self, key: str, holder: str) -> LeasedUrl | None:
        """Return the address that an offer stands for, leased to this run now; None where the offer is void.

        Raises:
            DatabaseUnavailable: It stayed away for longer than the limit.
        """
        if key in self._in_hand:
            return None
        self._in_hand.add(key)
        wanted: LeasedUrl | None = None
        try:
            run_id, lease = self.run_id, self.lease
            wanted = await self.call(
                lambda archive: archive.frontier.take_over(key, holder, run_id, datetime.now(UTC), lease)
            )
        finally:
            if wanted is None:
                self._in_hand.discard(key)
        if self.offers:
            self.offers.drop(key)
        if wanted is None:
            self._hand_over(key)
        else:
            self._hold([key])
        return wanted

    def settle(self, key: str, fate: Fate) -> None:
        """Note that the database has acknowledged what became of a claimed address."""
        self._in_hand.discard(key)
        super().settle(key, fate)

    @property
    def in_hand(self) -> dict[str, float]:
        """The outstanding keys whose outcome only this run can bring: those that are not on offer."""
        offered = self.offers.keys if self.offers else set()
        return {key: since for key, since in self.outstanding.items() if key not in offered}

    async def wait(self) -> None:
        """Wait until an address is discovered or settled, or the next look at the other workers is due."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(super().wait(), POLL)
        if time.monotonic() - self._looked_at >= POLL:
            await self._look_around()

    async def linger(self) -> bool:
        """Wait a little, and return whether other workers may still discover or release addresses."""
        await asyncio.sleep(POLL)
        await self._look_around()
        self.fresh = True
        return await self.call(self._is_busy)

    async def heartbeat(self, counts: dict[str, int]) -> None:
        """Record that the run is alive, and its counts; a leader renews its lock."""
        await super().heartbeat(counts)
        if self._is_leader:
            locks = self._opened.locks
            await asyncio.to_thread(lambda: locks.renew(self._lock, self.run))

    def _release_role(self, archive: Archive) -> None:
        """Let another worker lead."""
        if self._is_leader:
            archive.locks.give_back(self._lock, self.run)

    @property
    def _lock(self) -> str:
        return f"looking: {self._crawl[1]}"

    @property
    def _is_leader(self) -> bool:
        return self._leader is not None and self._leader == self.run_id

    def _is_busy(self, archive: Archive) -> bool:
        """Return whether another worker holds an address, held one until it died, or leads."""
        now = datetime.now(UTC)
        companions = archive.runs.companions(*self._crawl, self.run_id)
        if archive.frontier.release_dead(now) or archive.frontier.is_any_held(companions):
            return True
        leader = archive.locks.holders().get(self._lock)
        return leader is not None and leader.id != self.run_id and not is_dead(leader, now)

    async def _is_redis_there(self) -> bool:
        offers = self.offers
        return offers is None or await asyncio.to_thread(offers.is_redis_there)

    async def _look_around(self) -> None:
        """Forget offers that others have taken, and release lost ones: those missing from the queue twice."""
        self._looked_at = time.monotonic()
        keys = self.offers.keys if self.offers else set()
        if not self.offers or not keys:
            return
        run_id = self.run_id
        held = await self.call(lambda archive: archive.frontier.held_among(run_id, sorted(keys)))
        self._forget(keys - held - self._in_hand)
        try:
            absent = await asyncio.to_thread(self.offers.absent)
        except RedisError:
            return
        lost = sorted(absent & self._absent - self._in_hand)
        self._absent = absent
        if lost:
            await self.call(lambda archive: archive.frontier.release(run_id, lost))
            self._forget(set(lost))

    def _hand_over(self, key: str) -> None:
        self.sums["due"] -= self.outstanding.pop(key, None) is not None

    def _forget(self, keys: set[str]) -> None:
        for key in keys:
            if self.offers:
                self.offers.drop(key)
            self._hand_over(key)
        if keys:
            self.fresh = True
            self.changed.set()
