"""The download handler of a worker: every request, robots.txt included, waits for its turn among all workers."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler import own_settings
from crawler.distributed.rate_limit import RateUnavailable, SharedRate
from crawler.download.errors import CUT_SHORT, STOPPING, Interrupted
from crawler.download.handler import DownloadHandler
from crawler.exit_status import DATABASE
from crawler.middlewares.retry import REFUSALS, read_retry_after

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class RateLimitedHandler(DownloadHandler):
    """Downloads when it is this worker's turn; a `Retry-After` holds back all workers.

    Raises:
        Interrupted: From `download_request`, once the run is stopping.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._longest_hold: float = own_settings.read(settings, "RETRY_AFTER_MAX")
        self._stop_seconds: float = own_settings.read(settings, "STOP_SECONDS")
        self._stopping = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None
        self._rate = SharedRate(
            own_settings.read(settings, "DISTRIBUTED_REDIS_URL"),
            settings.getfloat("DOWNLOAD_DELAY_JITTER"),
            own_settings.read(settings, "DISTRIBUTED_REDIS_OUTAGE_LIMIT"),
            self._sleep,
        )
        crawler.signals.connect(self._stopping.set, signal=STOPPING)

    async def download_request(self, request: Request) -> Response:
        """Return the response to a request.

        Raises:
            Interrupted: The run is ending.
        """
        host = urlsplit(request.url).hostname or ""
        try:
            await self._sleep(0)
            await self._rate.turn(host, self._delay_of(host))
            response = await super().download_request(request)
            await self._heed(host, response)
        except RateUnavailable as error:
            self._give_up(error)
            raise Interrupted("the run is ending") from error
        return response

    async def close(self) -> None:
        """Close all connections."""
        await super().close()
        await self._rate.close()

    def _delay_of(self, host: str) -> float:
        """Return the seconds between two requests to a host: the setting, or what its robots.txt asks for if longer."""
        downloader: Any = self.crawler.engine.downloader if self.crawler.engine else None
        asked_for = downloader.per_slot_settings.get(host, {}).get("delay", 0.0) if downloader else 0.0
        return max(self._delay, asked_for)

    async def _heed(self, host: str, response: Response) -> None:
        if response.status not in REFUSALS:
            return
        seconds = read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if seconds:
            await self._rate.hold(host, min(seconds, self._longest_hold))

    async def _sleep(self, seconds: float) -> None:
        """Wait for some seconds.

        Raises:
            Interrupted: The run is ending.
        """
        if not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), seconds)
            except TimeoutError:
                return
        raise Interrupted("the run is ending")

    def _give_up(self, error: RateUnavailable) -> None:
        """End the run: without Redis nobody knows how fast the site is being asked."""
        engine = self.crawler.engine
        if self._closing is not None or engine is None:
            return
        logger.error("%s", error)
        loop = asyncio.get_running_loop()
        self.crawler.signals.send_catch_log(STOPPING)
        loop.call_later(self._stop_seconds, self.crawler.signals.send_catch_log, CUT_SHORT)
        self._closing = loop.create_task(engine.close_spider_async(reason=DATABASE))
