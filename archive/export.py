"""Exports: a table of the archive as files, or as an Arrow table; files with as little memory as one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.columns import What
from archive.files import Files
from archive.mongo.scan import Scan, count
from archive.order import Order, check, known
from archive.parquet import Arrow
from archive.selection import Wanted, choose, select
from archive.sessions import Sessions
from archive.table import ArticleTable, LinkTable, MentionTable, Table, TagTable

if TYPE_CHECKING:
    from archive.archive import Archive


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export has written.

    Attributes:
        articles: How many articles were read.
        files: The files, in order.
        cursor: Where the feed goes on: every change that is not in the export comes after it.
    """

    articles: int
    files: tuple[Path, ...]
    cursor: str


def export(archive: Archive, asked: Order, progress: Callable[[int], None] = lambda _: None) -> Exported:
    """Return what was written once all files are there, each whole.

    Args:
        archive: The archive.
        asked: What, of which articles, and where to.
        progress: Is told how many articles each step has read.

    Raises:
        WrongSelection: See `archive.order.check`.
        NotInstalled: A library of the extra `export` is needed and not there.
        ArchiveError: The archive cannot be read; no file is left half written.
        OSError: A file cannot be written; the same.
    """
    check(asked)
    cursor = archive.changes.cursor()  # before the first article is read: what comes after it may be in both
    table = _table(archive, asked.what, asked.fields)
    scan = Scan(archive.desk, asked.selection, table.fields, in_a_rush=True)
    files = Files(asked, table)
    articles = 0
    with files:
        for batch in scan.batches():
            files.write(batch)
            read = count(batch)
            articles += read
            progress(read)
    return Exported(articles, tuple(files.written), cursor)


def arrow(archive: Archive, what: What, fields: Iterable[str] | None, wanted: Wanted) -> Any:
    """Return a table of the archive as an Arrow table.

    Raises:
        WrongSelection: What is asked for cannot be meant.
        NotInstalled: A library of the extra `export` is needed and not there.
    """
    chosen = choose(fields, known(what))
    table = _table(archive, what, chosen)
    return Arrow(table).whole(Scan(archive.desk, select(wanted), table.fields, in_a_rush=True).batches())


def _table(archive: Archive, what: What, fields: tuple[str, ...] | None) -> Table:
    chosen = fields or known(what)
    if what == "articles":
        return ArticleTable(chosen)
    if what == "mentions":
        return MentionTable(chosen, Sessions())
    if what == "tags":
        return TagTable(chosen, Sessions())
    return LinkTable(chosen, Sessions(), archive.articles)
