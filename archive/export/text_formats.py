"""Exports as text: JSON lines and CSV."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO, Final

from archive.export.tables import ColumnKind, Table, TableColumn, TableRow
from archive.json_text import moment, to_json, to_line

_MARK: Final = "'"
_DANGEROUS: Final = tuple("=+-@\t\r\n＝＋－＠" + _MARK)
"""What begins a formula in a spreadsheet (OWASP, CSV injection), also full-width; and the mark, so that taking one off
gives every text back."""


Cell = Callable[[TableRow], str | int | None]


class JsonLines:
    """Writes a table as JSON lines."""

    def __init__(self, table: Table, stream: BinaryIO) -> None:
        self._table = table
        self._stream = stream

    def write(self, batch: bytes) -> None:
        """Write the rows of a batch of articles."""
        self._stream.write(b"".join(map(to_line, self._table.rows(batch))))

    def close(self) -> None:
        """Do nothing: every line is whole."""


def guard(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe.

    >>> guard("=1+1"), guard("營收+17%"), guard("'72")
    ("'=1+1", '營收+17%', "''72")
    """
    return _MARK + text if text.startswith(_DANGEROUS) else text


def unguard(cell: str) -> str:
    """Return the text of a cell, without the apostrophe that `guard` put there.

    >>> unguard("'=1+1"), unguard("''72"), unguard("營收+17%")
    ('=1+1', "'72", '營收+17%')
    """
    return cell.removeprefix(_MARK)


class Csv:
    """Writes a table as CSV (RFC 4180), with byte order mark and CRLF.

    A record takes a column for each of its values, a list is JSON, None is an empty cell.
    """

    def __init__(self, table: Table, stream: BinaryIO) -> None:
        self._table = table
        self._stream = stream
        self._cells = [cell for column in table.columns for cell in _cells(column)]
        self._stream.write(BOM_UTF8 + _lines([[name for name, _ in self._cells]]))

    def write(self, batch: bytes) -> None:
        """Write the rows of a batch of articles."""
        self._stream.write(_lines([[cell(row) for _, cell in self._cells] for row in self._table.rows(batch)]))

    def close(self) -> None:
        """Do nothing: every line is whole."""


def _cells(column: TableColumn, *path: str) -> Iterator[tuple[str, Cell]]:
    """Yield name and reader of the cells that a column takes."""
    inner_path = (*path, column.name)
    if column.kind == "record":
        for inner in column.columns:
            yield from _cells(inner, *inner_path)
        return
    yield ".".join(inner_path), _reader(inner_path, _SHOWN[column.kind])


def _reader(path: tuple[str, ...], show: Callable[[Any], str | int]) -> Cell:
    def read(row: TableRow) -> str | int | None:
        value: Any = row
        for name in path:
            value = value[name]
        return None if value is None else show(value)

    return read


def _as_json(values: list[Any]) -> str:
    return to_json(values).decode()


_SHOWN: Final[dict[ColumnKind, Callable[[Any], str | int]]] = {
    "text": guard,
    "moment": moment,
    "day": date.isoformat,
    "number": int,
    "texts": _as_json,
    "records": _as_json,
}


def _lines(rows: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
