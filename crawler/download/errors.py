"""The errors of requests without a response, and the two signals that end a run under way."""

from __future__ import annotations

from asyncio import CancelledError
from typing import Final

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from archive.errors import ArchiveError
from archive.outage import STOPPING as STOPPING  # noqa: PLC0414 -- what waits is given up, what is under way may finish
from crawler.errors import CrawlError

CUT_SHORT: Final = object()
"""Signal: requests under way are given up too."""

DATALOSS: Final = "dataloss"
"""Flag of a response whose body is broken off, the same as Scrapy's own handlers set."""


FORESEEN: Final = (
    ArchiveError,
    CrawlError,
    IgnoreRequest,
    OSError,  # and with it a connection's errors and timeouts
    CancelledError,
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
"""The errors that a request without a response may raise; any other is a fault of this program or a library."""


class Interrupted(IgnoreRequest):
    """A request was given up because the run is ending; its address stays wanted."""


class HostRests(Interrupted):
    """A request was not made because the host is left alone after walls; its address stays wanted."""


class OffSite(IgnoreRequest):
    """A request would have left the configured sites.

    Attributes:
        url: Its address.
    """

    def __init__(self, url: str) -> None:
        super().__init__(f"leads off the configured sites, to {url[:200]}")
        self.url = url


class RedirectedTooOften(IgnoreRequest):
    """A request was redirected more often than REDIRECT_MAX_TIMES."""


class RobotsUnreachable(IgnoreRequest):
    """A request is not made, since it is unknown whether robots.txt allows it; its address stays wanted."""


class TooLargeToReceive(IgnoreRequest):
    """A body, or its unpacked content, is larger than DOWNLOAD_MAXSIZE.

    Attributes:
        response: Its status and headers, without a body: the bytes to keep are in its request's meta.
    """

    response: Response | None = None


class NotRecorded(CrawlError):
    """The recording has no answer to a replayed request."""
