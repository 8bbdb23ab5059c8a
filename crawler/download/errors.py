"""What requests without a response raise, what nobody foresaw, and the two signals that end a run under way."""

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
"""Signal: what is still under way is given up too."""

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
"""What a request without a response may raise; anything else is a mistake of this program, or of one it uses."""


class Interrupted(IgnoreRequest):
    """A request was given up because the run is ending; its address stays wanted."""


class HostRests(Interrupted):
    """A request was not made because the host is left alone after walls; its address stays wanted."""


class OffSite(IgnoreRequest):
    """A request would have left the configured sites.

    Attributes:
        url: Where it led.
    """

    def __init__(self, url: str) -> None:
        super().__init__(f"leads off the configured sites, to {url[:200]}")
        self.url = url


class RedirectedTooOften(IgnoreRequest):
    """A request was sent on more often than REDIRECT_MAX_TIMES."""


class RobotsUnreachable(IgnoreRequest):
    """Whether a request is allowed cannot be known, so it is not made; its address is to be asked for later."""


class TooLargeToReceive(IgnoreRequest):
    """A body is larger than DOWNLOAD_MAXSIZE, or would unpack to more, or is packed to hurt.

    Attributes:
        response: Its status and headers, without a body: the bytes to keep stand in its request's meta.
    """

    response: Response | None = None


class NotRecorded(CrawlError):
    """A request was replayed that the recording has no answer to."""
