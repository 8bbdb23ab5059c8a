"""Finding the numbers of a moment with few looks."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.spiders.number_search import CLOSE_ENOUGH, DatedNumber, bracket

DAWN = datetime(2012, 1, 1, tzinfo=UTC)


class Site:
    """Numbers with dates: uneven growth, gaps, and a count of the looks."""

    def __init__(self, seed: int, top: int, used: float) -> None:
        dice = random.Random(seed)
        self.dates = {}
        moment = DAWN
        pace = timedelta(days=5000) / top
        for number in range(1, top + 1):
            moment += pace * dice.uniform(0, 2)
            if dice.random() < used:
                self.dates[number] = moment
        self.top = top
        self.looks = 0

    def find(self, moment: datetime) -> tuple[int, int]:
        looks = bracket(moment, self.top)
        try:
            number = next(looks)
            while True:
                self.looks += 1
                number = looks.send(self.dates.get(number))
        except StopIteration as end:
            low, high = end.value
            return low, high


@given(st.integers(0, 1000), st.integers(0, 5200), st.sampled_from([0.05, 0.5, 1.0]))
def test_the_moment_lies_within_the_bracket(seed: int, days: int, used: float) -> None:
    site = Site(seed, 2000, used)
    moment = DAWN + timedelta(days=days)
    low, high = site.find(moment)
    assert all(date < moment for number, date in site.dates.items() if number <= low)
    assert all(date >= moment for number, date in site.dates.items() if number >= high)
    between = [number for number in site.dates if low < number < high]
    assert len(between) <= CLOSE_ENOUGH


@pytest.mark.parametrize("seed", range(5))
def test_a_window_in_a_large_site_is_found_with_few_looks(seed: int) -> None:
    site = Site(seed, 300_000, 0.7)
    site.find(DAWN + timedelta(days=3000))
    site.find(DAWN + timedelta(days=3030))
    assert site.looks <= 40


def test_what_the_archive_knows_spares_looks() -> None:
    before = [DatedNumber(number, DAWN - timedelta(days=200 - number)) for number in (7, 100, 99)]
    after = [DatedNumber(number, DAWN + timedelta(days=number)) for number in (500, 120, 121)]
    looks = bracket(DAWN, 1000, [*before, *after])
    with pytest.raises(StopIteration) as end:
        next(looks)
    assert end.value.value == (100, 120)


@pytest.mark.parametrize(
    "marks",
    [
        [DatedNumber(900, DAWN - timedelta(days=1)), DatedNumber(100, DAWN + timedelta(days=1))],  # one of them errs
        [DatedNumber(1001, DAWN - timedelta(days=1)), DatedNumber(7)],  # beyond the newest, and without a date
    ],
)
def test_marks_that_tell_nothing_leave_the_whole_site(marks: list[DatedNumber]) -> None:
    assert next(bracket(DAWN, 1000, marks)) == next(bracket(DAWN, 1000))
