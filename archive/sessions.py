"""The US trading session that a moment falls into, by the calendar of the New York Stock Exchange (XNYS)."""

from __future__ import annotations

import warnings
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from archive.extra import require

Part = Literal["before_open", "in_session", "after_close"]

NEW_YORK: Final = ZoneInfo("America/New_York")

_BEGINNING: Final = date(2004, 12, 1)
"""Before the first article that there can be: addresses from before 2005 are taken for mistakes."""


@dataclass(frozen=True, slots=True)
class Session:
    """The trading session that a moment falls into.

    A moment between two sessions belongs to the one before it until midnight in New York, then to the one after it;
    so Saturdays, Sundays and holidays lie before Monday's open.

    Attributes:
        day: The session's day, in New York.
        part: `before_open`, `in_session` (from the opening bell, included, to the closing bell, not included; early
            closes count) or `after_close`.
        tradable: The first session in which what was known at that moment could be traded on: `day`, or after its
            close the next one.
    """

    day: date
    part: Part
    tradable: date


class Sessions:
    """The calendar, from late 2004 to the end of what the exchange has announced (a year ahead)."""

    def __init__(self) -> None:
        """Read the calendar.

        Raises:
            NotInstalled: exchange_calendars is not there.
        """
        library = require("exchange_calendars", "the US session of an article")
        with warnings.catch_warnings(action="ignore"):  # of pandas, for what the library does with it
            calendar = library.get_calendar("XNYS", start=_BEGINNING.isoformat())
        self._days: list[date] = [stamp.date() for stamp in calendar.sessions]
        self._opens = _moments(calendar.opens)
        self._closes = _moments(calendar.closes)

    def of(self, at: datetime) -> Session | None:
        """Return the session that a moment falls into, or None if it lies outside the calendar.

        Args:
            at: The moment; one without a zone is UTC.

        >>> Sessions().of(datetime.fromisoformat("2026-08-30T12:04:05+08:00"))
        Session(day=datetime.date(2026, 8, 31), part='before_open', tradable=datetime.date(2026, 8, 31))
        """
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        here = at.astimezone(NEW_YORK).date()
        place = bisect_right(self._days, here) - 1  # the last session that is not after this day
        if place < 0 or place + 1 >= len(self._days):
            return None
        if self._days[place] != here:
            return self._before(place + 1)
        if at < self._opens[place]:
            return self._before(place)
        if at < self._closes[place]:
            return Session(here, "in_session", here)
        return Session(here, "after_close", self._days[place + 1])

    def closes(self) -> list[tuple[date, datetime]]:
        """Return day and closing bell of every session in order; aware, UTC."""
        return list(zip(self._days, self._closes, strict=True))

    def _before(self, place: int) -> Session:
        return Session(self._days[place], "before_open", self._days[place])


def _moments(stamps: Any) -> list[datetime]:
    """Return a column of the calendar as aware datetimes; the library counts nanoseconds since 1970, UTC."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return [epoch + timedelta(seconds=stamp.timestamp()) for stamp in stamps]
