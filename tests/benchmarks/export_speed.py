"""Exports against a bare pymongo cursor that dumps the same documents with the standard library's JSON."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from pymongo import MongoClient

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import export_request
from tests.benchmarks.result import Result, Size, middle
from tests.support.mongodb import serving
from tests.support.shelf import fill

GOALS: Final = {"jsonl": 1.0, "parquet": 0.7}
WAYS: Final = ("jsonl", "parquet", "csv", "jsonl.zst")
BARE: Final = "bare cursor, json.dumps"

Times = dict[str, list[float]]


def measure(size: Size) -> Result:
    """Return articles a second of each kind of export, and their ratio to a bare cursor in the same round."""
    count = size.long_crawl[1]
    with (
        serving() as server,
        tempfile.TemporaryDirectory() as folder,
        Archive.open(server.uri, "bench", create=True) as archive,
    ):
        fill(archive, count)
        times = _times(server.uri, archive, Path(folder), size.rounds)
    ratios = {
        name: [bare / entry for bare, entry in zip(times[BARE], entry, strict=True)] for name, entry in times.items()
    }
    rows = tuple((name, f"{count / median(entry):,.0f}", middle(ratios[name])) for name, entry in times.items())
    return Result(
        "Exports",
        f"{count:,} articles of some 2,500 characters; one process, the server on the same machine; written to the "
        "disk and renamed. The bare cursor reads in no order and writes what it finds.",
        ("export", "articles/s", "× bare cursor"),
        rows,
        tuple((f"{name} at least {goal} × the bare cursor", middle(ratios[name])) for name, goal in GOALS.items()),
    )


def _times(uri: str, archive: Archive, folder: Path, rounds: int) -> Times:
    """Return the seconds of each way in each round; a round before them warms all up."""
    with MongoClient[dict[str, Any]](uri) as client:
        ways: dict[str, Callable[[], object]] = {BARE: partial(dump, client, folder / "bare.jsonl")}
        for name in WAYS:
            ways[name] = partial(export, archive, export_request(folder / f"articles.{name}"))
        times: Times = {name: [] for name in ways}
        for turn in range(rounds + 1):
            for name, way in ways.items():
                start = time.perf_counter()
                way()
                if turn:
                    times[name].append(time.perf_counter() - start)
    return times


def dump(client: MongoClient[dict[str, Any]], path: Path) -> None:
    """Dump every article, as anybody would."""
    with path.open("w", encoding="utf-8") as file:
        for document in client["bench"]["articles"].find():
            file.write(json.dumps(document, default=str, ensure_ascii=False) + "\n")
