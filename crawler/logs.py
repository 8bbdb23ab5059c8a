"""Log lines: secrets hidden, nothing from a page that acts, items by their key, JSON where it is asked for."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy.logformatter import LogFormatter, LogFormatterResult

from crawler import own_settings
from crawler.addresses import Sites, read_address
from crawler.own_settings import OWN, Values, read
from crawler.printable import printable

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

HIDDEN: Final = "***"
SHORTEST: Final = 4
"""Characters of the shortest secret that is hidden: shorter ones would blot out honest words."""

LONGEST: Final = 2000
"""Characters of a line: enough for an address and what happened to it, too few for a page in an exception's message."""

_NAME: Final = "cmoney"
"""The name of this project's handler, by which it is found."""

_PASSWORD: Final = re.compile(r"(?<=://)([^/\s:@]*):([^\s]+?)@(?=[\w.\[-]+)")
_KEY: Final = re.compile(r"\b(?:cmnews:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|notes:\d+|capture:[0-9a-f]{16})\b")
_URL: Final = re.compile(r"https?://[^\s<>\"')\]]+")


def secrets(settings: Values) -> tuple[str, ...]:
    """Return the values that no line may hold, the longest first: every secret setting, and the database's password."""
    values = {str(read(settings, own.name)) for own in OWN if own.secret and read(settings, own.name)}
    passwords = {match[2] for value in values if (match := _PASSWORD.search(value))}
    return tuple(sorted((text for text in values | passwords if len(text) >= SHORTEST), key=len, reverse=True))


def redacted(line: str, hidden: Iterable[str]) -> str:
    """Return a line without secrets, and without the password of any address.

    >>> redacted("GET with token-1234 at mongodb://crawler:pass@db1/", ["token-1234"])
    'GET with *** at mongodb://crawler:***@db1/'
    """
    for secret in hidden:
        line = line.replace(secret, HIDDEN)
    return _PASSWORD.sub(rf"\1:{HIDDEN}@", line)


def cut_lines(text: str, longest: int = LONGEST) -> str:
    """Return a text whose lines have at most so many characters; a longer one is cut, with the number of those missing.

    >>> cut_lines("12345", 3), cut_lines("123", 3)
    ('123… (2 characters more)', '123')
    """
    if len(text) <= longest:
        return text
    return "\n".join(
        line if len(line) <= longest else f"{line[:longest]}… ({len(line) - longest} characters more)"
        for line in text.split("\n")
    )


class Redacting(logging.Formatter):
    """Another formatter's lines without secrets, in tracebacks too, and without what acts in a terminal.

    What follows a record's first line is indented: no text of a page begins a line as a record does.
    """

    def __init__(self, inner: logging.Formatter, hidden: tuple[str, ...]) -> None:
        super().__init__()
        self._inner = inner
        self._hidden = hidden

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return redacted(printable(self._inner.format(record)).replace("\n", "\n  "), self._hidden)


class ShortLines(logging.Formatter):
    """Another formatter's lines, each cut to a length that holds no page."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines."""
        return cut_lines(self._inner.format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line.

    python-json-logger does not replace it: all fields are computed here, and it would add each `extra` of Scrapy's.

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
        fields: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": printable(cut_lines(message)),
            "run": self._run_id(),
            "spider": getattr(getattr(record, "spider", None), "name", None),
            "key": self._key(message),
            "exception": printable(cut_lines(self.formatException(record.exc_info))) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False)

    def _key(self, message: str) -> str | None:
        if match := _KEY.search(message):
            return match[0]
        addresses = (read_address(url[0], self._sites) for url in _URL.finditer(message))
        return next((address.key for address in addresses if address), None)


class ItemKeyLogFormatter(LogFormatter):
    """Scrapy's formatter, with an item's key in place of the article's whole text."""

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult:
        """Return the line for an item that passed all stages."""
        return super().scraped(_name(item), response, spider)

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """Return the line for an item that was dropped."""
        return super().dropped(_name(item), exception, response, spider)

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """Return the line for an item over which a stage stumbled."""
        return super().item_error(_name(item), exception, response, spider)


def _name(item: Any) -> str:
    return f"{type(item).__name__} {getattr(item, 'key', item)}"


class LogLines:
    """Opens the log; the first of all extensions."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension; from now on every line has the run's id."""
        open_log(crawler.settings, lambda: _run_id(crawler))
        return cls()


def open_log(settings: BaseSettings, run_id: Callable[[], str | None] = lambda: None) -> None:
    """Open this process's log in place of the one that it had: plain lines or JSON, short and without secrets.

    Scrapy's own handler is never installed (LOG_INSTALL_ROOT_HANDLER): its first lines would be in another format, and
    without it Scrapy leaves the root logger at WARNING, so that no line of a run that ended well would be seen. Where
    the level is not DEBUG, Scrapy's lines on what it starts with and closes are left out.

    Args:
        settings: LOG_JSON, LOG_LEVEL, LOG_FILE and Scrapy's other settings of the log.
        run_id: Returns the run's id for JSON lines; None before it has one.
    """
    for handler in [handler for handler in logging.root.handlers if handler.name == _NAME]:
        logging.root.removeHandler(handler)
        handler.close()
    handler = _handler(settings)
    handler.name = _NAME
    handler.setLevel(settings["LOG_LEVEL"])
    handler.setFormatter(_formatter(settings, run_id))
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.NOTSET)
    logging.getLogger("scrapy").setLevel(logging.DEBUG if settings["LOG_LEVEL"] == "DEBUG" else logging.WARNING)


def _handler(settings: BaseSettings) -> logging.Handler:
    if file := settings.get("LOG_FILE"):
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        return logging.FileHandler(file, mode, encoding=settings.get("LOG_ENCODING"))
    return logging.StreamHandler() if settings.getbool("LOG_ENABLED") else logging.NullHandler()


def _formatter(settings: BaseSettings, run_id: Callable[[], str | None]) -> logging.Formatter:
    if own_settings.read(settings, "LOG_JSON"):
        return Redacting(JsonFormatter(run_id, own_settings.sites(settings)), secrets(settings))
    plain = logging.Formatter(settings.get("LOG_FORMAT"), settings.get("LOG_DATEFORMAT"))
    return ShortLines(Redacting(plain, secrets(settings)))


def _run_id(crawler: Crawler) -> str | None:
    run_id = getattr(getattr(crawler.spider, "frontier", None), "run_id", None)
    return None if run_id is None else str(run_id)
