"""Extension: a signal ends the run within seconds, and so does a database that stays away."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from archive.errors import ArchiveError
from crawler import own_settings
from crawler.download.errors import CUT_SHORT, STOPPING
from crawler.exit_status import DATABASE, SIGNAL

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Shutdown:
    """Ends a run early: waiting requests are given up at once, those under way get a few seconds.

    Args:
        crawler: To send signals, and to close.
        patience: Seconds for requests under way.
    """

    def __init__(self, crawler: Crawler, patience: float) -> None:
        self._crawler = crawler
        self._patience = patience
        self._closing: asyncio.Task[None] | None = None

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
        if isinstance(exception.__cause__, ArchiveError) and self._closing is None and self._crawler.engine:
            logger.error("%s", exception)
            self._give_up()
            close = self._crawler.engine.close_spider_async(reason=DATABASE)
            self._closing = asyncio.get_running_loop().create_task(close)

    def _before(self, handler: Any, loop: asyncio.AbstractEventLoop) -> Any:
        def handle(number: int, frame: FrameType | None) -> None:
            self._crawler.stats.set_value(SIGNAL, number)
            loop.call_soon_threadsafe(self._give_up)
            handler(number, frame)

        return handle

    def _give_up(self) -> None:
        self._crawler.signals.send_catch_log(STOPPING)
        asyncio.get_running_loop().call_later(self._patience, self._crawler.signals.send_catch_log, CUT_SHORT)
