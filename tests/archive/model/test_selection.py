"""What a reader may ask for, and which filters are invalid."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archive.model.selection import Filters, WrongSelection, choose, select


def test_days_are_taipeis_and_both_are_included() -> None:
    selection = select({"since": "2024-01-01", "until": date(2024, 1, 31)})
    assert selection.since == datetime(2023, 12, 31, 16, tzinfo=UTC)
    assert selection.until == datetime(2024, 1, 31, 16, tzinfo=UTC)


def test_moments_keep_their_zone() -> None:
    assert select({"until": "2024-01-01T00:00:00+08:00"}).until == datetime(2023, 12, 31, 16, tzinfo=UTC)


def test_names_are_taken_as_people_write_them() -> None:
    selection = select({"columns": ["【美股動態】", " "], "tickers": ["brk.b ", "2330"]})
    assert selection.columns == {"美股動態"}
    assert selection.tickers == {"BRK.B", "2330"}


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"since": "last week"}, "no date"),
        ({"since": "2024-13-01"}, "no date"),
        ({"since": datetime(2024, 1, 1)}, "no zone"),  # noqa: DTZ001 -- that is the mistake
        ({"since": "2024-02-01", "until": "2024-01-31"}, "swap"),
        ({"tickers": "AMZN"}, "list"),
        ({"ticker": ["AMZN"]}, "not selected by ticker, but by since, until, columns, tickers, tags"),
        ({"until": "9999-12-31"}, "outside the calendar"),
        ({"since": "0001-01-01"}, "outside the calendar"),
    ],
)
def test_what_cannot_be_meant_is_refused(wanted: Filters, why: str) -> None:
    with pytest.raises(WrongSelection, match=why):
        select(wanted)


@pytest.mark.parametrize("fields", [["titel"], [], ["_id", "_id"]])
def test_fields_are_known_and_named_once(fields: list[str]) -> None:
    with pytest.raises(WrongSelection):
        choose(fields, ("_id", "title"))
