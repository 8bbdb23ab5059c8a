"""A crawl whose clock skips every wait: years of manners pass in minutes; a program of its own.

`VIRTUAL_NOW=2026-09-01T00:00:00Z python -m tests.support.virtual_time crawl backfill …` is `cmoney crawl backfill …` on
a clock that begins at that moment. Nothing of the product knows of it: the event loop, which Scrapy takes from a
setting, adds each wait that it has nothing to do in to the clock, instead of waiting. Where a download or a call of the
database is under way, time passes as it does.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final

import time_machine
from pymongo.collection import Collection

NOW: Final = "$$NOW"
"""The server's clock in a pipeline; it gets the virtual one."""


class Clock:
    """The clock of this process: the real one, and all that was skipped.

    Attributes:
        real: The real `time.monotonic`.
        skipped: Seconds.
    """

    def __init__(self, begin: datetime) -> None:
        self.skipped = 0.0
        self.real = time.monotonic
        self._travel = time_machine.travel(begin)
        self._traveller: Any = self._travel.start()
        time.monotonic = self.monotonic

    def monotonic(self) -> float:
        """Return seconds as `time.monotonic` does."""
        return self.real() + self.skipped

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        self.skipped += seconds
        self._traveller.shift(seconds)

    def stop(self) -> None:
        """Give the process its clock back."""
        self._travel.stop()
        time.monotonic = self.real


class UnderWay:
    """How many downloads and calls in threads are under way: what cannot be skipped."""

    clock: Clock
    count = 0


class SkippingSelector(selectors.DefaultSelector):
    """Skips a wait of the event loop where nothing is under way that could end it."""

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready; where there is nothing, and nothing is under way, let the clock skip the wait."""
        if UnderWay.count or not timeout or timeout < 0:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            UnderWay.clock.skip(timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that skips waits; `ASYNCIO_EVENT_LOOP` names it."""

    def __init__(self) -> None:
        super().__init__(SkippingSelector())

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """Call a function in a thread; until it has returned, nothing is skipped."""
        UnderWay.count += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(_done)
        return future


def _done(future: object) -> None:
    del future
    UnderWay.count -= 1


def _at(value: Any) -> Any:
    """Return a part of a command with the virtual clock in place of the server's."""
    if value == NOW:
        return datetime.now(UTC)
    if isinstance(value, dict):
        return {name: _at(member) for name, member in value.items()}
    return [_at(member) for member in value] if isinstance(value, list) else value


def _patch() -> None:
    from crawler.download.raw_response import RawBodyHandler

    download: Any = RawBodyHandler.download_request

    async def counted(self: Any, request: Any) -> Any:
        UnderWay.count += 1
        try:
            return await download(self, request)
        finally:
            UnderWay.count -= 1

    RawBodyHandler.download_request = counted  # type: ignore[method-assign]
    for name in ("find_one_and_update", "update_one"):
        method: Any = getattr(Collection, name)

        def with_clock(self: Any, wanted: Any, update: Any, *args: Any, _method: Any = method, **options: Any) -> Any:
            return _method(self, wanted, _at(update), *args, **options)

        setattr(Collection, name, with_clock)


def main() -> int:
    """Run a command of `cmoney` on the virtual clock."""
    UnderWay.clock = Clock(datetime.fromisoformat(os.environ["VIRTUAL_NOW"]))
    from crawler.__main__ import main as cmoney

    _patch()
    sys.argv += ["-s", "ASYNCIO_EVENT_LOOP=tests.support.virtual_time.VirtualLoop"]
    return cmoney()


if __name__ == "__main__":
    module = sys.modules["__main__"]
    sys.modules["tests.support.virtual_time"] = module  # the loop that Scrapy imports is this one
    sys.exit(main())
