"""Pages in doubt: on how many days they were the same, and what a listing denies of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.crawl_state.discoveries import entry_of
from archive.crawl_state.doubts import contradiction, days_of, denied, is_sure, is_titled_otherwise, noted
from archive.model.crawl.outcome import Miss
from tests.support.made_articles import NOW, found, key_of, url_of

NOON, HOUR = datetime(2026, 1, 1, 4, tzinfo=UTC), timedelta(hours=1)
"""In Taipei."""
COLUMN, OTHER = "【美股動態】蘋果財報優於預期", "【美股巨頭】蘋果財報優於預期"


def entry(**fields: Any) -> dict[str, Any]:
    return entry_of(found(1), NOW)[1] | fields


def suspect(days: int, kind: str = "other column", content_hash: str = "a") -> dict[str, Any]:
    return {"kind": kind, "hash": content_hash, "days": [NOON + day * 24 * HOUR for day in range(days)]}


def test_a_day_counts_once_and_only_for_the_same_page() -> None:
    known = entry(suspect=suspect(1))
    assert days_of(None, "a", NOON) == days_of(entry(), "a", NOON) == [NOON]
    assert days_of(known, "a", NOON + 11 * HOUR) == [NOON]
    assert days_of(known, "a", NOON + 12 * HOUR) == [NOON, NOON + 12 * HOUR]
    assert days_of(known, "b", NOON + 12 * HOUR) == [NOON + 12 * HOUR]


@pytest.mark.parametrize(
    ("known", "sure"),
    [(None, False), (suspect(2), False), (suspect(3), True), (suspect(3, "shrunk"), False)],
)
def test_three_days_of_one_doubt_are_sure(known: dict[str, Any] | None, *, sure: bool) -> None:
    assert is_sure(entry(suspect=known), "other column") is sure


@pytest.mark.parametrize(
    ("state", "title", "contradicts"),
    [
        ("wanted", OTHER, True),
        ("failed", OTHER, True),
        ("kept", OTHER, False),
        ("wanted", COLUMN, False),
        ("wanted", None, False),
    ],
)
def test_a_page_of_another_column_contradicts_what_is_named(
    state: str, title: str | None, *, contradicts: bool
) -> None:
    miss = Miss(key_of(1), url_of(1), "skipped", "other column", NOON, None, "", title)
    line = contradiction(entry(state=state, title=COLUMN), miss)
    assert line == (f"the page states {OTHER!r}, named is {COLUMN!r}" if contradicts else None)


@pytest.mark.parametrize(
    ("find", "state", "kind", "is_denied"),
    [
        ({"title": COLUMN}, "failed", "other column", True),
        ({"title": COLUMN, "skip": "another column"}, "failed", "other column", False),
        ({"title": COLUMN, "found_by": "related"}, "failed", "other column", False),
        ({"title": None}, "failed", "other column", False),
        ({"title": COLUMN}, "failed", "shrunk", False),
        ({"title": COLUMN}, "kept", "other column", True),
        ({"title": OTHER}, "kept", "other column", False),
    ],
)
def test_a_listing_denies_the_column_of_a_page(find: dict[str, Any], state: str, kind: str, *, is_denied: bool) -> None:
    known = entry(state=state, title=COLUMN, suspect=suspect(2, kind))
    fields = denied(found(1, **{"found_by": "listing", **find}), known)
    assert fields == ({"suspect": known["suspect"] | {"days": []}} if is_denied else {})
    assert denied(found(1, found_by="listing", title=COLUMN), entry(suspect=None)) == {}


@pytest.mark.parametrize(
    ("state", "by", "first", "title", "expected"),
    [
        ("kept", "listing", "related", "【美股動態】微軟擴產", True),
        ("failed", "listing", "related", "【美股動態】微軟擴產", False),
        ("kept", "related", "related", "【美股動態】微軟擴產", False),
        ("kept", "listing", "listing", "【美股動態】微軟擴產", False),
        ("kept", "listing", "related", COLUMN, False),
    ],
)
def test_a_listing_names_an_article_first_that_a_link_led_to(
    state: str, by: str, first: str, title: str, *, expected: bool
) -> None:
    assert (
        is_titled_otherwise(found(1, found_by=by, title=title), entry(state=state, found_by=first, title=COLUMN))
        is expected
    )


def test_what_is_noted_of_a_page_in_doubt() -> None:
    known = entry(state="wanted", attempts=0, leased_by="run", suspect=suspect(1))
    fields = noted(known, "shrunk", "half of it", NOON + 24 * HOUR, "a")
    assert (fields["state"], fields["detail"], fields["attempts"]) == ("failed", "half of it", 1)
    assert fields["suspect"]["days"] == [NOON, NOON + 24 * HOUR]
    assert (fields["suspect"]["run"], fields["leased_by"]) == ("run", None)
    assert noted(known, "shrunk", "", NOON)["suspect"]["days"] == []
    assert noted(known, "shrunk", "", NOON)["detail"] is None
    for state in ("kept", "gone"):
        assert noted(entry(state=state), "shrunk", "", NOON)["state"] == state
