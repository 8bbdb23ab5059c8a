"""Downloader middleware: redirects are followed, without a Referer."""

from __future__ import annotations

from typing import Final, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.download.errors import RedirectedTooOften

REDIRECTS: Final = range(300, 400)


class Redirect(RedirectMiddleware):
    """Scrapy's middleware without a Referer, for which Scrapy's would need its Referer middleware."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware; unlike Scrapy's it looks for no Referer middleware."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the request for the target of a redirect, or the response if it is none.

        Raises:
            RedirectedTooOften: There were too many redirects in a row.
        """
        if response.status not in REDIRECTS:
            return response
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:  # Scrapy's error for a refusal by robots.txt too
            raise RedirectedTooOften(str(error)) from error

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002 -- Scrapy's signature
        """Send no Referer; the target may need escaping, unlike our canonical addresses."""
        request.headers.pop("Referer", None)
        request.meta.pop("verbatim_url", None)
