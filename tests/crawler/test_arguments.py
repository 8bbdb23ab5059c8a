"""Arguments of spiders."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.addresses import Sites
from crawler.arguments import read_count, read_listing_address, read_window
from crawler.errors import WrongUsage

SITES = Sites("http://127.0.0.1:8001", "http://127.0.0.1:8002", "http://127.0.0.1:8003")


@pytest.mark.parametrize(("given", "number"), [("5", 5), (" 7 ", 7), ("0", 0)])
def test_a_count_is_a_whole_number(given: str, number: int) -> None:
    assert read_count({"n": given}, "n", None) == number


def test_a_count_that_is_not_given_has_its_default() -> None:
    assert read_count({}, "n", 3) == 3


@pytest.mark.parametrize("given", ["", "-1", "1.5", "five", "１", "1e3"])
def test_anything_else_is_refused(given: str) -> None:
    with pytest.raises(WrongUsage, match="n="):
        read_count({"n": given}, "n", None)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("/tag/萬海(2615)", "http://127.0.0.1:8001/tag/萬海(2615)"),
        ("https://cmnews.com.tw/usstock/usstock_news", "http://127.0.0.1:8001/usstock/usstock_news"),
        ("https://www.cmoney.tw/notes/?tag=76325", "http://127.0.0.1:8002/notes/?tag=76325"),
        ("https://www.forecastock.tw/category/個股報告", "http://127.0.0.1:8003/category/個股報告"),
        ("http://127.0.0.1:8003/stock/AMZN/discussion", "http://127.0.0.1:8003/stock/AMZN/discussion"),
        ("http://127.0.0.1:8002/notes/?navId=3", "http://127.0.0.1:8002/notes/?navId=3"),
    ],
)
def test_a_listing_is_asked_below_the_configured_base(given: str, url: str) -> None:
    assert read_listing_address({"listing": given}, SITES) == url


@pytest.mark.parametrize(
    "given", ["", "/", "https://example.com/tag/x", "file:///etc/passwd", "http://127.0.0.1:9/tag/x", "//x"]
)
def test_what_is_no_listing_of_the_site_is_refused(given: str) -> None:
    with pytest.raises(WrongUsage, match="no listing"):
        read_listing_address({"listing": given}, SITES)


@pytest.mark.parametrize(
    "given", ["2024-1", "last week", "2024-02-30", "2024-13", "20240101", "2999-01-01", "2999", "0d d", " "]
)
def test_a_day_that_cannot_be_meant(given: str) -> None:
    with pytest.raises(WrongUsage, match="since="):
        read_window(given, None)


def test_a_window_of_one_day_is_a_day_of_taipei() -> None:
    since, until = read_window("2024-02-29", "2024-02-29")
    assert (since, until) == (datetime(2024, 2, 28, 16, tzinfo=UTC), datetime(2024, 2, 29, 16, tzinfo=UTC))
    assert read_window(None, None) == read_window("", "") == (None, None)
    with pytest.raises(WrongUsage, match="since=2024-02-02 is after until=2024-02-01"):
        read_window("2024-02-02", "2024-02-01")
