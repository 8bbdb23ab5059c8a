"""Ending a run that is under way: the two signals, and what a request that is cut short raises."""

from __future__ import annotations

from typing import Final

from scrapy.exceptions import IgnoreRequest

STOPPING: Final = object()
"""Signal: the run is to end; what waits is given up, what is under way may finish."""

CUT_SHORT: Final = object()
"""Signal: what is still under way is given up too."""

DATALOSS: Final = "dataloss"
"""Flag of a response whose body is broken off, the same as Scrapy's own handlers set."""


class Interrupted(IgnoreRequest):
    """A request was given up because the run is ending; its address stays wanted."""


class OffSite(IgnoreRequest):
    """A request would have left the configured sites."""


class RedirectedTooOften(IgnoreRequest):
    """A request was sent on more often than REDIRECT_MAX_TIMES."""


class RobotsUnreachable(IgnoreRequest):
    """Whether a request is allowed cannot be known, so it is not made; its address is to be asked for later."""


class TooLargeToReceive(IgnoreRequest):
    """A body is larger than DOWNLOAD_MAXSIZE, or would unpack to more."""


class NotRecorded(IgnoreRequest):
    """A request was replayed that the recording has no answer to."""
