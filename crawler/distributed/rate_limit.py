"""The request rate of all workers together: Redis decides whose turn it is, by its own clock."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from fractions import Fraction
from typing import Final, TypeVar

from redis.exceptions import AuthenticationError, RedisError, ResponseError
from throttled.asyncio.rate_limiter.gcra import GCRARateLimiter
from throttled.rate_limiter import Quota, Rate

from crawler.distributed.redis_client import PREFIX, async_client, rate_store

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)

FINEST: Final = 1000
"""A delay is taken as a fraction with at most this denominator: to a millisecond where it is short."""

SHORTEST_MEMORY: Final = 10.0
"""The least seconds for which a worker's delay holds for the others after its last request; ten delays if longer."""

FIRST_WAIT: Final = 0.2
LONGEST_WAIT: Final = 5.0


class RateUnavailable(Exception):
    """Redis refuses, or stayed away for too long; raised by `SharedRate`."""


class SharedRate:
    """Lets one request of all workers to a host begin in each delay.

    Args:
        url: Address of the Redis.
        jitter: Share of the delay by which a wait is lengthened at random, at most.
        outage_limit: Seconds that Redis may stay away.
        sleep: Waits for some seconds; raises when the run is ending.
    """

    def __init__(
        self, url: str, jitter: float, outage_limit: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._jitter = jitter
        self._outage_limit = outage_limit
        self._sleep = sleep
        self._redis = async_client(url)
        self._store = rate_store(url)
        self._limiters: dict[float, GCRARateLimiter] = {}
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def turn(self, host: str, delay: float) -> None:
        """Wait until this worker may ask a host.

        Args:
            host: Its name.
            delay: Seconds between two requests of any workers, by this one's settings and robots.txt; 0 for no limit.

        Raises:
            RateUnavailable: Redis cannot be used, or stayed away for longer than the limit.
        """
        async with self._one_at_a_time[host]:
            while wait := await self._persist(lambda: self._look(host, delay)):
                await self._sleep(wait)

    async def hold(self, host: str, seconds: float) -> None:
        """Let no worker make a request to a host for some seconds, as its Retry-After demands.

        Raises:
            RateUnavailable: Redis cannot be used, or stayed away for longer than the limit.
        """
        key, milliseconds = f"{PREFIX}:hold:{host}", int(seconds * 1000)

        async def lengthen() -> None:
            if milliseconds > await self._redis.pttl(key):
                await self._redis.set(key, 1, px=milliseconds)

        await self._persist(lengthen)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
        limiters = self._store._backend.get_client()  # noqa: SLF001 -- the store has no way to close it
        await limiters.aclose(close_connection_pool=True)  # type: ignore[attr-defined] # nor has its type

    async def _look(self, host: str, delay: float) -> float:
        """Return 0 if it is this worker's turn, and take it; else the seconds until the next look."""
        held = float(await self._redis.pttl(f"{PREFIX}:hold:{host}")) / 1000
        if held > 0:
            return held
        delay = await self._longest(host, delay)
        if delay <= 0:
            return 0.0
        answer = await self._limiter(delay).limit(host)
        wait = float(answer.state.retry_after) if answer.limited else 0.0
        if not answer.limited and await self._has_forgotten(host):
            wait = delay  # another worker may have made a request just before the restart
        return wait + random.uniform(0, self._jitter * delay) if wait else 0.0  # noqa: S311 -- no secret

    async def _longest(self, host: str, delay: float) -> float:
        """Return the longest delay of any worker: one may not have read the host's robots.txt yet.

        Raises:
            ResponseError: Redis holds something else there.
        """
        key = f"{PREFIX}:delay:{host}"
        text = await self._redis.get(key)
        try:
            known = float(text or 0)
        except ValueError as error:
            raise ResponseError(f"{key} holds what is no number: another program's, perhaps") from error
        if known > delay:
            return known
        if delay > 0:
            await self._redis.set(key, delay, px=int(max(SHORTEST_MEMORY, 10 * delay) * 1000))
        return delay

    def _limiter(self, delay: float) -> GCRARateLimiter:
        if delay not in self._limiters:
            every = Fraction(delay).limit_denominator(FINEST) or Fraction(1, FINEST)
            quota = Quota(Rate(timedelta(seconds=every.numerator), every.denominator), burst=1)
            self._limiters[delay] = GCRARateLimiter(quota, self._store, key_prefix=f"{PREFIX}:rate")
        return self._limiters[delay]

    async def _has_forgotten(self, host: str) -> bool:
        """Return whether Redis may have lost the latest turns: it was restarted or emptied since.

        Called after a turn was taken: the worker gives that turn up, so that each request comes a whole delay after the
        restart.
        """
        incarnation = str((await self._redis.info("server")).get("run_id", ""))
        before = await self._redis.set(f"{PREFIX}:incarnation:{host}", incarnation, get=True)
        return before is None or before.decode("latin-1") != incarnation

    async def _persist(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer of Redis; an outage is sat out up to the limit.

        Raises:
            RateUnavailable: Redis refuses, or stays away for longer.
        """
        began: float | None = None
        wait = FIRST_WAIT
        while True:
            try:
                return await ask()
            except (AuthenticationError, ResponseError) as error:
                message = f"Redis refuses: {error}; see to it there, or correct DISTRIBUTED_REDIS_URL"
                raise RateUnavailable(message) from error
            except (RedisError, OSError) as error:
                began = began if began is not None else time.monotonic()
                away = time.monotonic() - began
                if away + wait > self._outage_limit:
                    message = f"{error}; given up after {away:.0f} s (DISTRIBUTED_REDIS_OUTAGE_LIMIT)"
                    raise RateUnavailable(message) from error
                logger.warning("Redis away, nothing is asked for meanwhile: %s", error)
                await self._sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
