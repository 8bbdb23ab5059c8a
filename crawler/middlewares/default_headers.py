"""Downloader middleware: the headers that every request has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.http import Headers

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class DefaultHeaders:
    """Takes the place of Scrapy's DefaultHeaders and UserAgent, which write the same headers anew for each request.

    Args:
        headers: What a request has that does not set it itself.
    """

    def __init__(self, headers: Headers) -> None:
        self._headers: dict[bytes, list[bytes]] = dict(headers)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware for a crawler's DEFAULT_REQUEST_HEADERS and USER_AGENT."""
        settings = crawler.settings
        return cls(Headers({**settings.getdict("DEFAULT_REQUEST_HEADERS"), "User-Agent": settings["USER_AGENT"]}))

    def process_request(self, request: Request) -> None:
        """Set what the request does not set itself; names and values are in Scrapy's form already."""
        for name, values in self._headers.items():
            dict.setdefault(request.headers, name, values[:])
