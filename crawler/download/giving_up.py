"""How a run ends that can no longer keep the rate of all workers: whichever of its parts notices."""

from __future__ import annotations

import asyncio
import logging

from scrapy.crawler import Crawler

from crawler import own_settings
from crawler.download.errors import CUT_SHORT, STOPPING
from crawler.exit_status import DATABASE

logger = logging.getLogger(__name__)


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
        loop, signals = asyncio.get_running_loop(), self._crawler.signals
        signals.send_catch_log(STOPPING)
        loop.call_later(own_settings.read(self._crawler.settings, "STOP_SECONDS"), signals.send_catch_log, CUT_SHORT)
        self._closing = loop.create_task(engine.close_spider_async(reason=DATABASE))
