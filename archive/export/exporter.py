"""Exports as files: one, or one a month."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TypeVar

from archive.articles.collection import Articles, Revisions
from archive.articles.scan import Scan, count, place
from archive.articles.walk import Walk
from archive.atomic_file import atomic_write
from archive.errors import ArchiveError
from archive.export.graphml_format import GraphML
from archive.export.names import Format, TableName
from archive.export.parquet_format import Arrow, Parquet
from archive.export.request import ExportRequest, check, known
from archive.export.tables import ArticleTable, LinkTable, MentionTable, RevisionTable, Table, TagTable
from archive.export.text_formats import Csv, JsonLines
from archive.market_calendar import calendar
from archive.model.crawl.outcome import unexpected
from archive.model.selection import Filters, Selection, choose, select
from archive.model.time_zones import TAIPEI
from archive.mongo.database import ArchiveDatabase
from archive.mongo.raw_bson import identity, split

logger = logging.getLogger(__name__)

Used = TypeVar("Used")

UNDATED: Final = "undated"
"""The month of articles without a date of publication."""


class HasCursor(Protocol):
    """A change feed with an end."""

    def cursor(self) -> str:
        """Return the cursor after the newest change."""


class ExportSource(Protocol):
    """The source of an export, such as an `Archive`."""

    @property
    def database(self) -> ArchiveDatabase:
        """Its database."""

    @property
    def changes(self) -> HasCursor:
        """The end of its change feed."""


class FormatWriter(Protocol):
    """Writes a table to a stream, batch by batch."""

    def write(self, batch: bytes) -> None:
        """Write the rows of a batch of articles."""

    def close(self) -> None:
        """Write what is left, and the stream's end; the stream stays open."""


_WRITERS: Final[dict[Format, Callable[[Table, BinaryIO], FormatWriter]]] = {
    "jsonl": JsonLines,
    "parquet": Parquet,
    "graphml": GraphML,
}


class Files:
    """The files of an export, one at a time, since articles come by date; a context manager, which ends them."""

    def __init__(self, request: ExportRequest, table: Table) -> None:
        self.written: list[Path] = []
        self._request = request
        self._table = table
        self._open = ExitStack()
        self._month = ""
        self._writer: FormatWriter | None = None
        self.passed_over: list[tuple[str, str]] = []

    def write(self, batch: bytes) -> None:
        """Write a batch of articles into its file or files.

        An article that raises an unforeseen exception is skipped, and listed in `passed_over` with the reason.
        """
        if not self._request.by_month:
            self._put(self._request.path, batch)
            return
        for month, part in self._by_month(batch):
            if month != self._month:
                self._end()
                self._month = month
            self._put(self._request.file(month), part)

    def _by_month(self, batch: bytes) -> list[tuple[str, bytes]]:
        return self._each(batch, lambda part: list(by_month(part)))

    def _put(self, path: Path, batch: bytes) -> None:
        writer = self._file(path)

        def write(part: bytes) -> list[None]:
            writer.write(part)
            return []

        self._each(batch, write)

    def _each(self, batch: bytes, use: Callable[[bytes], list[Used]]) -> list[Used]:
        """Return the results of a function for a batch; if it raises, for the articles for which it does not.

        Raises:
            ArchiveError: The archive cannot be read.
            OSError: The file cannot be written.
        """
        try:
            return use(batch)
        except (ArchiveError, OSError):
            raise
        except Exception as error:
            documents = list(split(batch))
            if len(documents) > 1:
                return [used for document in documents for used in self._each(document, use)]
            key = identity(batch)
            logger.info("%s was passed over", key, exc_info=True)
            self.passed_over.append((key, unexpected(error)))
            return []

    def _file(self, path: Path) -> FormatWriter:
        if self._writer is None:
            stream = self._request.stream or self._open.enter_context(atomic_write(path))
            request = self._request
            style = {"quote_texts": request.quote_texts, "neutralise": request.neutralise}
            self._writer = writer_of(request.format, self._table, stream, **style)
            self._open.callback(self._writer.close)
            self.written += [] if self._request.stream else [path]
        return self._writer

    def _end(self) -> None:
        self._writer = None
        self._open.close()

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *error: Any) -> None:
        if error[0] is None and not self._request.by_month:
            self._file(self._request.path)  # an export of nothing is a file, too
        self._open.__exit__(*error)


