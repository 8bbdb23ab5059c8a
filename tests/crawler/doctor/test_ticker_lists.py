"""What the doctor finds in the lists of symbols."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawler.doctor.ticker_lists import MOST, examine, judge

DATES = {"companies": "2026-09", "funds": "2026-08-15", "taiwan": "2026-10"}


def test_the_lists_of_the_project_are_found() -> None:
    (finding,) = examine({"TICKER_LISTS": "pipelines.symbols.refresh.TickerLists"})
    assert finding.subject == "symbols"
    assert "companies 20" in finding.says


@pytest.mark.parametrize(("age", "state"), [(MOST, "well"), (MOST + timedelta(days=1), "doubtful")])
def test_lists_grow_old(age: timedelta, state: str) -> None:
    finding = judge(DATES, date(2026, 8, 15) + age)
    assert finding.state == state
    assert "funds 2026-08-15" in finding.says
    assert ("cmoney tickers refresh funds FILE" in finding.cure) == (state == "doubtful")
