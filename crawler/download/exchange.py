"""One request and its answer, and files of them: WARC, so that any replay tool can read what a survey recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.atomic_file import writing
from crawler.errors import WrongUsage

_SECRET: Final = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
"""Headers that are never written: a recording is made to be given to others."""

BROWSE: Final = "BROWSE"
"""In place of a method: a page after its scripts have run in a browser, which differs from the answer to a GET."""

_PURPOSE: Final = "WARC-X-Purpose"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer.

    Attributes:
        purpose: Its purpose, one word: `robots`, `listing`, `article`…; empty in a foreign recording.
        method: `GET`, `POST`, or `BROWSE` for a page after its scripts have run.
        url: The requested address.
        sent: The request's body; empty for none.
        status: The HTTP status; None where nothing was answered.
        headers: The answer's headers, by lower-case name.
        body: The answer's body as it was received, in its content encoding.
        at: When it was received; aware, UTC.
        error: Why nothing was answered; empty where something was.
    """

    purpose: str
    method: str
    url: str
    at: datetime
    sent: bytes = b""
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""

    @property
    def place(self) -> tuple[str, str, bytes]:
        """The identity of a request in a recording: method, address and body."""
        return self.method, self.url, self.sent


class ExchangeFile:
    """A WARC file to which exchanges are added one by one; they stay in it, however the program ends.

    A file of that name that is not empty is renamed to the time when it was written.

    Args:
        path: The file; each record is a gzip member of its own, so that a truncated file is readable up to its end.

    Raises:
        FileNotWritten: It cannot be written there.
        DiskFull: There is no room.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with writing(path):
            put_aside(path)
            self._file = path.open("wb")
        self._writer: Any = WARCWriter(self._file, gzip=True, warc_version="1.1")

    def add(self, exchange: Exchange) -> None:
        """Write an exchange; one without an answer is only in `survey.json`.

        Raises:
            FileNotWritten: It cannot be written.
            DiskFull: There is no room.
        """
        if exchange.status is None:
            return
        fields = {"WARC-Date": exchange.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")}
        sent = StatusAndHeaders(f"{exchange.method} {exchange.url} HTTP/1.1", [], is_http_request=True)
        headers = [(name, value) for name, value in exchange.headers.items() if name not in _SECRET]
        received = StatusAndHeaders(f"{exchange.status} ", headers, protocol="HTTP/1.1")
        with writing(self._path):
            self._record(exchange.url, "request", exchange.sent, sent, fields)
            self._record(exchange.url, "response", exchange.body, received, fields | {_PURPOSE: exchange.purpose})
            self._file.flush()

    def close(self) -> None:
        """Close the file; errors of writing were reported by `add`."""
        with suppress(OSError):
            self._file.close()

    def _record(self, url: str, kind: str, body: bytes, headers: StatusAndHeaders, fields: dict[str, str]) -> None:
        record = self._writer.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), http_headers=headers, warc_headers_dict=fields
        )
        self._writer.write_record(record)


def put_aside(path: Path) -> None:
    """Rename a file that is not empty to the time when it was written; no other file is overwritten.

    Raises:
        OSError: It cannot be renamed.
    """
    if not path.is_file() or not path.stat().st_size:
        return
    name, _, endings = path.name.partition(".")
    stem = f"{name}-{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y%m%dT%H%M%SZ}"
    places = (path.with_name(f"{stem}{number}.{endings}") for number in chain([""], (f"-{more}" for more in count(2))))
    path.rename(next(place for place in places if not place.exists()))


def read_exchanges(path: Path) -> list[Exchange]:
    """Return the exchanges of a WARC file, in its order; a response without its request counts as a GET.

    A response that is cut short, as the last one of a recording that was killed, is left out.

    Raises:
        WrongUsage: The file cannot be read, or is no WARC file.
    """
    try:
        with path.open("rb") as file:
            return list(_exchanges(ArchiveIterator(file)))
    except (OSError, ArchiveLoadFailed, ValueError, EOFError) as error:
        raise WrongUsage(f"{path} cannot be read as WARC: {error}") from error


def _exchanges(records: Iterable[Any]) -> Iterator[Exchange]:
    method, sent, target = "GET", b"", ""
    for record in records:
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        if record.rec_type == "request" and record.http_headers is not None:
            method, target, sent = record.http_headers.protocol, url, record.raw_stream.read()
        elif record.rec_type == "response" and record.http_headers is not None:
            if url != target:
                method, sent = "GET", b""
            exchange = _exchange(record, url, method, sent)
            if len(exchange.body) >= (record.payload_length or 0):
                yield exchange
            method, sent, target = "GET", b"", ""


def _exchange(record: Any, url: str, method: str, sent: bytes) -> Exchange:
    headers = {name.lower(): value for name, value in record.http_headers.headers}
    return Exchange(
        purpose=record.rec_headers.get_header(_PURPOSE) or "",
        method=method,
        url=url,
        sent=sent,
        at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
        status=int(record.http_headers.get_statuscode()),
        headers=headers,
        body=record.raw_stream.read(),
    )
