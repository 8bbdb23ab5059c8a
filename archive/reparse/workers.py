"""The processes that read kept pages again: one a core, fed in order, gone with the one that feeds them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Final

from archive.archive import Archive
from archive.errors import ArchiveError
from archive.reparse.rereader import Recipe, Reread, Rereader

Keys = list[str]
BatchAnswer = tuple[list[Reread], Counter[str]]

_AHEAD: Final = 2
"""Chunks that wait for each process, so that none is idle while the last answer is written down."""


class ReaderDied(ArchiveError):
    """A process that read pages died; the message names the keys that were being read."""


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What a process needs to do its work.

    Attributes:
        uri: Address of the archive's MongoDB; given through a pipe, so that it is not seen among the processes.
        database: Its database.
        recipe: How pages are read.
    """

    uri: str
    database: str
    recipe: Recipe


def read_all(
    archive: Archive, recipe: Recipe, chunks: Iterable[Keys], processes: int
) -> Generator[tuple[Keys, BatchAnswer]]:
    """Yield each chunk of keys with what became of them and the stages' events, in order.

    Args:
        archive: Where pages and articles are kept.
        recipe: How pages are read.
        chunks: Keys, about 50 at once.
        processes: How many work side by side; 1 for none but this one.

    Raises:
        ReaderDied: A process died: out of memory, or killed.
        ArchiveError: The archive cannot be read.
    """
    if processes > 1:
        place = WorkerContext(archive.connection.uri, archive.database.name, recipe)
        yield from _read_side_by_side(place, chunks, processes)
        return
    rereader = Rereader(archive, recipe)
    for keys in chunks:
        events: Counter[str] = Counter()
        yield keys, (rereader.reread(keys, events), events)


def _read_side_by_side(
    place: WorkerContext, chunks: Iterable[Keys], processes: int
) -> Generator[tuple[Keys, BatchAnswer]]:
    spawn = multiprocessing.get_context("spawn")  # the driver's connections survive no fork
    pool = ProcessPoolExecutor(processes, spawn, _begin, (place,))
    waiting: deque[tuple[Keys, Future[BatchAnswer]]] = deque()
    try:
        for keys in chunks:
            waiting.append((keys, pool.submit(_work, keys)))
            if len(waiting) > _AHEAD * processes:
                yield _answered(*waiting.popleft())
        while waiting:
            yield _answered(*waiting.popleft())
    except BrokenProcessPool as error:  # seen while feeding
        raise ReaderDied(_death(waiting[0][0] if waiting else [])) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _answered(keys: Keys, future: Future[BatchAnswer]) -> tuple[Keys, BatchAnswer]:
    try:
        return keys, future.result()
    except BrokenProcessPool as error:
        raise ReaderDied(_death(keys)) from error


def _death(keys: Keys) -> str:
    shown = f"{keys[0]} to {keys[-1]}" if keys else "the first keys"
    return (
        f"A process that was reading {shown} died: was it killed, or out of memory? What was done before is kept; run "
        "again to go on, with `--key` to find the page."
    )


# ---- In the processes ------------------------------------------------------------------------------------------------

_PLACES: list[WorkerContext] = []
_READERS: list[Rereader] = []


def _begin(place: WorkerContext) -> None:
    """Prepare a process: signals are its feeder's business, and it does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _PLACES.append(place)
    threading.Thread(target=_end_with_feeder, daemon=True).start()


def _end_with_feeder() -> None:
    feeder = multiprocessing.parent_process()
    if feeder is not None:
        feeder.join()
        os._exit(1)


def _work(keys: Keys) -> BatchAnswer:
    if not _READERS:  # here and not in `_begin`, so that its error is told
        place = _PLACES[0]
        _READERS.append(Rereader(Archive.open(place.uri, place.database), place.recipe))
    events: Counter[str] = Counter()
    return _READERS[0].reread(keys, events), events
