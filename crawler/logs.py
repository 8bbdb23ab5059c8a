"""Log lines: secrets hidden, items by their key, JSON where it is asked for."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.log import get_scrapy_root_handler

from crawler import own_settings
from crawler.addresses import Sites, read_address
from crawler.own_settings import OWN, Values, read

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

HIDDEN: Final = "***"
SHORTEST: Final = 4
"""Characters of the shortest secret that is hidden: shorter ones would blot out honest words."""

_PASSWORD: Final = re.compile(r"(?<=://)([^/\s:@]*):([^\s]+?)@(?=[\w.\[-]+)")
_KEY: Final = re.compile(r"\b(?:cmnews:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|notes:\d+|capture:[0-9a-f]{16})\b")
_URL: Final = re.compile(r"https?://[^\s<>\"')\]]+")


def secrets(settings: Values) -> tuple[str, ...]:
    """Return the values that no line may hold, the longest first: every secret setting, and the database's password."""
    values = {str(read(settings, own.name)) for own in OWN if own.secret and read(settings, own.name)}
    passwords = {found[2] for value in values if (found := _PASSWORD.search(value))}
    return tuple(sorted((it for it in values | passwords if len(it) >= SHORTEST), key=len, reverse=True))


def redacted(line: str, hidden: Iterable[str]) -> str:
    """Return a line without secrets, and without the password of any address.

    >>> redacted("GET with token-1234 at mongodb://crawler:pass@db1/", ["token-1234"])
    'GET with *** at mongodb://crawler:***@db1/'
    """
    for secret in hidden:
        line = line.replace(secret, HIDDEN)
    return _PASSWORD.sub(rf"\1:{HIDDEN}@", line)


class Redacting(logging.Formatter):
    """Another formatter's lines without secrets, in tracebacks too."""

    def __init__(self, inner: logging.Formatter, hidden: tuple[str, ...]) -> None:
        super().__init__()
        self._inner = inner
        self._hidden = hidden

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return redacted(self._inner.format(record), self._hidden)


class JsonLines(logging.Formatter):
    """One JSON object a line.

    `at` (UTC), `level`, `logger`, `message`, and where there are any `run`, `spider`, `key` and `exception`.

    Args:
        run_id: Returns the run's id; None before it has one.
        sites: To read the article's key off an address in the message.
    """

    def __init__(self, run_id: Callable[[], str | None], sites: Sites) -> None:
        super().__init__()
        self._run_id = run_id
        self._sites = sites

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        message = record.getMessage()
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "run": self._run_id(),
            "spider": getattr(getattr(record, "spider", None), "name", None),
            "key": self._key(message),
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in said.items() if value is not None}, ensure_ascii=False)

    def _key(self, message: str) -> str | None:
        if named := _KEY.search(message):
            return named[0]
        addresses = (read_address(found[0], self._sites) for found in _URL.finditer(message))
        return next((address.key for address in addresses if address), None)


class ItemKeyLogFormatter(LogFormatter):
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
    run_id = getattr(getattr(crawler.spider, "frontier", None), "run_id", None)
    return None if run_id is None else str(run_id)


def _open(file: str | None, level: str) -> logging.Handler:
    """Return a handler like Scrapy's own, whose first lines would not be JSON, so that it is not installed then."""
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.setLevel(level)
    logging.root.addHandler(handler)
    return handler
