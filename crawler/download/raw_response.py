"""Receiving a response: its body is kept as received for the archive's raw pages, and unpacked for the readers."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientPayloadError
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.pages.content_encoding import TooLarge, unpack
from crawler.download.errors import DATALOSS, TooLargeToReceive

logger = logging.getLogger(__name__)

RECEIVED: Final = "received"
"""The key of a response's body as received in its request's meta."""

ONCE: Final = "DOWNLOAD_ONCE"
"""The setting by which a command keeps aiohttp from repeating a request after a broken connection. Not for users."""

KEPT_OF_TOO_LARGE: Final = 1 << 20
"""Bytes that are kept of a body beyond the limit: enough to identify it."""


@dataclass(frozen=True, slots=True)
class Received:
    """A body as it was received.

    Attributes:
        body: The bytes, still packed.
        encoding: The content encoding; None if it came plain.
    """

    body: bytes
    encoding: str | None


class RawBodyHandler(AiohttpDownloadHandler):
    """Scrapy's aiohttp handler, with the body both as received and unpacked; Scrapy's middleware keeps only the latter.

    Counts `receiving/bytes`, `receiving/bytes_unpacked` and `receiving/broken`.
    """

    experimental = False  # Scrapy warns of it at every start; it is pinned, and every whole crawl in the tests uses it

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._stats = crawler.stats
        if crawler.settings.getbool(ONCE):
            self._session._retry_connection = False  # noqa: SLF001 -- aiohttp offers no other way

    async def _read_response(self, response: Any, request: Request) -> Response:
        """Return the response with its body unpacked; a truncated one is flagged, and RetryMiddleware retries it.

        Raises:
            TooLargeToReceive: The body is, or would unpack to, more than the limit.
            ResponseDataLossError: The connection broke within the body.
        """
        encoding = ",".join(response.headers.getall("Content-Encoding", ())).lower().strip() or None
        body, is_cut = await self._receive(response)
        request.meta[RECEIVED] = Received(body, encoding)
        flags: list[str] = []
        excess = f"more than {self._max_size} bytes (DOWNLOAD_MAXSIZE)" if is_cut else None
        if encoding is not None and body and not is_cut:
            try:
                body = self._unpacked(body, encoding, request.url, flags)
            except TooLarge as error:
                excess = str(error)
        if excess is None:
            return self._answer(response, request, body, flags)
        refusal = TooLargeToReceive(excess)
        refusal.response = self._answer(response, request, b"", flags)
        refusal.response.request = request
        raise refusal

    @staticmethod
    def _answer(response: Any, request: Request, body: bytes, flags: list[str]) -> Response:
        content_type = response.headers.get("Content-Type")
        kind = (
            responsetypes.from_content_type(content_type)
            if content_type
            else responsetypes.from_args(url=request.url, body=body)
        )
        answer = kind(request.url, response.status, None, body, flags)
        answer.headers = _headers_of(response.raw_headers)
        return answer

    def _request_headers(self, request: Request) -> Headers:  # type: ignore[override] # Scrapy's needs no self
        """Return the request's headers; Scrapy's copies them each time to take a proxy's password out of them."""
        return super()._request_headers(request) if request.meta.get("proxy") else request.headers

    async def _receive(self, response: Any) -> tuple[bytes, bool]:
        """Return a body, and whether it is only the beginning of one that is too large.

        Raises:
            ResponseDataLossError: The connection broke within it.
        """
        parts: list[bytes] = []
        size, promised = 0, int(response.headers.get("Content-Length") or 0)
        most = self._max_size if promised <= self._max_size else KEPT_OF_TOO_LARGE
        try:
            while size <= most and (part := await response.content.readany()):
                parts.append(part)
                size += len(part)
        except ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error
        body = b"".join(parts)
        self._stats.inc_value("receiving/bytes", len(body))
        is_cut = max(size, promised) > self._max_size
        return body[:KEPT_OF_TOO_LARGE] if is_cut else body, is_cut

    def _unpacked(self, body: bytes, encoding: str, url: str, flags: list[str]) -> bytes:
        try:
            plain = unpack(body, encoding, self._max_size)
        except TooLarge:
            raise
        except (ValueError, EOFError, OSError, zlib.error) as error:
            self._stats.inc_value("receiving/broken")
            logger.debug("%s: body cannot be unpacked: %s", url, error)
            flags.append(DATALOSS)
            return body
        self._stats.inc_value("receiving/bytes_unpacked", len(plain))
        return plain


def _headers_of(received: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers of an unpacked response in Scrapy's form, without its look at each name and value."""
    headers = Headers()
    for name, value in received:
        if (name := name.title()) != b"Content-Encoding":
            dict.setdefault(headers, name, []).append(value)
    return headers
