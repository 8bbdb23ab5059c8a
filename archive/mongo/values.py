"""Values as MongoDB keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Document = dict[str, Any]

_LONGEST_TEXT = 2000


def moment(at: datetime) -> datetime:
    """Return a moment as MongoDB keeps it: in UTC, cut to the millisecond.

    Raises:
        ValueError: It has no zone, so it is no one moment.

    >>> moment(datetime.fromisoformat("2026-08-30T12:04:05.123456+08:00")).isoformat()
    '2026-08-30T04:04:05.123000+00:00'
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no zone: a time in the archive is aware")
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    beyond = utc.microsecond % 1000
    return utc.replace(microsecond=utc.microsecond - beyond) if beyond else utc


def moment_or_none(at: datetime | None) -> datetime | None:
    """Return a moment as MongoDB keeps it, or None for none."""
    return None if at is None else moment(at)


def legible(text: str) -> str:
    r"""Return a text that UTF-8 can write, of at most 2,000 characters; a lone surrogate is shown by its number.

    >>> legible("bad \udc80 byte")
    'bad \\udc80 byte'
    """
    return text[:_LONGEST_TEXT].encode("utf-8", "backslashreplace").decode("utf-8")
