"""Kinds of settings that only a crawl has: base addresses of sites, a Redis, spans of time."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from archive.model.site_file import TimeSpan, read_span
from archive.settings.kinds import Kind
from crawler.addresses import read_base


def _address(value: Any) -> str:
    base = read_base(str(value))
    if base is None:
        raise ValueError("not an http(s) address of a host without query")
    return base


def _web_address(value: Any) -> str:
    parts = urlsplit(str(value))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an http(s) address of a host")
    return str(value)


def _redis(value: Any) -> str:
    if not str(value).startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("not an address of a Redis: redis://, rediss:// or unix://")
    try:
        parts = urlsplit(str(value))
        is_whole = not parts.fragment and "@" not in f"{parts.path}{parts.query}" and (parts.port or True)
    except ValueError:  # its text quotes what may be a part of a password
        is_whole = False
    if not is_whole:
        raise ValueError(
            "not a well-formed address: : / ? # @ in user or password have to be percent-encoded"
        ) from None
    return str(value)


def read_spans(value: str | tuple[TimeSpan, ...]) -> tuple[TimeSpan, ...]:
    """Return spans of time.

    >>> [[f"{moment:%m-%d %H:%M %z}" for moment in span] for span in read_spans("2025-01-22T21:50/2025-01-22T22:20")]
    [['01-22 21:50 +0800', '01-22 22:20 +0800']]

    Raises:
        ValueError: One is none.
    """
    if not isinstance(value, str):
        return value
    return tuple(map(read_span, filter(None, map(str.strip, value.split(",")))))


ADDRESS: Final = Kind("address: http:// or https://, without query", _address)
WEB_ADDRESS: Final = Kind("address: http:// or https://, with path and query", _web_address)
REDIS: Final = Kind("address: redis://, rediss:// or unix://", _redis)
SPANS: Final = Kind("spans of time, separated by commas", read_spans)