def by_month(batch: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of a batch of articles by month of publication, in Taipei."""
    documents = list(split(batch))
    first, last = _month(documents[0]), _month(documents[-1])
    if first == last:  # nearly always, since articles come by date
        yield first, batch
        return
    for month, part in groupby(documents, _month):
        yield month, b"".join(part)


def _month(document: bytes) -> str:
    published = place(document)[1]
    return published.astimezone(TAIPEI).strftime("%Y-%m") if published else UNDATED


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of an export.

    Attributes:
        articles: The number of articles that were read.
        files: The files, in order.
        cursor: A cursor of the feed; every change that is not in the export comes after it.
        passed_over: Keys of articles that are in no file, each with the reason.
    """

    articles: int
    files: tuple[Path, ...]
    cursor: str
    passed_over: tuple[tuple[str, str], ...] = ()


def export(archive: ExportSource, request: ExportRequest, progress: Callable[[int], None] = lambda _: None) -> Exported:
    """Write the files of an export; each appears when it is complete.

    Args:
        archive: The archive.
        request: The export.
        progress: Called with the number of articles that each step has read.

    Raises:
        WrongSelection: See `archive.export.request.check`.
        NotInstalled: A library of the extra `export` is missing.
        ArchiveError: The archive cannot be read.
        FileNotWritten: A file cannot be written.
        DiskFull: There is no room for a file.
    """
    check(request)
    cursor = archive.changes.cursor()  # before the first article is read: later changes may be in the export, too
    table = table_of(archive, request.what, request.fields, request.as_of)
    scan = _scan(archive, request.selection, table, request.as_of)
    files = Files(request, table)
    articles = 0
    with files:
        for batch in scan.batches():
            files.write(batch)
            read = count(batch)
            articles += read
            progress(read)
    return Exported(articles, tuple(files.written), cursor, tuple(files.passed_over))


def export_some(archive: ExportSource, keys: Sequence[str], format: Format, stream: BinaryIO) -> None:  # noqa: A002 -- as above
    """Write the records of some articles to a stream, which stays open.

    Args:
        archive: The archive.
        keys: Keys or aliases of the articles; unknown ones are skipped.
        format: The format.
        stream: The stream.

    Raises:
        NotInstalled: A library of the extra `export` is missing.
        ArchiveError: The archive cannot be read.
    """
    writer = writer_of(format, table_of(archive, "articles", None), stream)
    for batch in Articles(archive.database).raw(keys):
        writer.write(batch)
    writer.close()


def _scan(archive: ExportSource, selection: Selection, table: Table, as_of: datetime | None) -> Scan | Walk:
    if as_of is not None:
        return Walk(archive.database, selection, as_of, fields=table.fields)
    return Scan(archive.database, selection, table.fields, in_a_rush=True)


def arrow(
    archive: ExportSource, what: TableName, fields: Iterable[str] | None, wanted: Filters, as_of: datetime | None = None
) -> Any:
    """Return a table of the archive as an Arrow table.

    Raises:
        WrongSelection: The fields or filters are invalid.
        NotInstalled: A library of the extra `export` is missing.
    """
    chosen = choose(fields, known(what))
    table = table_of(archive, what, chosen, as_of)
    return Arrow(table).whole(_scan(archive, select(wanted), table, as_of).batches())


def writer_of(
    format: Format,  # noqa: A002 -- the word of the command
    table: Table,
    stream: BinaryIO,
    *,
    quote_texts: bool = False,
    neutralise: bool = False,
) -> FormatWriter:
    """Return the writer of a format; `quote_texts` and `neutralise` are for CSV (see `Csv`).

    Raises:
        NotInstalled: A library of the extra `export` is missing.
    """
    if format == "csv":
        return Csv(table, stream, quote_texts=quote_texts, neutralise=neutralise)
    return _WRITERS[format](table, stream)


def table_of(
    archive: ExportSource, what: TableName, fields: tuple[str, ...] | None, as_of: datetime | None = None
) -> Table:
    """Return a table of an archive as of a moment, with some of its columns; all for None.

    Raises:
        NotInstalled: The market's calendar is missing.
    """
    chosen = fields or known(what)
    if what == "articles":
        return ArticleTable(chosen)
    if what == "mentions":
        return MentionTable(chosen, calendar())
    if what == "tags":
        return TagTable(chosen, calendar())
    if what == "revisions":
        return RevisionTable(chosen, Revisions(archive.database), as_of)
    return LinkTable(chosen, calendar(), Articles(archive.database), as_of)
