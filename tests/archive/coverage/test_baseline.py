"""What is usual, and what falls short of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from archive.coverage.baseline import HOLE, assess_nights
from archive.market_calendar import milliseconds, nights, tally

YEAR = nights(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def short(counts: list[int], until: datetime = LATER) -> dict[int, str]:
    return {place: night.shortfall for place, night in enumerate(assess_nights(YEAR, counts, until)) if night.shortfall}


def steady(many: int = 6) -> list[int]:
    """Return counts that vary by one, with more before a weekend, when the night is three days long."""
    chance = random.Random(7)
    return [many + chance.choice((-1, 0, 0, 1)) + (2 if night.day.weekday() == 4 else 0) for night in YEAR]


def poisson(mean: float) -> list[int]:
    chance = random.Random(11)
    return [sum(chance.random() < mean / 100 for _ in range(100)) for _ in YEAR]


def test_sessions_are_new_york_s() -> None:
    days = {night.day.isoformat() for night in YEAR}
    assert len(days) == 252
    assert not days & {"2024-01-15", "2024-03-29", "2024-07-04", "2024-12-25", "2024-06-01"}
    early = next(night for night in YEAR if night.day.isoformat() == "2024-11-29")
    assert early.begins == datetime(2024, 11, 29, 18, tzinfo=UTC)
    assert all(entry.ends == other.begins for entry, other in pairwise(YEAR))


def test_articles_belong_to_the_night_they_lie_in() -> None:
    first, second = YEAR[:2]
    moments = {first.begins: 2, second.begins - timedelta(seconds=1): 3, second.begins: 5}
    moments |= {first.begins - timedelta(seconds=1): 9, second.ends: 9}
    assert tally([first, second], sorted(milliseconds(at) for at in moments for _ in range(moments[at]))) == [5, 5]
    assert tally([], [milliseconds(first.begins)]) == []


def test_a_steady_year_has_no_gaps() -> None:
    assert short(steady()) == {}
    assert short([1] * len(YEAR)) == {}


def test_exactly_what_was_taken_out_is_short() -> None:
    for many, few in ((6, 1), (20, 5)):
        counts = steady(many)
        taken = {3: "none", 50: "few", 51: "none", 120: "few", len(counts) - 2: "none"}
        for place, how in taken.items():
            counts[place] = few if how == "few" else 0
        assert short(counts) == taken
    one_a_day = [1] * len(YEAR)
    one_a_day[17] = 0
    assert short(one_a_day) == {17: "none"}


def test_a_long_hole_is_a_hole_and_does_not_become_usual() -> None:
    counts = steady()
    hole = range(60, 60 + 80)
    for place in hole:
        counts[place] = 0
    assert short(counts) == dict.fromkeys(hole, "none")


def test_several_weeks_and_single_days_at_once() -> None:
    counts = steady()
    taken = [*range(30, 30 + HOLE - 1), 100, 101, 140, 180]
    for place in taken:
        counts[place] = 0
    assert short(counts) == dict.fromkeys(taken, "none")


def test_where_days_without_an_article_are_ordinary_they_are_no_gaps() -> None:
    assert short(poisson(0.7)) == {}


def test_where_counts_vary_wildly_few_is_no_gap() -> None:
    assert "few" not in short(poisson(5)).values()


def test_nothing_at_all_is_all_missing() -> None:
    assert len(short([0] * len(YEAR))) == len(YEAR)


def test_a_season_with_fewer_is_measured_by_itself() -> None:
    many: Callable[[int], int] = lambda place: 14 if place < 126 else 6  # noqa: E731
    counts = [many(place) for place in range(len(YEAR))]
    counts[200] = 1
    nights = short(counts)
    assert nights.pop(200) == "few"
    assert all(abs(place - 126) <= 40 for place in nights)


def test_what_is_not_over_is_not_judged() -> None:
    counts = steady()
    counts[-1] = counts[-2] = 0
    last = YEAR[-1]
    assert short(counts, last.begins + timedelta(hours=1)) == {len(YEAR) - 2: "none"}
