"""The early end of a run: its waiting requests are given up, and the spider is closed."""

from __future__ import annotations

import asyncio
import logging

from scrapy.crawler import Crawler

from crawler import own_settings
from crawler.download.errors import CUT_SHORT, STOPPING
from crawler.exit_status import DATABASE

logger = logging.getLogger(__name__)


def give_up_requests(crawler: Crawler) -> None:
    """Give up waiting requests at once, and requests under way after `STOP_SECONDS`."""
    seconds: float = own_settings.read(crawler.settings, "STOP_SECONDS")
    crawler.signals.send_catch_log(STOPPING)
    asyncio.get_running_loop().call_later(seconds, crawler.signals.send_catch_log, CUT_SHORT)


class GivingUp:
    """Ends a run whose database or Redis is gone for good, or refuses."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._closing: asyncio.Task[None] | None = None

    def __call__(self, reason: str) -> None:
        """End the run, once; requests under way get a few seconds."""
        engine = self._crawler.engine
        if self._closing is not None or engine is None:
            return
        logger.error("%s", reason)
        give_up_requests(self._crawler)
        self._closing = asyncio.get_running_loop().create_task(engine.close_spider_async(reason=DATABASE))
