"""The kept pages as a WARC 1.1 file (ISO 28500), which replay tools serve and archives exchange."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from archive.atomic_file import atomic_write
from archive.model.crawl.page import Page
from archive.pages.documents import page_id, sha256_of
from archive.version import VERSION as PROGRAM

VERSION: Final = "1.1"
CONFORMS: Final = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

_REPLACED: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that are written anew, since they have to fit the body as it stands in the record."""


def write_warc(pages: Iterable[Page], path: Path, progress: Callable[[int], None] = lambda _: None) -> int:
    """Return how many pages were written to a WARC file, which is there as a whole or not at all.

    One `warcinfo` record, then one `response` record a page: status, the headers that were kept, and the body as it was
    received, in its content encoding; a page that was recompressed since stands there unpacked. A body that the same
    article's last responses had is a `revisit` record that refers to the first. Each record is a gzip member of its own
    where the path ends in `.gz`. A page has the same record id in every file.

    Args:
        pages: By key and time, as `Pages.every` gives them.
        path: Where to; replaced if it is there.
        progress: Called with the number of pages after each.

    Raises:
        FileNotWritten: The file cannot be written there.
        DiskFull: There is no room for it.
        ArchiveError: The pages cannot be read.
    """
    count = 0
    with atomic_write(path, pack=False, folders=False) as file:
        for count in _write(pages, file, path):
            progress(count)
    return count


def _write(pages: Iterable[Page], file: BinaryIO, path: Path) -> Iterator[int]:
    writer = WARCWriter(file, gzip=path.suffix == ".gz", warc_version=VERSION)
    writer.write_record(_warcinfo(writer, path.name))
    key, bodies = "", dict[str, Page]()
    for count, page in enumerate(pages, 1):
        if page.key != key:
            key, bodies = page.key, {}
        first = bodies.setdefault(sha256_of(page.body), page)
        writer.write_record(_response(writer, page) if first is page else _revisit(writer, page, first))
        yield count


def _warcinfo(writer: Any, name: str) -> Any:
    fields = {"software": f"cmoney-archive/{PROGRAM}", "format": "WARC File Format 1.1", "conformsTo": CONFORMS}
    return writer.create_warcinfo_record(name, fields)


def _response(writer: Any, page: Page) -> Any:
    return writer.create_warc_record(
        page.url,
        "response",
        payload=BytesIO(page.body),
        length=len(page.body),
        http_headers=_http(page),
        warc_headers_dict=_headers(page),
    )


def _revisit(writer: Any, page: Page, first: Page) -> Any:
    digest = Digester("sha1")
    digest.update(first.body)
    return writer.create_revisit_record(
        page.url,
        str(digest),
        first.url,
        _moment(first),
        http_headers=_http(page),
        warc_headers_dict=_headers(page) | {"WARC-Refers-To": _identity(page_id(first))},
    )


def _headers(page: Page) -> dict[str, str]:
    return {"WARC-Date": _moment(page), "WARC-Record-ID": _identity(page_id(page))}


def _http(page: Page) -> StatusAndHeaders:
    """Return the response's status line and headers, which fit the body as it stands in the record."""
    kept = [(_capitalised(name), value) for name, value in page.headers.items() if name.lower() not in _REPLACED]
    if page.encoding:
        kept.append(("Content-Encoding", page.encoding))
    kept.append(("Content-Length", str(len(page.body))))
    return StatusAndHeaders(_status(page.status), kept, protocol="HTTP/1.1")


def _status(number: int) -> str:
    """Return a status with its phrase; without one where it is not a registered status.

    >>> _status(404)
    '404 Not Found'
    >>> _status(520)
    '520 '
    """
    try:
        return f"{number} {HTTPStatus(number).phrase}"
    except ValueError:
        return f"{number} "


def _capitalised(name: str) -> str:
    """Return a header's name as it is usually written.

    >>> _capitalised("content-type"), _capitalised("etag")
    ('Content-Type', 'ETag')
    """
    return "ETag" if name.lower() == "etag" else name.title()


def _moment(page: Page) -> str:
    """Return when a page was received, in UTC to the millisecond, as WARC 1.1 allows."""
    return page.fetched_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _identity(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
