"""Extension: a signal ends the run within ten seconds wherever it is, and so does a database that stays away."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, Self

from scrapy import signals
from scrapy.crawler import Crawler

from archive.errors import ArchiveError
from crawler import own_settings
from crawler.download.giving_up import GivingUp, give_up_requests
from crawler.exit_status import INTERRUPTED, SIGNAL, STATUS
from crawler.monitoring.health import counts_of

logger = logging.getLogger(__name__)


LAST_MOMENT: Final = 0.4
"""Seconds from the cut of requests under way until the process ends itself, even while it is busy."""

LAST_WORDS: Final = 1.4
"""Seconds to record the run's end then."""


class Shutdown:
    """Ends a run early: waiting requests are given up at once, those under way get a few seconds.

    A thread of its own ends the process if the run does not, for a page is being parsed or a call hangs.

    Args:
        crawler: To send signals, and to close.
        patience: Seconds for requests under way.
    """

    def __init__(self, crawler: Crawler, patience: float) -> None:
        self._crawler = crawler
        self._patience = patience
        self._give_up = GivingUp(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        extension = cls(crawler, own_settings.read(crawler.settings, "STOP_SECONDS"))
        crawler.signals.connect(extension.listen, signal=signals.spider_opened)
        crawler.signals.connect(extension.item_dropped, signal=signals.item_dropped)
        return extension

    def listen(self) -> None:
        """Wrap Scrapy's handlers of SIGTERM and SIGINT, which stop the engine after ours."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            handler = signal.getsignal(number)
            if callable(handler) and getattr(handler, "__name__", "") == "_signal_shutdown":
                signal.signal(number, self._before(handler, loop))

    def item_dropped(self, exception: BaseException) -> None:
        """End the run when an item was dropped because the database stayed away."""
        if isinstance(exception.__cause__, ArchiveError):
            self._give_up(str(exception))

    def _before(self, handler: Any, loop: asyncio.AbstractEventLoop) -> Any:
        def handle(number: int, frame: FrameType | None) -> None:
            self._crawler.stats.set_value(SIGNAL, number)
            last = threading.Timer(self._patience + LAST_MOMENT, self._end_process)
            last.daemon = True
            last.start()
            loop.call_soon_threadsafe(give_up_requests, self._crawler)
            handler(number, frame)

        return handle

    def _end_process(self) -> None:
        """End the process with the run's status; a run without one is recorded as interrupted."""
        status = self._crawler.stats.get_value(STATUS)
        if status is None:
            status = INTERRUPTED.status
            sys.setswitchinterval(0.0001)  # default 0.005 s: a busy thread yields the processor more often
            recording = threading.Thread(target=self._record_end, daemon=True)
            recording.start()
            recording.join(LAST_WORDS)
        os._exit(status)

    def _record_end(self) -> None:
        logger.warning("the run does not end by itself: its end is recorded, and the process ends now")
        end: Callable[..., None] = self._crawler.spider.frontier.end_at_once  # type: ignore[union-attr] # all have one
        problem = "ended early: a signal; the run did not end by itself"
        end(
            outcome=INTERRUPTED.name,
            complete=False,
            exit_status=INTERRUPTED.status,
            counts=counts_of(self._crawler.stats.get_stats()),
            problems=[problem],
        )
