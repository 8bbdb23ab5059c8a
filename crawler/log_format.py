"""How Scrapy's own events are logged: items by key, not by their whole text."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult


class QuietItems(LogFormatter):
    """Scrapy's formatter, which would log every article's whole text at DEBUG."""

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult:
        """Return the line for an item that passed all stages."""
        return super().scraped(_name(item), response, spider)

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """Return the line for an item that was dropped."""
        return super().dropped(_name(item), exception, response, spider)


def _name(item: Any) -> str:
    return f"{type(item).__name__} {getattr(item, 'key', item)}"
