"""Exports as text: JSON lines and CSV."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, BinaryIO, Final

from archive.export.tables import ColumnKind, Table, TableColumn, TableRow
from archive.json_text import moment, to_json, to_line

_MARK: Final = "'"
_DANGEROUS: Final = tuple("=+-@\t\r\n＝＋－＠" + _MARK)
"""The first characters of a formula in a spreadsheet (OWASP, CSV injection), also full-width; and the mark itself, so
that removing one mark restores every text."""


Cell = Callable[[TableRow], str | int | None]
Show = Callable[[Any], str | int]


class JsonLines:
    """Writes a table as JSON lines."""

    def __init__(self, table: Table, stream: BinaryIO) -> None:
        self._table = table
        self._stream = stream

    def write(self, batch: bytes) -> None:
        """Write the rows of a batch of articles."""
        self._stream.write(b"".join(map(to_line, self._table.rows(batch))))

    def close(self) -> None:
        """Do nothing."""


def guard(text: str) -> str:
    """Return a text with an apostrophe before it if a spreadsheet would take it for a formula.

    >>> guard("=1+1"), guard("營收+17%"), guard("'72")
    ("'=1+1", '營收+17%', "''72")
    """
    return _MARK + text if text.startswith(_DANGEROUS) else text


def unguard(cell: str) -> str:
    """Return the text of a cell, without the apostrophe of `guard`.

    >>> unguard("'=1+1"), unguard("''72"), unguard("營收+17%")
    ('=1+1', "'72", '營收+17%')
    """
    return cell.removeprefix(_MARK)


class Csv:
    """Writes a table as CSV (RFC 4180), with byte order mark and CRLF.

    A record has a column for each of its values, a list is JSON, None is an empty cell.

    Args:
        table: The table.
        stream: The stream.
        quote_texts: Whether every text is quoted, and numbers and None are not; else only texts that need it.
        neutralise: Whether texts go through `guard`.
    """

    def __init__(self, table: Table, stream: BinaryIO, *, quote_texts: bool = False, neutralise: bool = False) -> None:
        self._table = table
        self._stream = stream
        self._lines = _quoted_lines if quote_texts else _lines
        shown = _SHOWN | ({"text": guard} if neutralise else {})
        self._cells = [cell for column in table.columns for cell in _cells(column, shown)]
        self._stream.write(BOM_UTF8 + self._lines([[name for name, _ in self._cells]]))

    def write(self, batch: bytes) -> None:
        """Write the rows of a batch of articles."""
        self._stream.write(self._lines([[cell(row) for _, cell in self._cells] for row in self._table.rows(batch)]))

    def close(self) -> None:
        """Do nothing."""


def _cells(column: TableColumn, shown: Mapping[ColumnKind, Show], *path: str) -> Iterator[tuple[str, Cell]]:
    """Yield name and reader of the cells of a column."""
    inner_path = (*path, column.name)
    if column.kind == "record":
        for inner in column.columns:
            yield from _cells(inner, shown, *inner_path)
        return
    yield ".".join(inner_path), _reader(inner_path, shown[column.kind])


def _reader(path: tuple[str, ...], show: Show) -> Cell:
    def read(row: TableRow) -> str | int | None:
        value: Any = row
        for name in path:
            value = value[name]
        return None if value is None else show(value)

    return read


def _as_json(values: list[Any]) -> str:
    return to_json(values).decode()


_SHOWN: Final[dict[ColumnKind, Show]] = {
    "text": str,
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


def _quoted_lines(rows: list[list[Any]]) -> bytes:
    """Return lines with all texts quoted, so that an empty one differs from None (as csv can from 3.12 on)."""
    return "".join(f"{','.join(map(_quoted, row))}\r\n" for row in rows).encode()


def _quoted(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return "" if value is None else str(value)
