"""Exports and feeds of an address: the whole list of the page, as a stream."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, cast

import bson
from starlette.responses import Response, StreamingResponse

from archive.archive import Archive
from archive.export.exporter import FormatWriter, table_of, writer_of
from archive.export.names import Format as FileFormat
from archive.export.names import TableName
from archive.export.request import known
from archive.feed.syndication import atom, json_feed
from archive.model.selection import choose
from archive.web.answers.parameters import Parameters
from archive.web.answers.site import KINDS

EXPORTS: Final[Mapping[str, FileFormat]] = {"ndjson": "jsonl", "csv": "csv", "parquet": "parquet"}
"""The formats that are exports, with the exporter's names for them."""

AT_ONCE: Final = 200
"""Articles in one write."""


class Sink(io.RawIOBase):
    """A writable file whose content is taken out piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._place = 0

    def write(self, data: Any) -> int:
        """Take bytes; return how many."""
        piece = bytes(data)
        self._pieces.append(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return the number of bytes written so far."""
        return self._place

    def writable(self) -> bool:
        """Whether it can be written: always."""
        return True

    def take(self) -> bytes:
        """Return the bytes written since the last call."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def export(
    archive: Archive, page: Parameters, documents: Iterable[Mapping[str, Any]], what: TableName = "articles"
) -> Response:
    """Return a table of some articles as a stream, without a limit.

    Raises:
        WrongSelection: There is no such field.
        NotInstalled: A library of the extra `export` is missing.
    """
    chosen = choose(page.fields, known(what))
    sink = Sink()
    table = table_of(archive, what, chosen, page.as_of)
    writer = writer_of(EXPORTS[page.format], table, cast("Any", sink), neutralise=True)  # browsers hand it to Excel
    return StreamingResponse(_stream(documents, writer, sink), headers=as_file(page), media_type=KINDS[page.format])


def feed(page: Parameters, documents: Sequence[Mapping[str, Any]]) -> Response:
    """Return some articles as Atom or JSON Feed."""
    content = atom(documents) if page.format == "atom" else json_feed(documents)
    return Response(content, media_type=KINDS[page.format])


def _stream(documents: Iterable[Mapping[str, Any]], writer: FormatWriter, sink: Sink) -> Iterator[bytes]:
    rest = iter(documents)
    while some := list(islice(rest, AT_ONCE)):
        writer.write(b"".join(map(bson.encode, some)))
        if piece := sink.take():
            yield piece
    writer.close()
    yield sink.take()


def as_file(page: Parameters) -> dict[str, str]:
    """Return the header that names a download, by characters that every system allows."""
    name = re.sub("[^A-Za-z0-9]", "-", page.path).strip("-") or "newest"
    return {"content-disposition": f'attachment; filename="{name}.{page.format}"'}
