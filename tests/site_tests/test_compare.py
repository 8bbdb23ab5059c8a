"""The comparison of documents with the truth."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.site import Scale, StandIn, Truth, compare


@pytest.fixture(scope="module")
def truth() -> list[Truth]:
    """Return the truth of a small corpus."""
    return [article for article in StandIn(Scale(articles=15)).truth if article["status"] == "live"]


def documents(truth: list[Truth]) -> list[dict[str, Any]]:
    """Return documents as a perfect archive would hold them, dates as MongoDB's driver gives them."""
    held = []
    for article in truth:
        published = article["published_at"]
        moment = datetime.fromisoformat(published).replace(tzinfo=None) if published else None
        url = article["url"].replace("https://cmnews.com.tw", "http://127.0.0.1:9")
        held.append({**article, "_id": article["key"], "published_at": moment, "url": url})
    return held


def test_a_perfect_archive(truth: list[Truth]) -> None:
    report = compare(truth, documents(truth))
    assert (report.matched, report.missing, report.twice, report.unknown) == (len(truth), [], [], [])
    assert report.equal_texts == report.mean_f1 == min(report.shares.values()) == 1
    assert not report.differences


def test_what_is_missing_twice_or_unknown_is_told(truth: list[Truth]) -> None:
    held = documents(truth)
    pair = next(article for article in truth if article["aliases"])
    alias = {**pair, **pair["at"][pair["aliases"][0]], "_id": pair["aliases"][0], "key": pair["aliases"][0]}
    lost = next(article for article in held if article["_id"] != pair["key"])
    report = compare(truth, [*(article for article in held if article is not lost), alias, {"_id": "notes:1"}])
    assert report.missing == [lost["_id"]]
    assert report.twice == [pair["key"]]
    assert report.unknown == ["notes:1"]
    assert not report.differences


def test_a_merged_document_may_hold_what_either_page_says(truth: list[Truth]) -> None:
    pair = next(article for article in truth if article["aliases"])
    other = pair["at"][pair["aliases"][0]]
    merged: dict[str, Any] = {**pair, "_id": pair["key"], "published_at": other["published_at"], "url": other["url"]}
    assert not compare([pair], [merged]).differences
    assert {entry.field for entry in compare([pair], [{**merged, "aliases": []}]).differences} >= {"url"}


def test_a_wrong_field_is_told(truth: list[Truth]) -> None:
    held = documents(truth)
    held[0]["text"] = held[0]["text"][:-8]
    held[1]["tickers"] = ["WRONG"]
    report = compare(truth, held)
    assert {(entry.key, entry.field) for entry in report.differences} == {
        (truth[0]["key"], "text"),
        (truth[1]["key"], "tickers"),
    }
    assert report.equal_texts < 1
    assert 0.9 < report.mean_f1 < 1
    assert "tickers" in str(report)
