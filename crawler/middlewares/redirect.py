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
    """Scrapy's middleware, which would ask for a Referer middleware that this project does without."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware; it does not look for a Referer middleware, as Scrapy's does."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the request for where the site redirects to, or the response if it redirects nowhere.

        Raises:
            RedirectedTooOften: The site has sent the request on too often.
        """
        if response.status not in REDIRECTS:
            return response
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:  # Scrapy's word for what robots.txt forbids, too
            raise RedirectedTooOften(str(error)) from error

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002 -- Scrapy's signature
        """Send no Referer; the site's words for where to go may need escaping, unlike our canonical addresses."""
        request.headers.pop("Referer", None)
        request.meta.pop("verbatim_url", None)
