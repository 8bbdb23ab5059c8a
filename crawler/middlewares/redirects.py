"""Downloader middleware: redirects are followed, without a Referer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class Redirects(RedirectMiddleware):
    """Scrapy's middleware, which would ask for a Referer middleware that this project does without."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware; it does not look for a Referer middleware, as Scrapy's does."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002 -- Scrapy's signature
        """Send no Referer."""
        request.headers.pop("Referer", None)
