"""The download handler of a worker: every request, robots.txt included, waits for its turn among all workers."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler import own_settings
from crawler.distributed.rate_limit import RateUnavailable, SharedRate
from crawler.download import refusals
from crawler.download.errors import Interrupted
from crawler.download.handler import DownloadHandler
from crawler.middlewares.retry import read_retry_after


class RateLimitedHandler(DownloadHandler):
    """Downloads when it is this worker's turn; a `Retry-After` holds back all workers.

    Raises:
        Interrupted: From `download_request`, once the run is stopping.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._longest_hold: float = own_settings.read(settings, "RETRY_AFTER_MAX")
        self._rate = SharedRate(
            own_settings.read(settings, "DISTRIBUTED_REDIS_URL"),
            settings.getfloat("DOWNLOAD_DELAY_JITTER"),
            own_settings.read(settings, "DISTRIBUTED_REDIS_OUTAGE_LIMIT"),
            self._sleep,
        )

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
            self._give_up(str(error))
            raise Interrupted("the run is ending") from error
        return response

    async def close(self) -> None:
        """Close all connections."""
        await super().close()
        await self._rate.close()

    async def _heed(self, host: str, response: Response) -> None:
        if response.status not in refusals.PACE:
            return
        seconds = read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if seconds:
            await self._rate.hold(host, min(seconds, self._longest_hold))
