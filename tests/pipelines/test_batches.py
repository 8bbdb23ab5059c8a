"""Group commit: full batches, waiting ones, order, and errors that reach those who wait."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pipelines.batches import Batches

pytestmark = pytest.mark.asyncio


class Written:
    """Remembers the batches that were written."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.at_once = 0

    async def write(self, batch: Sequence[int]) -> Sequence[int]:
        self.at_once += 1
        assert self.at_once == 1, "two batches at the same time"
        await asyncio.sleep(0.001)
        self.batches.append(list(batch))
        self.at_once -= 1
        if 13 in batch:
            raise ValueError("13")
        return [number * 10 for number in batch]


async def test_each_caller_gets_its_own_answer_and_batches_are_full() -> None:
    written = Written()
    batches = Batches(written.write, size=4, wait=5)
    answers = await asyncio.gather(*(batches.submit(number) for number in range(8)))
    assert answers == [number * 10 for number in range(8)]
    assert written.batches == [[0, 1, 2, 3], [4, 5, 6, 7]]


async def test_a_batch_that_does_not_fill_goes_after_its_wait() -> None:
    written = Written()
    batches = Batches(written.write, size=100, wait=0.01)
    assert await batches.submit(1) == 10
    assert written.batches == [[1]]


async def test_drain_writes_what_waits() -> None:
    written = Written()
    batches = Batches(written.write, size=100, wait=60)
    waiting = asyncio.create_task(batches.submit(5))
    await asyncio.sleep(0)
    await batches.drain()
    assert waiting.done()
    assert await waiting == 50


async def test_what_comes_while_a_batch_is_written_goes_together() -> None:
    written, is_free = Written(), asyncio.Event()

    async def write(batch: Sequence[int]) -> Sequence[int]:
        await is_free.wait()
        return await written.write(batch)

    batches, waiting = Batches(write, size=3, wait=60), []
    for number in range(6):
        waiting.append(asyncio.create_task(batches.submit(number)))
        await asyncio.sleep(0)
        batches.flush()
    is_free.set()
    assert await asyncio.gather(*waiting) == [0, 10, 20, 30, 40, 50]
    assert written.batches == [[0], [1, 2, 3], [4, 5]]


@pytest.mark.parametrize(("size", "batches"), [(0, [[1], [2]]), (1, [[1], [2]]), (2, [[1, 2]])])
async def test_a_batch_has_its_size_and_at_least_one_item(size: int, batches: list[list[int]]) -> None:
    written = Written()
    assert await asyncio.gather(*map(Batches(written.write, size=size, wait=60).submit, (1, 2))) == [10, 20]
    assert written.batches == batches


async def test_a_full_batch_cancels_the_wait_of_its_first_item() -> None:
    written = Written()
    batches = Batches(written.write, size=2, wait=60)
    for pair in ((1, 2), (3, 4)):
        await asyncio.gather(*map(batches.submit, pair))
        assert batches._timer is None


async def test_an_error_reaches_every_caller_of_its_batch_and_no_other() -> None:
    written = Written()
    batches = Batches(written.write, size=2, wait=0.01)
    outcomes = await asyncio.gather(*(batches.submit(number) for number in (12, 13, 14)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError, int]
