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

from archive.articles.documents import differs, to_document
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
