"""Group commit: many waiting callers, one write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batches(Generic[Item, Answer]):
    """Collects what is submitted and writes it together, one batch after the other; each caller waits for its answer.

    What comes while a batch is being written goes together into the next one: slower writing makes fewer batches.

    Args:
        write: Writes a batch and returns one answer an item, in order; what it raises, every caller of the batch gets.
        size: Items in a batch, at most.
        wait: Seconds that a batch waits to fill; a full one, or one that `flush` asks for, goes at once.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]], size: int, wait: float) -> None:
        self._write = write
        self._size = max(1, size)
        self._wait = wait
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_due = False
        self._writing: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Answer:
        """Return the answer to an item once its batch is written."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((item, future))
        if len(self._waiting) >= self._size:
            self.flush()
        elif self._timer is None:
            self._timer = loop.call_later(self._wait, self.flush)
        return await future

    def flush(self) -> None:
        """Begin to write what waits now, or let it be written after the batch that is being written."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._is_due = bool(self._waiting)
        if self._is_due and self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_due())

    async def drain(self) -> None:
        """Write what waits, and return when everything submitted so far is written."""
        self.flush()
        while self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write_due(self) -> None:
        try:
            while self._is_due:
                batch, self._waiting = self._waiting[: self._size], self._waiting[self._size :]
                self._is_due = bool(self._waiting)
                await self._write_batch(batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._write([item for item, _ in batch])
        except BaseException as error:  # noqa: BLE001 -- whatever it is belongs to those who wait for it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
