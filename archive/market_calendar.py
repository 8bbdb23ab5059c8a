"""The US trading calendar: sessions, and the nights after them, in which the column writes."""

from __future__ import annotations

import bisect
import functools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from archive.extras import require

SessionPart = Literal["before_open", "in_session", "after_close"]

NEW_YORK: Final = ZoneInfo("America/New_York")

_BEGINNING: Final = date(2004, 12, 1)
"""Before the first possible article: addresses from before 2005 count as mistakes."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OPENS: Final = time(9, 30)
_CLOSES: Final = time(16)
_CLOSES_EARLY: Final = time(13)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Session:
    """The trading session that a moment falls into.

    A moment between two sessions belongs to the one before it until midnight in New York, then to the one after it;
    so Saturdays, Sundays and holidays lie before Monday's open.

    Attributes:
        day: The session's day, in New York.
        part: `before_open`, `in_session` (from the opening bell, included, to the closing bell, not included; early
            closes count) or `after_close`.
        tradable: The first session in which news of that moment could be traded: `day`, or the next one after its
            close.
    """

    day: date
    part: SessionPart
    tradable: date


class Sessions:
    """The calendar, from late 2004 to a year ahead, as far as the exchange announces holidays."""

    def __init__(self) -> None:
        """Read the calendar.

        Raises:
            NotInstalled: holidays is missing.
        """
        end = datetime.now(NEW_YORK).date() + timedelta(days=365)
        exchange = _new_york_stock_exchange()
        years = range(_BEGINNING.year, end.year + 1)
        closed, half = exchange(years=years), exchange(years=years, categories="half_day")
        days = (_BEGINNING + timedelta(days=count) for count in range((end - _BEGINNING).days + 1))
        self._days = [day for day in days if day.weekday() < _SATURDAY and day not in closed]
        self._opens = [_at(day, _OPENS) for day in self._days]
        self._closes = [_at(day, _CLOSES_EARLY if day in half else _CLOSES) for day in self._days]

    def of(self, at: datetime) -> Session | None:
        """Return the session of a moment; None outside the calendar.

        Args:
            at: The moment; one without a zone is UTC.

        >>> Sessions().of(datetime.fromisoformat("2026-08-30T12:04:05+08:00"))
        Session(day=datetime.date(2026, 8, 31), part='before_open', tradable=datetime.date(2026, 8, 31))
        """
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        day = at.astimezone(NEW_YORK).date()
        place = bisect_right(self._days, day) - 1  # the last session that is not after this day
        if place < 0 or place + 1 >= len(self._days):
            return None
        if self._days[place] != day:
            return self._before(place + 1)
        if at < self._opens[place]:
            return self._before(place)
        if at < self._closes[place]:
            return Session(day, "in_session", day)
        return Session(day, "after_close", self._days[place + 1])

    def closes(self) -> list[tuple[date, datetime]]:
        """Return day and closing bell (aware, UTC) of every session, in order."""
        return list(zip(self._days, self._closes, strict=True))

    def _before(self, place: int) -> Session:
        return Session(self._days[place], "before_open", self._days[place])


def _new_york_stock_exchange() -> Any:
    """Return the class of the exchange's holidays.

    Its file is loaded alone: the package around it imports every exchange, and for one of them every country, which is
    more than half of the calendar's cost.

    Raises:
        NotInstalled: holidays is missing.
    """
    folder = Path(require("holidays", "the US session of an article").__file__).parent / "financial"
    spec: Any = spec_from_file_location("ny_stock_exchange", folder / "ny_stock_exchange.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NewYorkStockExchange


def _at(day: date, bell: time) -> datetime:
    """Return the moment of a bell in New York on a day; aware, UTC."""
    return datetime.combine(day, bell, NEW_YORK).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Night:
    """The time from a session's close to the next one; holidays and weekends belong to the night before them.

    Attributes:
        day: The session's date in New York.
        begins: Its close; aware, UTC; included.
        ends: The next session's close; aware, UTC; not included.
    """

    day: date
    begins: datetime
    ends: datetime


def nights(since: datetime, until: datetime) -> list[Night]:
    """Return the nights that begin in a span of time, in order.

    Args:
        since: Aware; included.
        until: Aware; not included.

    Raises:
        NotInstalled: holidays is missing.

    >>> monday, saturday = map(datetime.fromisoformat, ("2026-05-18T00:00Z", "2026-05-23T00:00Z"))
    >>> [last] = nights(monday, saturday)[-1:]
    >>> last.day.isoformat(), (last.ends - last.begins).days  # Monday, 25 May 2026, is Memorial Day
    ('2026-05-22', 4)
    """
    pairs = pairwise(_closes())
    return [Night(day, close, following) for (day, close), (_, following) in pairs if since <= close < until]


@functools.cache
def calendar() -> Sessions:
    """Return the calendar; it is made once, which takes a tenth of a second."""
    return Sessions()


@functools.cache
def _closes() -> list[tuple[date, datetime]]:
    return calendar().closes()


def session_window(day: str) -> tuple[datetime, datetime] | None:
    """Return the window of a session's articles (aware, UTC), as of `Sessions.of`; None for a day without a session.

    It reaches from midnight in New York after the session before to midnight after this one.

    Args:
        day: The session's day, such as 2026-08-28.

    >>> [at.isoformat() for at in session_window("2026-08-31") or ()]
    ['2026-08-29T04:00:00+00:00', '2026-09-01T04:00:00+00:00']
    """
    days = [str(day) for day, _ in _closes()]
    place = bisect.bisect_left(days, day)
    if place == 0 or place >= len(days) or days[place] != day:
        return None
    ends = (date.fromisoformat(session) + timedelta(days=1) for session in days[place - 1 : place + 1])
    since, until = (datetime(end.year, end.month, end.day, tzinfo=NEW_YORK).astimezone(UTC) for end in ends)
    return since, until


def neighbours(day: str) -> tuple[str | None, str | None]:
    """Return the sessions before and after a session's day; None beyond the calendar.

    >>> neighbours("2026-05-22")  # the Monday after it is Memorial Day
    ('2026-05-21', '2026-05-26')
    """
    days = [str(day) for day, _ in _closes()]
    place = bisect.bisect_left(days, day)
    later = place + 1 if days[place : place + 1] == [day] else place
    return (days[place - 1] if place else None), (days[later] if later < len(days) else None)


def begin_of_half_hour(moment: datetime) -> datetime:
    """Return the beginning of a moment's half hour; sessions close on the half hour, so it belongs to one night.

    >>> begin_of_half_hour(datetime.fromisoformat("2026-05-18T20:59:59Z")).isoformat()
    '2026-05-18T20:30:00+00:00'
    """
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


def milliseconds(at: datetime) -> int:
    """Return a moment (aware) as MongoDB keeps it: whole milliseconds since 1970, UTC.

    >>> milliseconds(datetime(1970, 1, 1, 0, 0, 1, 500_900, tzinfo=UTC))
    1500
    """
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def tally(spans: Sequence[Night], moments: Sequence[int]) -> list[int]:
    """Count the moments that lie in each night.

    Args:
        spans: Nights in order, without a gap.
        moments: In order; as of `milliseconds`.
    """
    edges = [night.begins for night in spans] + [night.ends for night in spans[-1:]]
    places = [bisect.bisect_left(moments, milliseconds(edge)) for edge in edges]
    return [end - begin for begin, end in pairwise(places)]
