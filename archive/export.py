"""Exports: a table of the archive as a file, or as a folder of files by month; with as little memory as one article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, Protocol, Unpack, get_args

from archive import columns
from archive.delivery import PACKED, delivered
from archive.graph import GraphML
from archive.json_lines import JsonLines
from archive.mongo.scan import Scan, place, split
from archive.parquet import Arrow, Parquet
from archive.selection import TAIPEI, Selection, Wanted, WrongSelection, choose, select
from archive.sessions import Sessions
from archive.spreadsheet import Spreadsheet
from archive.table import ArticleTable, LinkTable, MentionTable, Table, TagTable, What

if TYPE_CHECKING:
    from archive.archive import Archive

Format = Literal["jsonl", "csv", "parquet", "graphml"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
WHATS: Final[tuple[What, ...]] = get_args(What)

UNDATED: Final = "undated"
"""The month of articles without a date of publication."""

_ENDINGS: Final[dict[str, Format]] = {".ndjson": "jsonl", **{f".{name}": name for name in FORMATS}}
_COLUMNS: Final = {
    "articles": columns.ARTICLE,
    "mentions": columns.MENTION,
    "links": columns.LINK,
    "tags": columns.TAG,
}


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


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, and where to.

    Attributes:
        path: The file, or with `by_month` the folder; its ending tells how it is packed.
        format: Of the files.
        what: Which table.
        selection: Of which articles.
        fields: Columns of the table, in the order wanted; None for all.
        by_month: Whether each month (of publication, in Taipei) gets a file of its own.
    """

    path: Path
    format: Format
    what: What = "articles"
    selection: Selection = field(default_factory=Selection)
    fields: tuple[str, ...] | None = None
    by_month: bool = False

    def file(self, month: str) -> Path:
        """Return the file of a month, named as readers of partitioned data sets expect it (`month=2026-08/…`)."""
        packed = self.path.suffix if self.path.suffix in PACKED else ""
        return self.path / f"month={month}" / f"{self.what}.{self.format}{packed}"


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


def order(path: Path, what: What = "articles", fields: Iterable[str] | None = None, **wanted: Unpack[Wanted]) -> Order:
    """Return an order for one file, in the format that its name's ending tells.

    Raises:
        WrongSelection: What is asked for cannot be meant, or the ending tells no format.
    """
    found = format_of(path)
    if found is None:
        raise WrongSelection(f"{path.name!r} tells no format: end it in {', '.join(_ENDINGS)}, with .gz or .zst or not")
    known = columns.names(_COLUMNS[what])
    asked = Order(path, found, what, select(wanted), None if fields is None else choose(fields, known))
    check(asked)
    return asked


def format_of(path: Path) -> Format | None:
    """Return the format that a file's name tells, or None if it tells none.

    >>> format_of(Path("articles.ndjson.zst")), format_of(Path("articles"))
    ('jsonl', None)
    """
    name = path.with_suffix("") if path.suffix in PACKED else path
    return _ENDINGS.get(name.suffix)


def check(asked: Order) -> None:
    """Check that an order can be meant.

    Raises:
        WrongSelection: A graph of no links, a graph by its columns or by month, or a packed Parquet file.
    """
    if asked.format == "graphml" and asked.what != "links":
        raise WrongSelection(f"graphml is for links; {asked.what} go into jsonl, csv or parquet")
    if asked.format == "graphml" and (asked.fields or asked.by_month):
        raise WrongSelection("graphml is one file with attributes of its own: leave out fields and partition")
    if asked.format == "parquet" and asked.path.suffix in PACKED:
        raise WrongSelection(
            f"Parquet is packed inside, and cannot be read from a {asked.path.suffix} file: leave it out"
        )
    if asked.fields is not None:
        choose(asked.fields, columns.names(_COLUMNS[asked.what]))


def export(archive: Archive, asked: Order, progress: Callable[[int], None] = lambda _: None) -> Exported:
    """Return what was written once all files are there, each whole.

    Args:
        archive: The archive.
        asked: What, of which articles, and where to.
        progress: Is told how many articles each step has read.

    Raises:
        WrongSelection: See `check`.
        NotInstalled: A library of the extra `export` is needed and not there.
        ArchiveError: The archive cannot be read; no file is left half written.
        OSError: A file cannot be written; the same.
    """
    check(asked)
    cursor = archive.changes.cursor()  # before the first article is read: what comes after it may be in both
    table = _table(archive, asked.what, asked.fields)
    scan = Scan(archive.desk, asked.selection, table.fields, in_a_rush=True)
    files = _Files(asked, table)
    articles = 0
    with files:
        for batch in scan.batches():
            files.write(batch)
            count = sum(1 for _ in split(batch))
            articles += count
            progress(count)
    return Exported(articles, tuple(files.written), cursor)


def arrow(archive: Archive, what: What, fields: Iterable[str] | None, wanted: Wanted) -> Any:
    """Return a table of the archive as an Arrow table.

    Raises:
        WrongSelection: What is asked for cannot be meant.
        NotInstalled: A library of the extra `export` is needed and not there.
    """
    chosen = None if fields is None else choose(fields, columns.names(_COLUMNS[what]))
    table = _table(archive, what, chosen)
    return Arrow(table).whole(Scan(archive.desk, select(wanted), table.fields, in_a_rush=True).batches())


def _table(archive: Archive, what: What, fields: tuple[str, ...] | None) -> Table:
    chosen = fields or columns.names(_COLUMNS[what])
    if what == "articles":
        return ArticleTable(chosen)
    if what == "mentions":
        return MentionTable(chosen, Sessions())
    if what == "tags":
        return TagTable(chosen, Sessions())
    return LinkTable(chosen, Sessions(), archive.articles)


class _Files:
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

    def __enter__(self) -> _Files:
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
