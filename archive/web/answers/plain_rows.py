"""Rows other than articles (sessions, runs, corrections, symbols, findings) as an export or a feed."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow
import pyarrow.parquet
from starlette.responses import Response

from archive.export.text_formats import guard
from archive.json_text import moment, to_json, to_line
from archive.model.selection import choose
from archive.web.answers.exports import as_file, feed
from archive.web.answers.parameters import Parameters
from archive.web.answers.site import KINDS

PlainRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlainTable:
    """The rows of a page.

    Attributes:
        columns: The names of each row's values.
        rows: The rows, in the page's order.
        entries: Returns the entries of its feed (see `feed_entry`); called only for a feed.
    """

    columns: tuple[str, ...]
    rows: Sequence[PlainRow]
    entries: Callable[[], Sequence[PlainRow]]

    def answer(self, page: Parameters) -> Response:
        """Return the answer in the format of the page: an export or a feed.

        Raises:
            WrongSelection: There is no such column.
        """
        if page.format in {"atom", "jsonfeed"}:
            return feed(page, self.entries())
        columns = choose(page.fields, self.columns)
        write = {"ndjson": _lines, "csv": _csv, "parquet": _parquet}[page.format]
        body = write(columns, [{name: row[name] for name in columns} for row in self.rows])
        return Response(body, headers=as_file(page), media_type=KINDS[page.format])


def feed_entry(identity: str, title: str, text: str, at: datetime) -> PlainRow:
    """Return an entry of a feed that is no article.

    Args:
        identity: Its permanent identity.
        title: Its title.
        text: Its text.
        at: Its time; aware.
    """
    return {
        "_id": identity, "title": title, "text": text, "published_at": at, "revision": 1, "last_changed_at": at,
        "first_seen_at": at, "url": None, "author": {"id": None, "name": None}, "lead": None, "tags": [], "tickers": [],
        "tw_stocks": [],
    }  # fmt: skip


def _lines(columns: Sequence[str], rows: Sequence[PlainRow]) -> bytes:
    del columns
    return b"".join(map(to_line, rows))


def _csv(columns: Sequence[str], rows: Sequence[PlainRow]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[_cell(row[name]) for name in columns] for row in rows])
    return BOM_UTF8 + text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    plain = _plain(value)
    return guard(plain) if isinstance(plain, str) else plain


def _parquet(columns: Sequence[str], rows: Sequence[PlainRow]) -> bytes:
    table = pyarrow.table({name: pyarrow.array([_plain(row[name]) for row in rows]) for name in columns})
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink)
    return sink.getvalue()


def _plain(value: object) -> object:
    """Return the value of a cell; records and lists are JSON."""
    return to_json(value).decode() if isinstance(value, Mapping | list | tuple) else value
