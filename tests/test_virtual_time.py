"""The virtual clock of `tests.support.virtual_time`: waits are skipped, and what is under way is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from tests.support.virtual_time import Clock, UnderWay, VirtualLoop

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=3652)
Answer = TypeVar("Answer")


@pytest.fixture
def clock() -> Iterator[Clock]:
    UnderWay.clock = Clock(BEGIN)
    yield UnderWay.clock
    UnderWay.clock.stop()


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


def test_ten_years_pass_at_once_on_every_clock(clock: Clock) -> None:
    async def wait() -> float:
        begin = time.monotonic()
        for _ in range(10):
            await asyncio.sleep(YEARS.total_seconds() / 10)
            await asyncio.to_thread(lambda: None)  # nothing is skipped until it is back
        return time.monotonic() - begin

    passed = run(wait())
    now = datetime.now(UTC)
    assert passed >= YEARS.total_seconds()
    assert YEARS <= now - BEGIN < YEARS + timedelta(days=1)
    assert UnderWay.count == 0
    assert clock.skipped > 0


def test_a_call_under_way_is_waited_for_not_timed_out(clock: Clock) -> None:
    ready = asyncio.Event()

    async def ask() -> str:
        loop = asyncio.get_running_loop()

        def answer() -> str:
            loop.call_soon_threadsafe(ready.set)
            return "answer"

        async with asyncio.timeout(3600):
            text = await asyncio.to_thread(answer)
        await ready.wait()
        return text

    assert run(ask()) == "answer"
    assert clock.skipped == 0
