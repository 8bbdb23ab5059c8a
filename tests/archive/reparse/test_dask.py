"""Kept pages, read again by the workers of a real Dask cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from archive.archive import Archive
from archive.mongo.embedded.mongod import free_port
from archive.reparse.job import CHUNK, Reparse, ReparseRequest, Tally
from archive.reparse.rereader import Recipe
from archive.reparse.workers import ReaderDied
from tests.archive.reparse.test_job import keep
from tests.support.kept_readers import DEADLY, recipe
from tests.support.made_articles import key_of
from tests.support.mongodb import wait_until

ROOT = Path(__file__).parents[3]
ARTICLES = 6 * CHUNK
DEATHS = 2
"""Workers that may die over the same keys; Dask's own default is four."""

NEWER = recipe("section", "2")


class Cluster:
    """A scheduler and its workers, each a process of its own.

    Attributes:
        address: The scheduler's.
        workers: The workers' processes.
    """

    def __init__(self) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        host, port = self.address.removeprefix("tcp://").split(":")
        self._processes = [_dask("scheduler", "--host", host, "--port", port, "--no-dashboard")]
        self.workers: list[subprocess.Popen[bytes]] = []

    def add(self, count: int = 1) -> None:
        """Start workers; their scheduler learns of each when it is ready."""
        for _ in range(count):
            self.workers.append(
                _dask("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
            )

    def end(self) -> None:
        """Kill all of them."""
        for process in (*self.workers, *self._processes):
            process.kill()
            process.wait()


def _dask(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        cwd=ROOT,
        env=os.environ | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(DEATHS - 1)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def ready(cluster: Cluster, workers: int) -> bool:
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        return len(client.nthreads()) == workers


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    started = Cluster()
    yield started
    started.end()


def reparse(archive: Archive, cluster: Cluster, recipe: Recipe = NEWER, **callbacks: Any) -> Tally:
    return Reparse(archive, recipe, ReparseRequest(cluster=cluster.address), **callbacks).run()


def test_a_worker_that_is_killed_is_replaced_by_the_other_and_none_reads_with_other_programs(
    archive: Archive, cluster: Cluster
) -> None:
    keep(archive, *range(1000, 1000 + ARTICLES))
    cluster.add(2)
    wait_until(lambda: ready(cluster, 2))
    with pytest.raises(ReaderDied, match="install the same there"):
        reparse(archive, cluster, replace(NEWER, versions=(("test", "1"),)))
    victim = psutil.Process(cluster.workers[0].pid)
    tally = reparse(archive, cluster, progress=lambda _: victim.kill())
    assert (tally.counts, tally.done, tally.complete) == ({"revised": ARTICLES}, ARTICLES, True)
    assert tally.events == {"stage/seen": ARTICLES}
    assert archive.database["revisions"].count_documents({}) == 2 * ARTICLES
    wait_until(lambda: ready(cluster, 1))


def test_what_a_cluster_cannot_read_is_one_line_and_changes_nothing(archive: Archive, cluster: Cluster) -> None:
    keep(archive, 1, html=DEADLY)
    with pytest.raises(ReaderDied, match="has no worker: `dask worker tcp://"):
        reparse(archive, cluster)
    cluster.add(DEATHS)
    wait_until(lambda: ready(cluster, DEATHS))
    with pytest.raises(ReaderDied, match=f"{key_of(1)} to {key_of(1)} died"):
        reparse(archive, cluster)
    assert archive.database["revisions"].count_documents({}) == 1
    assert [run["outcome"] for run in archive.runs.recent(9)] == ["failed", "failed"]
