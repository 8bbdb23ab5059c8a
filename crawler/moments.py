"""Moments as an operator writes them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.errors import WrongUsage

TAIPEI = ZoneInfo("Asia/Taipei")


def read_moment(option: str, value: str | None) -> datetime | None:
    """Return an option's moment, aware; None where it is not given.

    A day is its beginning in Taipei; a moment without zone is one in Taipei.

    >>> read_moment("--since", "2026-08-30").isoformat()
    '2026-08-30T00:00:00+08:00'
    >>> read_moment("--since", "2026-08-30T12:00Z").isoformat()
    '2026-08-30T12:00:00+00:00'

    Raises:
        WrongUsage: It is none.
    """
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise WrongUsage(f"{option} {value!r} is no day (2026-08-30) or moment (2026-08-30T12:00+08:00)") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=TAIPEI)
