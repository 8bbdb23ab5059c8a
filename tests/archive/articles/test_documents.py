"""An article as a document of MongoDB, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from archive.articles.documents import (
    best_dated,
    completed,
    counts_first,
    differs,
    has_changed,
    joined,
    listed_date,
    read_again,
    to_document,
)
from archive.model.article import Article, Author, Block, Extractor, Mention, Problem, Related, Section
from archive.mongo.database import moment
from archive.mongo.schema.articles import ARTICLES
from tests.support.made_articles import NOW, article, page

AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
EARLIEST, LATEST = datetime.fromisoformat("1990-01-01T00:00:00"), datetime.fromisoformat("2100-01-01T00:00:00")
moments = st.datetimes(EARLIEST, LATEST, timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]))
articles = st.builds(
    Article,
    key=st.integers(1, 10**9).map(lambda number: f"notes:{number}"),
    url=st.none() | texts,
    title=texts,
    headline=texts,
    column=st.none() | texts,
    blocks=st.lists(st.builds(Block, st.sampled_from(["heading", "paragraph", "item", "row"]), texts), max_size=8),
    extractor=st.builds(Extractor, texts, texts),
    published_at=st.none() | moments,
    published_from=st.sampled_from([None, "page", "address"]),
    updated_at=st.none() | moments,
    author=st.builds(Author, st.none() | texts, st.none() | texts),
    tags=st.lists(texts, max_size=4),
    related=st.lists(st.builds(Related, texts, st.none() | texts, st.none() | texts), max_size=4),
    access=st.sampled_from(["public", "members"]),
    problems=st.lists(st.builds(Problem, texts, texts), max_size=4),
    aliases=st.lists(texts, max_size=2),
    tickers=st.lists(texts, max_size=3),
    tw_stocks=st.lists(texts, max_size=3),
    mentions=st.lists(
        st.builds(Mention, texts, st.sampled_from(["US", "TW"]), st.sampled_from(["link", "tag", "bracket"])),
        max_size=3,
    ),
    fetched_at=st.none() | moments,
)


def through_bson(document: dict[str, Any]) -> dict[str, Any]:
    return bson.decode(bson.encode(document), codec_options=AWARE)


@given(articles)
def test_a_document_is_the_same_after_bson(made: Article) -> None:
    document = to_document(made, NOW)
    assert through_bson(document) == document
    sections = [Section(section["heading"], tuple(section["blocks"])) for section in document["sections"]]
    assert (document["text"], sections) == (made.text, made.sections)
    assert (document["content_hash"], document["lead"]) == (made.content_hash, made.lead)


@given(articles)
def test_a_document_holds_every_field_of_its_article(made: Article) -> None:
    document, fields = to_document(made, NOW), asdict(made)
    for name in (
        "key",
        "blocks",
        "finds",
        "page",
        "published_at",
        "updated_at",
        "fetched_at",
        "in_place_of",
        "is_ended",
    ):
        del fields[name]
    for name in ("related", "mentions"):
        fields[name] = [entry._asdict() for entry in getattr(made, name)]
    assert {name: document[name] for name in fields} == fields


def test_a_document_has_exactly_the_fields_of_the_schema() -> None:
    assert tuple(sorted(to_document(article(1), NOW))) == tuple(sorted(ARTICLES.field_names))


def test_times_are_utc_to_the_millisecond() -> None:
    document = to_document(article(1, published_at=datetime.fromisoformat("2026-08-30T12:04:05.678901+08:00")), NOW)
    assert document["published_at"] == datetime(2026, 8, 30, 4, 4, 5, 678000, tzinfo=UTC)
    assert document["first_seen_at"] == document["fetched_at"] == moment(NOW)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        to_document(article(1, published_at=datetime(2026, 8, 30)), NOW)  # noqa: DTZ001


def test_fetched_is_the_page_s_moment_where_the_article_has_none() -> None:
    made = article(1, at=NOW - timedelta(days=1), fetched_at=None)
    assert to_document(made, NOW)["fetched_at"] == moment(NOW - timedelta(days=1))
    made.page = None
    assert to_document(made, NOW)["fetched_at"] == moment(NOW)


def changes() -> Iterator[tuple[str, Any]]:
    yield from [("tags", ["別的"]), ("tickers", []), ("access", "members"), ("published_at", None), ("column", None)]
    yield from [("related", []), ("problems", []), ("author", Author()), ("url", "https://x/"), ("updated_at", NOW)]
    yield (
        "blocks",
        [Block("paragraph", "結論先行"), Block("paragraph", "營收成長17%。")],
    )  # the same text, cut otherwise


@pytest.mark.parametrize(("name", "value"), changes())
def test_any_field_a_reader_cares_for_makes_a_difference(name: str, value: object) -> None:
    other = article(1)
    setattr(other, name, value)
    assert differs(to_document(article(1), NOW), to_document(other, NOW))


def test_where_a_reading_comes_from_makes_none() -> None:
    later = article(1, at=NOW + timedelta(days=1), extractor=Extractor("notes", "2"), page=page(2))
    assert not differs(to_document(article(1), NOW), to_document(later, NOW))


AT = datetime(2026, 5, 27, 3, 10, tzinfo=UTC)
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
        "published_at": AT,
        "published_from": "page",
        "updated_at": None,
        "tags": [],
        "related": [],
        "problems": [],
        "checked_at": AT,
        "status": "live",
        "gone_at": None,
        "content_hash": "c",
        "identity_hash": "i",
    }
    return known | fields


@pytest.mark.parametrize(
    ("kept", "read", "fetched", "is_kept"),
    [
        (("page", AT), ("page", AT + DAY), True, False),
        (("page", AT), (None, None), True, True),
        (("page", AT), (None, None), False, False),
        (("page", AT), ("address", AT + DAY), True, True),
        (("address", AT), ("page", AT + DAY), True, False),
        (("listing", AT), (None, None), False, True),
        (("listing", AT), ("page", AT + DAY), True, False),
        (("listing", AT), ("page", MIDNIGHT), True, True),
        (("listing", AT), ("page", MIDNIGHT), False, True),
        (("listing", AT), ("page", MIDNIGHT + SECOND), True, False),
        (("listing", AT), ("page", MIDNIGHT + 60 * SECOND), True, False),
        (("listing", AT), ("page", MIDNIGHT + timedelta(hours=1)), True, False),
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
    other = document("notes:2", tags=["雲端"], updated_at=AT, author={"id": "2", "name": "小編"}, problems=[OTHER])
    whole = completed(undated, other)
    assert (whole["url"], whole["tags"], whole["updated_at"]) == ("https://cmnews:1", ["雲端"], AT)
    assert whole["author"] == {"id": "1", "name": "小編"}
    assert (whole["published_at"], whole["published_from"], whole["problems"]) == (AT, "page", [TEXT])
    assert completed(document(), document(published_at=AT + DAY))["published_at"] == AT
    assert completed(undated, document(published_at=None))["problems"] == [OWN, TEXT]


def test_a_reading_counts_for_the_kept_document() -> None:
    kept = document(aliases=["notes:2"], tags=["雲端"])
    second = read_again(kept, document("notes:3", published_at=AT + DAY, tags=[], title="新"))
    assert (second["_id"], second["source"], second["aliases"]) == ("cmnews:1", "notes:3", ["notes:2", "notes:3"])
    assert (second["published_at"], second["url"], second["title"]) == (AT, "https://cmnews:1", "新")
    own = read_again(kept, document(published_at=AT + DAY))
    assert (own["published_at"], own["tags"], own["aliases"]) == (AT + DAY, ["雲端"], ["notes:2"])
    assert read_again(document(tags=["雲端"]), document())["tags"] == [], "one address alone: what it shows now"


def test_what_a_document_gains_from_another() -> None:
    gone = document(status="gone", gone_at=AT)
    other = document("notes:2", checked_at=AT + DAY)
    assert joined(gone, other, live=False) == {"aliases": ["notes:2"], "checked_at": AT + DAY}
    assert joined(gone, other, live=True) == {
        "aliases": ["notes:2"],
        "checked_at": AT + DAY,
        "status": "live",
        "gone_at": None,
    }
    assert joined(document(), document(checked_at=AT - DAY), live=True) == {}


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
        (("listing", AT), "page", {}),
        (("address", AT), None, {}),
        (("listing", AT), None, {"published_at": AT, "published_from": "listing", "problems": [TEXT]}),
        (("listing", AT), "address", {"published_at": AT, "published_from": "listing", "problems": [TEXT]}),
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
