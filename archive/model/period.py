"""One reader for every `since` and `until`: days, months, moments and words, in Taipei's time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from archive.model.time_zones import TAIPEI

FORMS: Final = "2026-08-30, 2026-08, 2026, today, yesterday, 7d (seven days ago), 2w or 2026-08-30T12:00"
"""Examples of what can be read, for messages and help."""

_AGO: Final = re.compile(r"(\d{1,5})([dw])", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_DECEMBER: Final = 12

Period = tuple[datetime, datetime]
"""Beginning and end of a span of time; aware, UTC; the end is not part of it. Of a moment, both are that moment."""


def read_period(text: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Period:
    """Return the period that a text names; days, and moments without a zone, are Taipei's.

    Args:
        text: One of `FORMS`.
        now: Returns the present, aware.

    Raises:
        ValueError: It names none.
        OverflowError: It lies outside the calendar.

    >>> [at.isoformat() for at in read_period("2026-08")]
    ['2026-07-31T16:00:00+00:00', '2026-08-31T16:00:00+00:00']
    >>> read_period("2026-08-30T12:00")[0].isoformat()
    '2026-08-30T04:00:00+00:00'
    """
    text = text.strip()
    if text == "now":
        return now(), now()
    if (day := _day(text, now)) is not None:
        return _midnight(day), _midnight(day + timedelta(days=1))
    if match := _MONTH.fullmatch(text):
        return _month(int(match[1]), int(match[2]) if match[2] else None)
    try:
        moment = datetime.fromisoformat(text if ":" in text else "")  # else 20260830 were a moment, and no day
    except ValueError:
        raise ValueError(f"{text!r} is no date: write one such as {FORMS}") from None
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=TAIPEI)).astimezone(UTC)
    return moment, moment


def day_period(day: date) -> Period:
    """Return a day in Taipei as a period.

    Raises:
        OverflowError: It is the calendar's first or last.
    """
    return _midnight(day), _midnight(day + timedelta(days=1))


def _day(text: str, now: Callable[[], datetime]) -> date | None:
    today = now().astimezone(TAIPEI).date()
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    if match := _AGO.fullmatch(text):
        return today - timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone yet
    except ValueError:
        return None


def _month(year: int, month: int | None) -> Period:
    """Return a month, or the whole year without one.

    Raises:
        ValueError: There is no such month or year.
    """
    first = date(year, month or 1, 1)
    following = date(year + 1, 1, 1) if month in {None, _DECEMBER} else date(year, (month or 0) + 1, 1)
    return _midnight(first), _midnight(following)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TAIPEI).astimezone(UTC)
