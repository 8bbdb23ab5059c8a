"""Downloader middleware: only the configured sites get requests, also after a redirect."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from scrapy.utils.httpobj import urlparse_cached

from crawler import own_settings
from crawler.addresses import Sites
from crawler.download.errors import OffSite


class OffsiteMiddleware:
    """Refuses requests to another scheme, host or port than those of the base addresses."""

    def __init__(self, sites: Sites, stats: StatsCollector) -> None:
        self._origins = {urlsplit(base)[:2] for base in sites.bases}
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware for a crawler's settings."""
        return cls(own_settings.sites(crawler.settings), crawler.stats)

    def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            OffSite: It leads elsewhere.
        """
        split = urlparse_cached(request)
        if split[:2] not in self._origins:
            self._stats.inc_value("onsite/refused")
            raise OffSite(request.url)
