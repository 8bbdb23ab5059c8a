"""An export's tables, articles and files, checked before anything is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Unpack

from archive.atomic_file import PACKED
from archive.export import tables
from archive.export.names import FORMATS, Format, TableName
from archive.model.selection import Filters, Selection, WrongSelection, choose, select

STREAMED: Final[tuple[Format, ...]] = ("jsonl", "csv")
"""Formats that can be written to a stream."""

_ENDINGS: Final[dict[str, Format]] = {".ndjson": "jsonl", **{f".{name}": name for name in FORMATS}}


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """An export.

    Attributes:
        path: The file, or with `by_month` the folder; its ending has the compression.
        format: The format.
        what: The table.
        selection: The articles.
        fields: Columns of the table, in the order wanted; None for all.
        as_of: The moment of the state that is exported (see docs/as-of.md); aware; None for now.
        stream: A stream to write to in place of the file; it stays open; None for the file.
        by_month: Whether each month (of publication, in Taipei) gets a file of its own.
        quote_texts: Whether every text of a CSV is quoted.
        neutralise: Whether a text of a CSV that begins like a formula gets an apostrophe before it.
    """

    path: Path
    format: Format
    what: TableName = "articles"
    selection: Selection = field(default_factory=Selection)
    fields: tuple[str, ...] | None = None
    as_of: datetime | None = None
    by_month: bool = False
    stream: BinaryIO | None = None
    quote_texts: bool = False
    neutralise: bool = False

    def file(self, month: str) -> Path:
        """Return the file of a month, named as readers of partitioned data sets expect it (`month=2026-08/…`)."""
        packed = self.path.suffix if self.path.suffix in PACKED else ""
        return self.path / f"month={month}" / f"{self.what}.{self.format}{packed}"


def export_request(
    path: Path, what: TableName = "articles", fields: Iterable[str] | None = None, **wanted: Unpack[Filters]
) -> ExportRequest:
    """Return the request for one file, in the format of its name's ending.

    Raises:
        WrongSelection: The filters are invalid, or the ending is no format's.
    """
    file_format = format_of(path)
    if file_format is None:
        raise WrongSelection(
            f"{path.name!r} has the ending of no format: end it in {', '.join(_ENDINGS)}, with .gz or .zst or not"
        )
    request = ExportRequest(
        path, file_format, what, select(wanted), None if fields is None else choose(fields, known(what))
    )
    check(request)
    return request


def format_of(path: Path) -> Format | None:
    """Return the format of a file by its name's ending; None for another ending.

    >>> format_of(Path("articles.ndjson.zst")), format_of(Path("articles"))
    ('jsonl', None)
    """
    name = path.with_suffix("") if path.suffix in PACKED else path
    return _ENDINGS.get(name.suffix)


def check(request: ExportRequest) -> None:
    """Check a request.

    Raises:
        WrongSelection: It has a graph of another table than links, a graph with columns or by month, a compressed
            Parquet file, a format that cannot be written to its stream, or an option of CSV with another format.
    """
    if request.format == "graphml" and request.what != "links":
        raise WrongSelection(f"graphml is for links; {request.what} go into jsonl, csv or parquet")
    if request.format == "graphml" and (request.fields or request.by_month):
        raise WrongSelection("graphml is one file with attributes of its own: leave out fields and partition")
    if request.stream and (request.by_month or request.format not in STREAMED):
        raise WrongSelection(
            f"only {' and '.join(STREAMED)} are written to a stream, and without partition: name a file"
        )
    if request.format == "parquet" and request.path.suffix in PACKED:
        raise WrongSelection(
            f"Parquet is packed inside, and cannot be read from a {request.path.suffix} file: leave it out"
        )
    if request.format != "csv" and (request.quote_texts or request.neutralise):
        raise WrongSelection(f"quotes and formulas are matters of CSV: leave them out for {request.format}")
    if request.fields is not None:
        choose(request.fields, known(request.what))


def known(what: TableName) -> tuple[str, ...]:
    """Return the names of a table's columns.

    Raises:
        WrongSelection: There is no such table.
    """
    if what not in tables.TABLES:
        raise WrongSelection(f"there is no table {what!r}; there are: {', '.join(tables.TABLES)}")
    return tables.names(tables.TABLES[what])
