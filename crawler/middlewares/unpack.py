"""Downloader middleware: unpacks bodies, and keeps them as they were received for the archive's raw pages."""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.responsetypes import responsetypes

from archive.content_encoding import ACCEPTED, TooLarge, unpack

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)
RECEIVED: Final = "received"
"""Key in a request's meta under which its response's body stands as it was received."""

DATALOSS: Final = "dataloss"
"""Flag of a response whose body is broken off, the same as Scrapy's own handlers set."""


class TooLargeToUnpack(IgnoreRequest):
    """A body would unpack to more than DOWNLOAD_MAXSIZE."""


@dataclass(frozen=True, slots=True)
class Received:
    """A body as it was received.

    Attributes:
        body: The bytes, still packed.
        encoding: The content encoding; None if it came plain.
    """

    body: bytes
    encoding: str | None


class Unpack:
    """Takes the place of Scrapy's HttpCompressionMiddleware, which throws the received body away.

    Args:
        max_size: Bytes that a body may unpack to.
        stats: Counts `unpack/bytes_received`, `unpack/bytes` and `unpack/broken`.
    """

    def __init__(self, max_size: int, stats: StatsCollector) -> None:
        self._max_size = max_size
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware for a crawler's settings."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"), crawler.stats)

    def process_request(self, request: Request) -> None:
        """Say which encodings are understood."""
        request.headers.setdefault("Accept-Encoding", ", ".join(ACCEPTED))

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response with its body unpacked; one that is broken off is flagged, for Patience to retry.

        Raises:
            TooLargeToUnpack: The body would unpack to more than the limit.
        """
        names = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower().strip()
        encoding = names or None
        request.meta[RECEIVED] = Received(response.body, encoding)
        self._stats.inc_value("unpack/bytes_received", len(response.body))
        if encoding is None or not response.body:
            return response
        try:
            body = unpack(response.body, encoding, self._max_size)
        except TooLarge as error:
            raise TooLargeToUnpack(str(error)) from error
        except (ValueError, EOFError, OSError, zlib.error) as error:
            self._stats.inc_value("unpack/broken")
            logger.debug("%s: body cannot be unpacked: %s", response.url, error)
            return response.replace(flags=[*response.flags, DATALOSS])
        self._stats.inc_value("unpack/bytes", len(body))
        return _unpacked(response, body)


def _unpacked(response: Response, body: bytes) -> Response:
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    return response.replace(cls=kind, body=body, headers=headers)
