"""Every form of a date that a `since` or `until` may have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.model.period import read_period

NOW = datetime(2026, 8, 30, 17, 30, tzinfo=UTC)  # 2026-08-31 01:30 in Taipei


def utc(day: int, hour: int = 16, month: int = 8, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2026-08-30", utc(29), utc(30)),
        (" 2026-08-30 ", utc(29), utc(30)),
        ("today", utc(30), utc(31)),
        ("yesterday", utc(29), utc(30)),
        ("0d", utc(30), utc(31)),
        ("1d", utc(29), utc(30)),
        ("7d", utc(23), utc(24)),
        ("2w", utc(16), utc(17)),
        ("2026-08", utc(31, month=7), utc(31)),
        ("2025-12", utc(30, month=11, year=2025), utc(31, month=12, year=2025)),
        ("2025", utc(31, month=12, year=2024), utc(31, month=12, year=2025)),
        ("2026-08-30T12:00", utc(30, 4), utc(30, 4)),
        ("2026-08-30 12:00", utc(30, 4), utc(30, 4)),
        ("2026-08-30T12:00Z", utc(30, 12), utc(30, 12)),
        ("2026-08-30T12:00+09:00", utc(30, 3), utc(30, 3)),
        ("now", NOW, NOW),
    ],
)
def test_each_form_is_a_period_of_taipei(text: str, since: datetime, until: datetime) -> None:
    assert read_period(text, lambda: NOW) == (since, until)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "7", "d", "-7d", "7 d", "７d", "2026-8", "2026-13", "2026-02-30", "20260830", "x"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no date|month must be"):
        read_period(text, lambda: NOW)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01"])
def test_what_lies_outside_the_calendar_is_told_apart(text: str) -> None:
    with pytest.raises(OverflowError):
        read_period(text, lambda: NOW)
