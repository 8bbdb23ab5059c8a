"""When the made-up articles were published: days with a usual number of articles, fewer at weekends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.site.dice import die

TAIPEI = ZoneInfo("Asia/Taipei")
NEWEST = datetime(2026, 8, 30, 4, 4, 5, tzinfo=UTC)
"""The newest article's moment unless told otherwise; fixed, so that a seed gives one corpus whatever the day."""

DAY_SECONDS = 86_400
WEEKEND_WEIGHT = 0.4
SATURDAY = 5


def spread(seed: int, count: int, days: int, newest: datetime) -> list[datetime]:
    """Return `count` rising moments (aware, UTC, microseconds) over the `days` days that end at `newest`.

    A weekend day (Taipei) gets 0.4 times what another day gets; the last moment is `newest`.
    """
    first = newest - timedelta(days=days)
    weights = [_weight(first + timedelta(days=n)) for n in range(days)]
    total, done, moments = sum(weights), 0.0, [newest]
    for day, weight in enumerate(weights):
        due = round((done + weight) / total * (count - 1)) - round(done / total * (count - 1))
        moments += _day(seed, day, due, first)
        done += weight
    return sorted(moments)


def _weight(moment: datetime) -> float:
    return WEEKEND_WEIGHT if moment.astimezone(TAIPEI).weekday() >= SATURDAY else 1.0


def _day(seed: int, day: int, due: int, first: datetime) -> list[datetime]:
    chance = die(seed, "day", day)
    seconds = [chance.uniform(0, DAY_SECONDS - 2) for _ in range(due)]
    return [first + timedelta(days=day, seconds=second) for second in seconds]


def iso_utc(moment: datetime) -> str:
    """Return a moment as a UTC ISO string to the second.

    >>> iso_utc(datetime(2025, 8, 14, 15, 50, 12, 9, tzinfo=TAIPEI))
    '2025-08-14T07:50:12Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
