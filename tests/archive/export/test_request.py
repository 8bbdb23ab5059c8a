"""What may be ordered of an export, and which filters are invalid."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import ExportRequest, export_request, format_of
from archive.model.selection import WrongSelection


@pytest.mark.parametrize(
    "wanted",
    [
        ExportRequest(Path("a.graphml"), "graphml"),
        ExportRequest(Path("a.graphml"), "graphml", "links", fields=("key",)),
        ExportRequest(Path("a.parquet.gz"), "parquet"),
        ExportRequest(Path("a.jsonl"), "jsonl", quote_texts=True),
        ExportRequest(Path("a.parquet"), "parquet", neutralise=True),
        ExportRequest(Path("a.jsonl"), "jsonl", fields=("titel",)),
        ExportRequest(Path("a.jsonl"), "jsonl", "tags", fields=("title",)),
        ExportRequest(Path("a.jsonl"), "jsonl", "mention"),  # type: ignore[arg-type]  # that is the mistake
    ],
)
def test_what_cannot_be_meant_is_refused(archive: Archive, wanted: ExportRequest) -> None:
    with pytest.raises(WrongSelection):
        export(archive, wanted)


def test_a_table_that_is_not_there_is_refused(archive: Archive) -> None:
    with pytest.raises(WrongSelection, match="no table 'mention'"):
        archive.table("mention")  # type: ignore[arg-type]  # that is the mistake


def test_a_name_that_tells_no_format_is_refused() -> None:
    assert format_of(Path("a.csv.gz")) == "csv"
    with pytest.raises(WrongSelection, match="no format"):
        export_request(Path("a.xlsx"))
