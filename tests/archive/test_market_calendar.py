"""The US session of a moment: regular days, early closes, weekends, holidays, and the ends of the calendar."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from archive.market_calendar import NEW_YORK, Session, Sessions


@pytest.fixture(scope="module")
def sessions() -> Sessions:
    return Sessions()


def on(day: int, month: int = 11, year: int = 2024) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2024-11-27T09:29:59.999-05:00", Session(on(27), "before_open", on(27))),
        ("2024-11-27T09:30:00-05:00", Session(on(27), "in_session", on(27))),
        ("2024-11-27T15:59:59-05:00", Session(on(27), "in_session", on(27))),
        ("2024-11-27T16:00:00-05:00", Session(on(27), "after_close", on(29))),  # the 28th is Thanksgiving
        ("2024-11-28T12:00:00-05:00", Session(on(29), "before_open", on(29))),
        ("2024-11-29T13:00:00-05:00", Session(on(29), "after_close", on(2, 12))),  # an early close, then a weekend
        ("2024-11-30T12:00:00-05:00", Session(on(2, 12), "before_open", on(2, 12))),
        ("2024-11-28T00:10:00+08:00", Session(on(27), "in_session", on(27))),  # past midnight in Taipei
        ("2024-07-01T21:30:00+08:00", Session(on(1, 7), "in_session", on(1, 7))),  # summer time: an hour earlier
        ("2024-01-02T21:30:00+08:00", Session(on(2, 1), "before_open", on(2, 1))),  # winter: 22:30 opens
    ],
)
def test_a_moment_falls_into_its_session(sessions: Sessions, moment: str, expected: Session) -> None:
    assert sessions.of(datetime.fromisoformat(moment)) == expected


def test_a_moment_without_a_zone_is_utc(sessions: Sessions) -> None:
    at = datetime(2024, 11, 27, 15, tzinfo=UTC)
    assert sessions.of(at.replace(tzinfo=None)) == sessions.of(at)


@pytest.mark.parametrize("year", [1999, 2400])
def test_outside_the_calendar_there_is_none(sessions: Sessions, year: int) -> None:
    assert sessions.of(datetime(year, 6, 1, tzinfo=UTC)) is None


def test_as_many_sessions_a_year_as_the_exchange_held(sessions: Sessions) -> None:
    years = Counter(day.year for day, _ in sessions.closes())
    assert [years[year] for year in range(2005, 2026)] == [
        252,
        251,
        251,
        253,
        252,
        252,
        252,
        250,
        252,
        252,
        252,
        252,
        251,
        251,
        252,
        253,
        252,
        251,
        250,
        252,
        250,
    ]


@pytest.mark.parametrize(
    "day",
    [
        "2007-01-02",  # the day of mourning for Gerald Ford
        "2012-10-29",  # hurricane Sandy, two days
        "2012-10-30",
        "2018-12-05",  # George H. W. Bush
        "2025-01-09",  # Jimmy Carter
        "2022-06-20",  # Juneteenth, observed on Monday, the first year
        "2021-12-24",  # Christmas, observed on Friday
    ],
)
def test_days_on_which_the_exchange_stayed_closed(sessions: Sessions, day: str) -> None:
    assert date.fromisoformat(day) not in dict(sessions.closes())


def test_early_closes(sessions: Sessions) -> None:
    closes = dict(sessions.closes())
    early = {str(day) for day, at in closes.items() if at.astimezone(NEW_YORK).hour < 16 and day.year in {2013, 2024}}
    assert early == {"2013-07-03", "2013-11-29", "2013-12-24", "2024-07-03", "2024-11-29", "2024-12-24"}
