"""Where benchmarks take place: a MongoDB and a server of their own, the measured process alone on its core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pymongo import MongoClient

from archive.archive import Archive
from archive.mongo.embedded import server

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 6 * 3600.0  # seconds that one measured crawl may take
_UNKEPT = frozenset(f"addresses/{end}" for end in ("gone", "passed_over", "refused", "doubted", "failed", "left"))


def cores() -> tuple[int | None, set[int] | None]:
    """Return the core of what is measured and those of all the rest; None where there is only one."""
    available = sorted(os.sched_getaffinity(0))
    return (available[0], set(available[1:])) if len(available) > 1 else (None, None)


@dataclass(frozen=True, slots=True)
class Ground:
    """A running MongoDB for benchmarks."""

    uri: str

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the name of a database with an empty archive, dropped afterwards."""
        name = f"bench_{uuid.uuid4().hex[:8]}"
        Archive.open(self.uri, name, create=True).close()
        try:
            yield name
        finally:
            with MongoClient[dict[str, Any]](self.uri) as client:
                client.drop_database(name)


@contextmanager
def mongodb() -> Iterator[Ground]:
    """Give a MongoDB of one's own, kept off the core of what is measured."""
    with tempfile.TemporaryDirectory(prefix="cmoney-bench-") as folder:
        lease = server.start(Path(folder), "benchmarks")
        try:
            status = server.status(Path(folder))
            if status.server:
                _keep_off(status.server.pid)
            yield Ground(lease.uri)
        finally:
            lease.release()
            server.stop(Path(folder), in_use=True)


@dataclass(frozen=True, slots=True)
class Site:
    """A running server of pages."""

    url: str
    paths: list[str]

    @property
    def urls(self) -> list[str]:
        """Return the address of every page."""
        return [self.url + path for path in self.paths]


@contextmanager
def pages(count: int) -> Iterator[Site]:
    """Give a server of so many pages, kept off the core of what is measured."""
    words = [sys.executable, "-m", "tests.benchmarks.server", str(count)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        fields = json.loads(process.stdout.readline())
        _keep_off(process.pid)
        try:
            yield Site(fields["url"], fields["paths"])
        finally:
            process.stdin.close()  # which ends it


def crawl(what: str, site: Site, ground: Ground, database: str, **order: Any) -> dict[str, Any]:
    """Return what a crawl measured of itself; see `client` and `peer_client`, and `begin` for the arguments.

    Raises:
        RuntimeError: It failed, or did not keep every article that it asked for.
    """
    with begin(what, site, ground, database, **order) as process:
        out, log = process.communicate(timeout=LIMIT)
    if process.returncode:
        raise RuntimeError(f"the measured crawl {what!r} failed:\n{log[-2000:]}")
    measured: dict[str, Any] = json.loads(out.splitlines()[-1])
    unkept = {name: count for name, count in measured.get("stats", {}).items() if name in _UNKEPT and count}
    if unkept:
        raise RuntimeError(f"the measured crawl {what!r} did not keep all articles: {unkept}")
    return measured


def begin(
    what: str,
    site: Site,
    ground: Ground,
    database: str,
    *,
    python: str | None = None,
    module: str = "tests.benchmarks.client",
    **order: Any,
) -> subprocess.Popen[str]:
    """Return a measured crawl under way.

    Args:
        what: Which side of a comparison.
        site: What it asks.
        ground: Where it keeps what it reads.
        database: The database's name.
        python: The interpreter; None for this one.
        module: The module that is run.
        order: More of what the module is told.
    """
    environ = os.environ | {
        "CMONEY_NEWS_URL": site.url,
        "CMONEY_NOTES_URL": site.url,
        "MONGODB_URI": ground.uri,
        "MONGODB_DATABASE": database,
        "DOWNLOAD_DELAY": "0",
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
    }
    order |= {"what": what, "urls": site.urls, "uri": ground.uri, "database": database, "core": cores()[0]}
    pipe = subprocess.PIPE
    words = [python or sys.executable, "-m", module]
    process = subprocess.Popen(words, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdin
    process.stdin.write(json.dumps(order))
    process.stdin.close()
    process.stdin = None
    return process


def _keep_off(pid: int) -> None:
    _, others = cores()
    if others:
        psutil.Process(pid).cpu_affinity(sorted(others))
