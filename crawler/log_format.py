"""How Scrapy's own events are logged: items by key, not by their whole text, and what is not shown not at all."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Self

from scrapy.logformatter import LogFormatter, LogFormatterResult

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class QuietItems(LogFormatter):
    """Scrapy's formatter, which would log every article's whole text at DEBUG.

    Args:
        tells_all: Whether DEBUG lines are shown: one a response and one an item, which cost time to word.
    """

    def __init__(self, *, tells_all: bool) -> None:
        self._tells_all = tells_all

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the formatter for a crawler's LOG_LEVEL."""
        level = logging.getLevelName(crawler.settings.get("LOG_LEVEL"))
        return cls(tells_all=not isinstance(level, int) or level <= logging.DEBUG)

    def crawled(self, request: Any, response: Any, spider: Any) -> LogFormatterResult | None:  # type: ignore[override]
        """Return the line for a response; None where it would not be shown."""
        return super().crawled(request, response, spider) if self._tells_all else None

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult | None:  # type: ignore[override]
        """Return the line for an item that passed all stages; None where it would not be shown."""
        return super().scraped(_name(item), response, spider) if self._tells_all else None

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """Return the line for an item that was dropped."""
        return super().dropped(_name(item), exception, response, spider)


def _name(item: Any) -> str:
    return f"{type(item).__name__} {getattr(item, 'key', item)}"
