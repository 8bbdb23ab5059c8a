"""Rate limits: a token bucket for each client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

BURST: Final = 5.0
"""Seconds' worth of requests that may come at one time."""

AT_ONCE: Final = 250
"""Most requests of one client at the same time, including streams."""

MOST_CLIENTS: Final = 10_000
"""Most clients with a bucket; the longest idle ones are removed first."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    busy: int = 0


class Budget:
    """Counts the requests of clients; for one event loop.

    Args:
        rate: Requests a second that each client may make on the average; 0 for any number.
        clock: Seconds since some moment.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, client: str) -> float:
        """Return the seconds until a client may send a request; 0 if it may now, which counts."""
        if not self.rate:
            return 0.0
        now, most = self._clock(), self.rate * BURST
        bucket = self._bucket(client, most, now)
        bucket.left = min(most, bucket.left + (now - bucket.at) * self.rate)
        bucket.at = now
        if bucket.busy >= AT_ONCE:
            return 1.0
        if bucket.left < 1:
            return (1 - bucket.left) / self.rate
        bucket.left -= 1
        return 0.0

    @contextmanager
    def held(self, client: str) -> Iterator[None]:
        """Count a request while it is answered."""
        bucket = self._bucket(client, self.rate * BURST, self._clock())
        bucket.busy += 1
        try:
            yield
        finally:
            bucket.busy -= 1

    def _bucket(self, client: str, left: float, now: float) -> _Bucket:
        if client not in self._buckets and len(self._buckets) >= MOST_CLIENTS:
            idle = sorted((bucket.at, name) for name, bucket in self._buckets.items() if not bucket.busy)
            for _, name in idle[: MOST_CLIENTS // 10]:
                del self._buckets[name]
        return self._buckets.setdefault(client, _Bucket(left, now))
