"""One document out of two: which date it keeps, what it gains, and whether a second address has something new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.articles.documents import best_dated, completed, counts_first, has_changed, joined, listed_date, read_again

NOW = datetime(2026, 5, 27, 3, 10, tzinfo=UTC)
MIDNIGHT = datetime(2026, 5, 26, 16, tzinfo=UTC)
"""In Taipei, of the same day."""
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
OWN, OTHER = ({"field": "published_at", "reason": reason} for reason in ("own", "other"))
TEXT = {"field": "text", "reason": "its text"}


def document(key: str = "cmnews:1", **fields: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "_id": key,
        "aliases": [],
        "source": key,
        "url": f"https://{key}",
        "author": {"id": None, "name": None},
        "published_at": NOW,
        "published_from": "page",
        "updated_at": None,
        "tags": [],
        "related": [],
        "problems": [],
        "checked_at": NOW,
        "status": "live",
        "gone_at": None,
        "content_hash": "c",
        "identity_hash": "i",
    }
    return known | fields


@pytest.mark.parametrize(
    ("kept", "read", "fetched", "is_kept"),
    [
        (("page", NOW), ("page", NOW + DAY), True, False),
        (("page", NOW), (None, None), True, True),
        (("page", NOW), (None, None), False, False),
        (("page", NOW), ("address", NOW + DAY), True, True),
        (("address", NOW), ("page", NOW + DAY), True, False),
        (("listing", NOW), (None, None), False, True),
        (("listing", NOW), ("page", NOW + DAY), True, False),
        (("listing", NOW), ("page", MIDNIGHT), True, True),
        (("listing", NOW), ("page", MIDNIGHT), False, True),
        (("listing", NOW), ("page", MIDNIGHT + SECOND), True, False),
        (("listing", NOW), ("page", MIDNIGHT + 60 * SECOND), True, False),
        (("listing", NOW), ("page", MIDNIGHT + timedelta(hours=1)), True, False),
        (("listing", MIDNIGHT), ("page", MIDNIGHT), True, True),
        (("listing", MIDNIGHT - SECOND), ("page", MIDNIGHT), True, False),
        (("listing", MIDNIGHT + DAY), ("page", MIDNIGHT), True, False),
        (("listing", MIDNIGHT + DAY - SECOND), ("page", MIDNIGHT), True, True),
        (("listing", None), ("page", MIDNIGHT), True, False),
    ],
)
def test_a_lesser_date_does_not_replace_a_better_one(
    kept: tuple[str, datetime | None], read: tuple[str | None, datetime | None], fetched: bool, is_kept: bool
) -> None:
    before = document(published_from=kept[0], published_at=kept[1], problems=[OWN])
    after = document(published_from=read[0], published_at=read[1], problems=[OTHER, TEXT])
    expected = {"published_at": kept[1], "published_from": kept[0], "problems": [TEXT, OWN]} if is_kept else {}
    assert best_dated(before, after, is_fetched=fetched) == expected


def test_what_is_absent_is_taken_from_the_other() -> None:
    undated = document(published_at=None, published_from=None, problems=[OWN, TEXT], author={"id": "1", "name": None})
    other = document("notes:2", tags=["雲端"], updated_at=NOW, author={"id": "2", "name": "小編"}, problems=[OTHER])
    whole = completed(undated, other)
    assert (whole["url"], whole["tags"], whole["updated_at"]) == ("https://cmnews:1", ["雲端"], NOW)
    assert whole["author"] == {"id": "1", "name": "小編"}
    assert (whole["published_at"], whole["published_from"], whole["problems"]) == (NOW, "page", [TEXT])
    assert completed(document(), document(published_at=NOW + DAY))["published_at"] == NOW
    assert completed(undated, document(published_at=None))["problems"] == [OWN, TEXT]


def test_a_reading_counts_for_the_kept_document() -> None:
    kept = document(aliases=["notes:2"], tags=["雲端"])
    second = read_again(kept, document("notes:3", published_at=NOW + DAY, tags=[], title="新"))
    assert (second["_id"], second["source"], second["aliases"]) == ("cmnews:1", "notes:3", ["notes:2", "notes:3"])
    assert (second["published_at"], second["url"], second["title"]) == (NOW, "https://cmnews:1", "新")
    own = read_again(kept, document(published_at=NOW + DAY))
    assert (own["published_at"], own["tags"], own["aliases"]) == (NOW + DAY, ["雲端"], ["notes:2"])
    assert read_again(document(tags=["雲端"]), document())["tags"] == [], "one address alone: what it shows now"


def test_what_a_document_gains_from_another() -> None:
    gone = document(status="gone", gone_at=NOW)
    other = document("notes:2", checked_at=NOW + DAY)
    assert joined(gone, other, live=False) == {"aliases": ["notes:2"], "checked_at": NOW + DAY}
    assert joined(gone, other, live=True) == {
        "aliases": ["notes:2"],
        "checked_at": NOW + DAY,
        "status": "live",
        "gone_at": None,
    }
    assert joined(document(), document(checked_at=NOW - DAY), live=True) == {}


@pytest.mark.parametrize(
    ("key", "source", "counts"),
    [
        ("cmnews:1", "cmnews:1", True),
        ("cmnews:1", "capture:1", True),
        ("capture:2", "capture:1", False),
        ("cmnews:1", "notes:1", False),
        ("capture:1", "notes:1", False),
    ],
)
def test_a_page_counts_before_a_capture(key: str, source: str, *, counts: bool) -> None:
    assert counts_first(key, document(source=source)) is counts


@pytest.mark.parametrize(
    ("read", "entry", "changed"),
    [
        ({"content_hash": "d", "identity_hash": "j"}, None, True),
        ({"content_hash": "c", "identity_hash": "j"}, None, False),
        ({"content_hash": "d", "identity_hash": "j"}, {"content_hash": "d"}, False),
        ({"content_hash": "d", "identity_hash": "j"}, {"content_hash": "e"}, True),
        ({"content_hash": "d", "identity_hash": "i"}, {"content_hash": "e"}, False),
    ],
)
def test_another_address_has_something_new(
    read: dict[str, Any], entry: dict[str, Any] | None, *, changed: bool
) -> None:
    assert has_changed(document(), document(**read), entry) is changed
    assert has_changed(document(identity_hash=None), document(content_hash="d", identity_hash=None), None)


@pytest.mark.parametrize(
    ("listed", "own", "expected"),
    [
        (None, None, {}),
        (("listing", NOW), "page", {}),
        (("address", NOW), None, {}),
        (("listing", NOW), None, {"published_at": NOW, "published_from": "listing", "problems": [TEXT]}),
        (("listing", NOW), "address", {"published_at": NOW, "published_from": "listing", "problems": [TEXT]}),
    ],
)
def test_a_listing_dates_what_its_page_does_not(
    listed: tuple[str, datetime] | None, own: str | None, expected: dict[str, Any]
) -> None:
    entry = listed and {"published_from": listed[0], "published_at": listed[1]}
    assert listed_date(entry, document(published_from=own, problems=[OWN, TEXT])) == expected


def test_a_listing_may_deny_the_moment_in_an_address() -> None:
    fields = listed_date(
        {"published_from": "listing", "published_at": None}, document(published_from="address", problems=[OWN, TEXT])
    )
    assert (fields["published_at"], fields["published_from"]) == (None, None)
    assert [problem["field"] for problem in fields["problems"]] == ["text", "published_at"]
