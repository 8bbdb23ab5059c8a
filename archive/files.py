"""The files of an export: one, or one for each month of publication."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from archive.delivery import delivered
from archive.graph import GraphML
from archive.json_lines import JsonLines
from archive.mongo.scan import place, split
from archive.order import Format, Order
from archive.parquet import Parquet
from archive.selection import TAIPEI
from archive.spreadsheet import Spreadsheet
from archive.table import Table

UNDATED: Final = "undated"
"""The month of articles without a date of publication."""


class Writer(Protocol):
    """Writes a table to a stream, batch by batch."""

    def write(self, batch: bytes) -> None:
        """Write the rows of a batch of articles."""

    def close(self) -> None:
        """Write what is left, and the stream's end; the stream stays open."""


_WRITERS: Final[dict[Format, Callable[[Table, BinaryIO], Writer]]] = {
    "jsonl": JsonLines,
    "csv": Spreadsheet,
    "parquet": Parquet,
    "graphml": GraphML,
}


class Files:
    """The files of an export, one after the other, since articles come by date; a context manager, which ends them."""

    def __init__(self, asked: Order, table: Table) -> None:
        self.written: list[Path] = []
        self._asked = asked
        self._table = table
        self._open = ExitStack()
        self._month = ""
        self._writer: Writer | None = None

    def write(self, batch: bytes) -> None:
        """Write a batch of articles into the file or files that they belong to."""
        if not self._asked.by_month:
            self._file(self._asked.path).write(batch)
            return
        for month, part in by_month(batch):
            if month != self._month:
                self._end()
                self._month = month
            self._file(self._asked.file(month)).write(part)

    def _file(self, path: Path) -> Writer:
        if self._writer is None:
            stream = self._open.enter_context(delivered(path))
            self._writer = _WRITERS[self._asked.format](self._table, stream)
            self._open.callback(self._writer.close)
            self.written.append(path)
        return self._writer

    def _end(self) -> None:
        self._writer = None
        self._open.close()

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *error: Any) -> None:
        if error[0] is None and not self._asked.by_month:
            self._file(self._asked.path)  # also where there is nothing to write, a file says so
        self._open.__exit__(*error)


def by_month(batch: bytes) -> Iterator[tuple[str, bytes]]:
    """Return a batch of articles cut by month of publication, in Taipei."""
    documents = list(split(batch))
    first, last = _month(documents[0]), _month(documents[-1])
    if first == last:  # as nearly always: articles come by date
        yield first, batch
        return
    for month, part in groupby(documents, _month):
        yield month, b"".join(part)


def _month(document: bytes) -> str:
    published = place(document)[1]
    return published.astimezone(TAIPEI).strftime("%Y-%m") if published else UNDATED
