"""Extension: every unforeseen exception is counted, wherever it was raised, so that no run passes over it."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.statscollectors import StatsCollector

from crawler.download.errors import FORESEEN


class Unexpected(logging.Handler):
    """Counts the tracebacks in the log, as `unexpected/{exception}`.

    Scrapy, Twisted, asyncio and this project log exceptions of callbacks, stages, middlewares and extensions at level
    ERROR with their traceback: no other place sees them all.
    """

    def __init__(self, stats: StatsCollector) -> None:
        super().__init__(logging.ERROR)
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension; it counts until the engine has stopped."""
        handler = cls(crawler.stats)
        logging.getLogger().addHandler(handler)
        crawler.signals.connect(handler.leave, signal=signals.engine_stopped)
        return handler

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record with an unforeseen exception."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None and not isinstance(error, (*FORESEEN, CloseSpider)):
            self._stats.inc_value(f"unexpected/{type(error).__name__}")

    def leave(self) -> None:
        """End the counting."""
        logging.getLogger().removeHandler(self)
