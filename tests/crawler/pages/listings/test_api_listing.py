"""Tests of `crawler.pages.listings.api_listing`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import Broken
from crawler.pages.listings.api_listing import read_interface
from tests.support.sample_pages import NEWS_URL, SITES

IDENTITY = NEWS_URL[-36:]
ENTRY = {
    "articleId": IDENTITY,
    "authorId": "cmoney",
    "title": " 【美股動態】甲 ",
    "createdAt": 1755157800000,
    "updatedAt": "2025-08-14T08:00:00Z",
    "tags": ["美股動態", ""],
    "stockTags": ["甲(STAR)"],
}
PAGE = {"endCursor": "c2", "hasNextPage": True}
CREATED = datetime(2025, 8, 14, 7, 50, tzinfo=UTC)


def answer(*entries: object, page: object = PAGE) -> bytes:
    return json.dumps({"summaryArticles": entries, "pageInfo": page}).encode()


def test_an_entry_is_a_card() -> None:
    read = read_interface(answer(ENTRY), SITES)
    (card,) = read.cards
    assert (card.address.key, card.address.path) == (f"cmnews:{IDENTITY}", f"/article/cmoney-{IDENTITY}")
    assert (card.title, card.published_at, card.tags) == ("【美股動態】甲", CREATED, ("美股動態", "甲(STAR)"))
    assert card.updated_at == datetime(2025, 8, 14, 8, tzinfo=UTC)
    assert (read.end_cursor, read.has_next, read.unread) == ("c2", True, 0)


@pytest.mark.parametrize(
    "value",
    [
        1755157800000,
        1755157800,
        1755157800.0,
        "1755157800000",
        "1755157800",
        "2025-08-14T07:50:00Z",
        "2025-08-14T15:50:00+08:00",
    ],
)
def test_times_are_read_in_each_form(value: object) -> None:
    assert read_interface(answer({**ENTRY, "createdAt": value}), SITES).cards[0].published_at == CREATED


def test_times_may_be_named_without_the_d() -> None:
    renamed = {"createdAt": "createAt", "updatedAt": "updateAt"}
    (card,) = read_interface(answer({renamed.get(name, name): entry for name, entry in ENTRY.items()}), SITES).cards
    assert (card.published_at, card.updated_at) == (CREATED, datetime(2025, 8, 14, 8, tzinfo=UTC))


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "2099-01-01T00:00:00Z", 10**400, 4_000_000_000])
def test_times_that_cannot_be_are_none(value: object) -> None:
    (card,) = read_interface(answer(ENTRY | {"createdAt": value, "updatedAt": value}), SITES).cards
    assert (card.published_at, card.updated_at) == (card.address.published_at, None)


@pytest.mark.parametrize("value", [None, True, "", "3 小時前", -1, [], {}, 1e300, "9" * 16])
def test_other_times_leave_the_address_s(value: object) -> None:
    (card,) = read_interface(answer({**ENTRY, "createdAt": value, "updatedAt": value}), SITES).cards
    assert card.published_at == card.address.published_at
    assert card.updated_at is None


def test_missing_fields_are_absent() -> None:
    (card,) = read_interface(answer({"articleId": IDENTITY.upper(), "authorId": "cmoney"}), SITES).cards
    assert (card.address.key, card.title, card.updated_at, card.tags) == (f"cmnews:{IDENTITY}", None, None, ())


def test_entries_without_an_address_are_counted_with_reasons() -> None:
    read = read_interface(
        answer(
            ENTRY, 5, {}, {"articleId": "x", "authorId": "a"}, {"articleId": IDENTITY}, {**ENTRY, "authorId": "a/b"}
        ),
        SITES,
    )
    assert (len(read.cards), read.unread) == (1, 5)
    assert dict(read.reasons)["authorId and articleId make no address"] == 2


def test_an_article_listed_twice_is_one_card() -> None:
    assert len(read_interface(answer(ENTRY, ENTRY), SITES).cards) == 1


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ({"endCursor": "c", "hasNextPage": True}, ("c", True)),
        ({"endCursor": "c", "hasNextPage": False}, ("c", False)),
        ({"endCursor": "c", "hasNextPage": "true"}, ("c", True)),
        ({"endCursor": 7, "hasNextPage": True}, ("7", True)),
        ({"endCursor": "c"}, ("c", True)),
        ({"endCursor": None, "hasNextPage": True}, (None, False)),
        ({"endCursor": "", "hasNextPage": True}, (None, False)),
        ({}, (None, False)),
        (None, (None, False)),
    ],
)
def test_the_cursor_is_read(page: object, expected: tuple[str | None, bool]) -> None:
    read = read_interface(answer(ENTRY, page=page), SITES)
    assert (read.end_cursor, read.has_next) == expected


def test_an_empty_page_is_an_answer() -> None:
    assert read_interface(answer(page={"hasNextPage": False}), SITES).cards == ()
    assert read_interface(b'{"summaryArticles": null, "pageInfo": {}}', SITES).cards == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"[]",
        b"5",
        b"{}",
        b'{"articles": []}',
        b'{"summaryArticles": {}}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"summaryArticles": null}',
    ],
)
def test_another_shape_is_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        read_interface(content, SITES)


LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=8)
MEMBERS = st.sampled_from(list(ENTRY))
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4), JSON)
def test_no_answer_ends_in_another_error(entries: list[Any], page: Any) -> None:
    read = read_interface(answer(*entries, page=page), SITES)
    assert len(read.cards) + read.unread <= len(entries)
