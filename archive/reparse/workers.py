"""The processes of a re-extraction, on this machine or on a Dask cluster."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Final

from archive.archive import Archive
from archive.errors import ArchiveError
from archive.extras import require
from archive.reparse.rereader import Recipe, Reread, Rereader

Keys = list[str]
BatchAnswer = tuple[list[Reread], Counter[str]]

_AHEAD: Final = 2
"""Chunks that wait for each process, so that none is idle while a result is written."""


class ReaderDied(ArchiveError):
    """A process that read pages died, or cannot be used; the message names its keys."""


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """The context of a process's work.

    Attributes:
        uri: Address of the archive's MongoDB; sent through a pipe, so that the process list does not show it.
        database: Its database.
        recipe: The readers and stages.
    """

    uri: str
    database: str
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of processes that read.

    Attributes:
        submit: Submits keys, and returns a future of a `BatchAnswer`.
        size: The number of chunks that are read at once.
        died: The exceptions of a future whose process died.
    """

    submit: Callable[[Keys], Any]
    size: int
    died: tuple[type[BaseException], ...]


def read_all(
    archive: Archive, recipe: Recipe, chunks: Iterable[Keys], processes: int, cluster: str | None = None
) -> Generator[tuple[Keys, BatchAnswer]]:
    """Yield each chunk of keys with its results and the stages' events, in order.

    Args:
        archive: The archive.
        recipe: The readers and stages.
        chunks: Lists of keys, about 50 each.
        processes: The number of processes; 1 for this one alone.
        cluster: The address of a Dask scheduler whose workers read instead; None for none.

    Raises:
        ReaderDied: A process died: out of memory, or killed. Or the cluster cannot be used.
        NotInstalled: Dask is not installed.
        ArchiveError: The archive cannot be read.
    """
    place = WorkerContext(archive.connection.uri, archive.database.name, recipe)
    if cluster or processes > 1:
        with _cluster(cluster, place) if cluster else _processes(processes, place) as pool:
            yield from _in_order(pool, chunks)
        return
    rereader = Rereader(archive, recipe)
    for keys in chunks:
        events: Counter[str] = Counter()
        yield keys, (rereader.reread(keys, events), events)


def _in_order(pool: Pool, chunks: Iterable[Keys]) -> Generator[tuple[Keys, BatchAnswer]]:
    """Yield the results in the order of the chunks; few chunks wait at a time.

    Raises:
        ReaderDied: A process died.
    """
    waiting: deque[tuple[Keys, Any]] = deque()
    try:
        for keys in chunks:
            waiting.append((keys, pool.submit(keys)))
            if len(waiting) > _AHEAD * pool.size:
                yield waiting[0][0], waiting[0][1].result()
                waiting.popleft()
        while waiting:
            yield waiting[0][0], waiting[0][1].result()
            waiting.popleft()
    except pool.died as error:
        raise ReaderDied(_death(waiting[0][0] if waiting else [])) from error


def _death(keys: Keys) -> str:
    shown = f"{keys[0]} to {keys[-1]}" if keys else "the first keys"
    return (
        f"A process that was reading {shown} died: was it killed, or out of memory? What was done before is kept; run "
        "again to go on, with `--key` to find the page."
    )


@contextlib.contextmanager
def _processes(count: int, place: WorkerContext) -> Iterator[Pool]:
    """Provide processes of this machine."""
    spawn = multiprocessing.get_context("spawn")  # the driver's connections survive no fork
    executor = ProcessPoolExecutor(count, spawn, _begin)
    try:
        yield Pool(lambda keys: executor.submit(_work, place, keys), count, (BrokenProcessPool,))
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _cluster(address: str, place: WorkerContext) -> Iterator[Pool]:
    """Provide the workers of a Dask cluster.

    Dask gives the keys of a dead worker to another one, until four workers have died with the same keys.

    Raises:
        ReaderDied: No scheduler answers, or it has no worker.
        NotInstalled: Dask is not installed.
    """
    distributed = require("distributed", "`--dask`", "dask")
    try:
        client = distributed.Client(address, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ReaderDied(f"No Dask scheduler answers at {address} ({error}): `dask scheduler` starts one.") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ReaderDied(f"The Dask scheduler at {address} has no worker: `dask worker {address}` starts one.")
        died = (distributed.KilledWorker, CancelledError)
        yield Pool(lambda keys: client.submit(_work, place, keys, pure=False), threads, died)


# ---- In the processes ------------------------------------------------------------------------------------------------


def _begin() -> None:
    """Prepare a process: it ignores Ctrl-C, and ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_feeder, daemon=True).start()


def _end_with_feeder() -> None:
    feeder = multiprocessing.parent_process()
    if feeder is not None:
        feeder.join()
        os._exit(1)


def _work(place: WorkerContext, keys: Keys) -> BatchAnswer:
    events: Counter[str] = Counter()
    return _rereader(place, threading.get_ident()).reread(keys, events), events


@functools.cache
def _rereader(place: WorkerContext, _thread: int) -> Rereader:
    """Return the rereader of a thread of this process.

    Raises:
        ReaderDied: This process has other versions than the re-extraction.
    """
    versions = place.recipe.programs_here()
    if versions != place.recipe.versions:
        raise ReaderDied(
            f"A worker has {dict(versions)}, and not {dict(place.recipe.versions)}: install the same there."
        )
    return Rereader(Archive.open(place.uri, place.database), place.recipe)
