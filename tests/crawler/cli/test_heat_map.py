"""Coverage as a calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.coverage.baseline import NightCoverage
from archive.market_calendar import nights
from crawler.cli.heat_map import WIDTH, heat_map, legend

NIGHTS = nights(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC))  # with Thanksgiving


def lines(width: int) -> list[str]:
    judged = [
        NightCoverage(night, 12 if place else 0, 10.0, None if place else "none") for place, night in enumerate(NIGHTS)
    ]
    return [line.plain.rstrip() for line in heat_map(judged, width)]


def test_days_without_a_session_are_dots_and_days_beyond_the_window_nothing() -> None:
    days, november, december, meaning = lines(WIDTH)
    assert days.split() == [str(day) for day in range(1, 32)]
    assert november[8 + 19 * 3 :] == " 0! ·  · 12 12 12  · 12  ·  · 12"
    assert not november[7 : 8 + 19 * 3].strip()
    assert december == "2026-12 12 12"
    assert "no session" in meaning


@pytest.mark.parametrize("width", [70, 80, WIDTH - 1])
def test_where_there_is_little_room_cells_stand_closer(width: int) -> None:
    narrow = lines(width)
    assert max(len(line) for line in narrow[:-1]) <= width
    assert narrow[1][8 + 19 * 2 :] == "!0 · ·121212 ·12 · ·12"


def test_an_empty_window_has_no_calendar() -> None:
    assert list(heat_map([])) == []


def test_the_legend_names_every_colour() -> None:
    text = legend()
    names = [name.strip() for name in text.plain.split("    ")]
    assert names == ["0! none or far too few", "under half of the usual", "fewer", "as usual", "more"]
    assert len({str(span.style) for span in text.spans}) == 5
