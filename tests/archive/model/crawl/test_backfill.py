"""What fills a window that goes on until now, after earlier runs have begun it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.model.crawl.backfill import Filled, Window, unfilled


def window(first: int, end: int) -> Window:
    return Window(datetime(2026, 3, first, tzinfo=UTC), datetime(2026, 3, end, tzinfo=UTC), ("美股動態",), ("api",))


def filled(first: int, end: int, *, complete: bool) -> Filled:
    return Filled(window(first, end), None, complete, None, None, None, complete, datetime(2026, 3, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("begun", "fills"),
    [
        ([], [(1, 10)]),
        ([filled(1, 10, complete=False)], [(1, 10)]),
        ([filled(1, 6, complete=False)], [(1, 6), (5, 10)]),
        ([filled(1, 6, complete=True)], [(5, 10)]),
        ([filled(1, 10, complete=True)], [(9, 10)]),
        ([filled(1, 10, complete=True), filled(9, 10, complete=True)], [(9, 10)]),
        ([filled(1, 6, complete=True), filled(5, 8, complete=False)], [(5, 8), (7, 10)]),
        ([filled(1, 6, complete=True), filled(5, 6, complete=True)], [(5, 10)]),
        ([filled(1, 6, complete=True), filled(5, 6, complete=False)], [(5, 6), (5, 10)]),
        ([filled(1, 4, complete=True), filled(1, 6, complete=False)], [(1, 6), (5, 10)]),
        ([filled(2, 6, complete=True), filled(1, 11, complete=True)], [(1, 10)]),
    ],
)
def test_what_was_begun_is_gone_on_with_and_its_last_day_looked_through_again(
    begun: list[Filled], fills: list[tuple[int, int]]
) -> None:
    assert unfilled(window(1, 10), begun) == [window(*days) for days in fills]
