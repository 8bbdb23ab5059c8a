"""Downloader middleware: counts requests and answers, under the names that Scrapy's own counts have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector


class Tally:
    """Takes the place of Scrapy's DownloaderStats, which writes each request and response out again for its size.

    Args:
        stats: Counts `downloader/request_count`, `downloader/response_count`,
            `downloader/response_status_count/{status}` and `downloader/exception_count`.
    """

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware with the crawler's stats."""
        return cls(crawler.stats)

    def process_request(self, request: Request) -> None:  # noqa: ARG002 -- Scrapy's signature
        """Count a request."""
        self._stats.inc_value("downloader/request_count")

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 -- Scrapy's signature
        """Count an answer, and return it."""
        self._stats.inc_value("downloader/response_count")
        self._stats.inc_value(f"downloader/response_status_count/{response.status}")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002 -- Scrapy's signature
        """Count a request without an answer."""
        self._stats.inc_value("downloader/exception_count")
