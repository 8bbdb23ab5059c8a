"""Downloader middleware: robots.txt is obeyed, with its Crawl-delay, which Scrapy's own leaves out."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import Any, Final
from urllib.parse import ParseResult

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawler import own_settings
from crawler.download.errors import FORESEEN, Interrupted, RobotsUnreachable

logger = logging.getLogger(__name__)


OK: Final = 200
TOO_MANY: Final = 429
SERVER_ERROR: Final = 500


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware, with the Crawl-delay of robots.txt where it is longer than ours."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._longest = own_settings.read(crawler.settings, "RETRY_AFTER_MAX")
        self._known: dict[str, RobotParser | str | None] = {}
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the parser of the request's host; None where it has no robots.txt.

        In Scrapy 2.19, from the third request on that waits for one robots.txt, requests pass; here they queue.

        Raises:
            RobotsUnreachable: Whether the request is allowed cannot be known (RFC 9309 §2.3.1.4).
        """
        split = urlparse_cached(request)
        async with self._one_at_a_time[split.netloc]:
            if split.netloc not in self._known:
                self._known[split.netloc] = await self._fetch(split)
        known = self._known[split.netloc]
        if isinstance(known, str):
            raise RobotsUnreachable(known)
        return known

    async def _fetch(self, site: ParseResult) -> RobotParser | str | None:
        """Return the parser of a host's robots.txt; None without one; a text with the reason if it is unknown.

        Raises:
            Interrupted: The run is ending.
        """
        engine = self.crawler.engine
        address = f"{site.scheme}://{site.netloc}/robots.txt"
        request = Request(address, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response = await engine.download_async(request) if engine else None
        except Interrupted:
            raise
        except Exception as error:  # after any error the rules are unknown
            if not isinstance(error, FORESEEN):
                logger.exception("asking for %s raised an exception", address)
            return f"{address} cannot be had: {type(error).__name__}: {error}"
        if response is None or response.status >= SERVER_ERROR or response.status == TOO_MANY:
            return f"{address} answered HTTP {response.status if response else None}"
        if response.status != OK:
            return None
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, response.body)
        self._obey_delay(site.hostname or "", parser.crawl_delay(self._agent))
        return parser

    def _obey_delay(self, host: str, delay: float | None) -> None:
        if delay is None or delay <= self._delay:
            return
        delay = min(delay, self._longest)  # a day between two requests is a mistake
        downloader: Any = self.crawler.engine.downloader if self.crawler.engine else None
        downloader.per_slot_settings.setdefault(host, {})["delay"] = delay
        if host in downloader.slots:
            downloader.slots[host].delay = delay
        self._stats.max_value("robots/crawl_delay", delay)
        logger.info("robots.txt of %s asks for %.1f s between requests", host, delay)
