"""Log lines: without secrets, with control characters as escapes, as plain text or JSON."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

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
"""Characters of a line: enough for an address and its outcome, too few for a page in an exception's message."""

_NAME: Final = "cmoney"
"""The name of this project's handler, by which it is found."""

_PASSWORD: Final = re.compile(r"(?<=://)([^/\s:@]*):([^\s]+?)@(?=[\w.\[-]+)")
_KEY: Final = re.compile(r"\b(?:cmnews:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|notes:\d+|capture:[0-9a-f]{16})\b")
_URL: Final = re.compile(r"https?://[^\s<>\"')\]]+")


def secrets(settings: Values) -> tuple[str, ...]:
    """Return the values to hide, the longest first: every secret setting, and the database's password."""
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
    """Another formatter's lines without secrets, in tracebacks too, and without control characters.

    All lines of a record but the first are indented: no text of a page begins a line as a record does.

    Args:
        inner: The other formatter.
        hidden: The secrets.
        longest: Characters of a line at most; None for lines that are short already.
    """

    def __init__(self, inner: logging.Formatter, hidden: tuple[str, ...], longest: int | None = None) -> None:
        super().__init__()
        self._inner = inner
        self._hidden = hidden
        self._longest = longest

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        text = redacted(printable(self._inner.format(record)).replace("\n", "\n  "), self._hidden)
        return cut_lines(text, self._longest) if self._longest else text


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `at` (UTC), `level`, `logger`, `message`; if known, `run`, `spider`, `key`, `exception`.

    python-json-logger does not replace it: all fields are computed here, and it would add each `extra` of Scrapy's.

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
    return Redacting(plain, secrets(settings), LONGEST)


def _run_id(crawler: Crawler) -> str | None:
    run_id = getattr(getattr(crawler.spider, "frontier", None), "run_id", None)
    return None if run_id is None else str(run_id)
