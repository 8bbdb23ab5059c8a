"""The files of an export by month: together they are the export, and readers of partitioned data sets know them."""

from __future__ import annotations

from pathlib import Path

import pytest
import zstandard

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import ExportRequest
from archive.model.selection import Selection
from tests.support.shelf import fill

duckdb = pytest.importorskip("duckdb")

COUNT = 300


def test_a_month_is_a_file_and_together_they_are_all(archive: Archive, tmp_path: Path) -> None:
    fill(archive, COUNT)
    folder = tmp_path / "shelf.parquet"
    done = export(archive, ExportRequest(folder, "parquet", by_month=True))
    months = sorted(path.name for path in folder.iterdir())
    assert months[0] == "month=2024-01"
    assert months[-1] == "month=undated"
    assert sorted(done.files) == sorted(folder.rglob("*.parquet"))
    with duckdb.connect() as reader:
        table = f"'{folder}/*/*.parquet'"
        counts = dict(reader.execute(f"SELECT month, count(*) FROM {table} GROUP BY month").fetchall())  # noqa: S608
    assert sum(counts.values()) == COUNT
    march = list(archive.articles(since="2024-03-01", until="2024-03-31"))
    assert counts["2024-03"] == len(march)


def test_packed_months(archive: Archive, tmp_path: Path) -> None:
    fill(archive, COUNT)
    wanted = ExportRequest(
        tmp_path / "x.jsonl.zst", "jsonl", selection=Selection(tickers=frozenset({"AMZN"})), by_month=True
    )
    lines = 0
    for path in export(archive, wanted).files:
        assert path.name == "articles.jsonl.zst"
        lines += zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().count(b"\n")
    assert lines == sum("AMZN" in record["tickers"] for record in archive.articles())
