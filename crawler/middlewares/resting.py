"""Downloader middleware: a host that blocked the last runs gets no request until its rest is over."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.download.errors import HostRests


class Resting:
    """Refuses requests to resting hosts (`ArticleSpider.resting`)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware for a crawler."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            HostRests: Its host is to be left alone.
        """
        resting = getattr(self._crawler.spider, "resting", None)
        if resting and urlsplit(request.url).netloc in resting:
            raise HostRests("the host is left alone after walls (WALL_WAIT)")
