"""Exports of a hundred thousand articles: nothing is lost on the way, and they need no more memory than a thousand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.mongo.client import Connection
from tests.support.crawling import ROOT, SCRAPY
from tests.support.following import settings
from tests.support.mongodb import fresh_database
from tests.support.shelf import fill

FEW, MANY = 1_000, 100_000
FORMATS = ("jsonl", "csv", "parquet")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def shelves(connection: Connection) -> Iterator[dict[int, Archive]]:
    """Give a small and a big archive."""
    with ExitStack() as stack:
        made = {}
        for count in (FEW, MANY):
            database = stack.enter_context(fresh_database(connection))
            made[count] = stack.enter_context(Archive.open(connection.uri, database.name, create=True))
            fill(made[count], count)
        yield made


MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Started by a small process, since a child counts what its parent held when it was forked."""


def peak_of_export(archive: Archive, uri: str, path: Path, *more: str) -> int:
    """Return the most memory that an export held, in KiB."""
    words = [sys.executable, "-c", MEASURE, *SCRAPY, "export", "-o", str(path), *more]
    environ = settings(uri, archive.database.name)
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("a.jsonl", ()),
        ("a.csv", ()),
        ("a.parquet", ()),
        ("a.jsonl.zst", ()),
        ("mentions.parquet", ("--what", "mentions")),
        ("links.graphml", ("--what", "links")),
        ("months", ("--partition", "month", "--format", "jsonl")),
    ],
)
def test_memory_does_not_grow_with_the_archive(
    shelves: dict[int, Archive], uri: str, tmp_path: Path, name: str, more: tuple[str, ...]
) -> None:
    peaks = {
        count: peak_of_export(archive, uri, tmp_path / f"{count}-{name}", *more) for count, archive in shelves.items()
    }
    sys.stdout.write(f"{name}: {peaks[FEW] // 1024} MiB, {peaks[MANY] // 1024} MiB\n")  # shown with -s
    assert peaks[MANY] < 1.2 * peaks[FEW]


def facts_of(archive: Archive) -> dict[str, Any]:
    return {
        record["_id"]: (record["published_at"] and int(record["published_at"].timestamp() * 1000 + 0.5), record["text"])
        for record in archive.articles(["_id", "published_at", "text"])
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_a_hundred_thousand_come_back(shelves: dict[int, Archive], uri: str, tmp_path: Path, kind: str) -> None:
    """Read by DuckDB, pandas and polars: equal counts, dates and texts."""
    from tests.archive.export.test_exporter import READERS

    archive = shelves[MANY]
    path = tmp_path / f"a.{kind}"
    peak_of_export(archive, uri, path)
    expected = facts_of(archive)
    assert len(expected) == MANY
    for name, read in READERS.items():
        rows = {key: (at and int(at.timestamp() * 1000 + 0.5), text) for key, at, text in read(path, kind)}
        assert rows == expected, name
