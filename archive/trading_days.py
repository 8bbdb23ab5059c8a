"""The sessions of the US stock market, and the nights that follow them, in which the column writes about them."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from archive.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Night:
    """What lies between a session's close and the next one's: holidays and weekends belong to the night before them.

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
        NotInstalled: exchange_calendars is not there.

    >>> monday, saturday = map(datetime.fromisoformat, ("2026-05-18T00:00Z", "2026-05-23T00:00Z"))
    >>> [last] = nights(monday, saturday)[-1:]
    >>> last.day.isoformat(), (last.ends - last.begins).days  # Monday, 25 May 2026, is Memorial Day
    ('2026-05-22', 4)
    """
    pairs = pairwise(_closes())
    return [Night(day, close, following) for (day, close), (_, following) in pairs if since <= close < until]


@functools.cache
def _closes() -> list[tuple[date, datetime]]:
    """Return every session's close; kept, since the calendar takes half a second to make."""
    return Sessions().closes()


def begin_of_half_hour(moment: datetime) -> datetime:
    """Return when the half hour of a moment began; sessions close on the half hour, so it belongs to one night.

    >>> begin_of_half_hour(datetime.fromisoformat("2026-05-18T20:59:59Z")).isoformat()
    '2026-05-18T20:30:00+00:00'
    """
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


def tally(found: Sequence[Night], moments: dict[datetime, int]) -> list[int]:
    """Return for each night how many of some moments lie in it.

    Args:
        found: Nights in order, without a hole between them.
        moments: How many at each moment; aware.
    """
    begins = [night.begins for night in found]
    counts = [0] * len(found)
    for moment, many in moments.items():
        place = bisect.bisect_right(begins, moment) - 1
        if place >= 0 and moment < found[place].ends:
            counts[place] += many
    return counts
