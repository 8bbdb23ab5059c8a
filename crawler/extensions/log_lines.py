"""Extension: every line of the log is without secrets, and as JSON with `LOG_JSON=1`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy.utils.log import get_scrapy_root_handler

from crawler import own_settings
from crawler.log_lines import JsonLines, Redacting, secrets

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class LogLines:
    """Sets how lines are written, first of all extensions."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        handler = get_scrapy_root_handler()
        if own_settings.read(settings, "LOG_JSON"):
            handler = handler or _open(settings.get("LOG_FILE"), settings.get("LOG_LEVEL"))
            handler.setFormatter(JsonLines(lambda: _run_id(crawler), own_settings.sites(settings)))
        if handler is not None:
            handler.setFormatter(Redacting(handler.formatter or logging.Formatter(), secrets(settings)))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension; it has done its work."""
        return cls(crawler)


def _run_id(crawler: Crawler) -> str | None:
    run_id = getattr(getattr(crawler.spider, "ledger", None), "run_id", None)
    return None if run_id is None else str(run_id)


def _open(file: str | None, level: str) -> logging.Handler:
    """Return a handler like Scrapy's own, whose first lines would not be JSON, so that it is not installed then."""
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.setLevel(level)
    logging.root.addHandler(handler)
    return handler
