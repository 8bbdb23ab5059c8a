"""Atom and JSON Feed, against what their specifications allow."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from archive.archive import Archive
from archive.feed.syndication import atom, identity, json_feed
from archive.json_text import moment
from archive.model.article import Author
from tests.support.made_articles import NOW, PUBLISHED, article, key_of

jsonschema = pytest.importorskip("jsonschema")

HERE = Path(__file__).parent
NAMES = {"a": "http://www.w3.org/2005/Atom"}
RULES = etree.RelaxNG(etree.parse(HERE / "atom.rng"))
SHAPE = json.loads((HERE / "jsonfeed.json").read_text(encoding="utf-8"))
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def records(archive: Archive) -> list[dict[str, Any]]:
    """Return the newest articles: one revised, one a capture without address, date and title."""
    archive.writer().save([article(1), article(2, author=Author()), article(3, tags=["<&>", "AMZN", "\x01"])], NOW)
    capture = article(4, key="capture:00112233445566ff", url=None, title="", headline="", published_at=None, blocks=[])
    archive.writer().save([capture, article(1, "改版。", at=LATER)], LATER)
    return archive.articles.listed(10)


def parsed(records: list[dict[str, Any]]) -> Any:
    feed = etree.fromstring(atom(records))
    RULES.assertValid(feed)
    return feed


def texts(feed: Any, path: str) -> list[str]:
    return [str(entry) for entry in feed.xpath(path, namespaces=NAMES)]


def test_the_atom_feed_is_valid_and_in_order(records: list[dict[str, Any]]) -> None:
    feed = parsed(records)
    assert texts(feed, "a:entry/a:id/text()") == [identity(record["_id"]) for record in records]
    assert texts(feed, "a:entry[1]/a:content/text()") == [records[0]["text"]]
    assert texts(feed, "a:entry[1]/a:link/@href") == [records[0]["url"]]
    assert len(set(texts(feed, "a:entry/a:id/text()"))) == 4


def test_updated_tells_of_a_revision(records: list[dict[str, Any]]) -> None:
    feed = parsed(records)
    updated = [datetime.fromisoformat(entry) for entry in texts(feed, "a:entry/a:updated/text()")]
    by_key = {record["_id"]: at for record, at in zip(records, updated, strict=True)}
    assert by_key[key_of(1)] == LATER.replace(microsecond=123_000)
    assert by_key[key_of(2)] == (PUBLISHED - timedelta(minutes=2)).replace(microsecond=123_000)
    assert datetime.fromisoformat(texts(feed, "a:updated/text()")[0]) == max(updated)


def test_the_json_feed_is_valid_and_tells_the_same(records: list[dict[str, Any]]) -> None:
    feed = json.loads(json_feed(records))
    jsonschema.validate(feed, SHAPE)
    assert [entry["id"] for entry in feed["items"]] == [identity(record["_id"]) for record in records]
    assert [entry["content_text"] for entry in feed["items"]] == [record["text"] for record in records]
    first = feed["items"][0]
    assert first["date_modified"] == moment(LATER)
    assert (first["title"], first["tags"]) == ("【美股動態】第1篇", ["亞馬遜(AMZN)", "AMZN"])


def test_feeds_of_nothing_are_valid() -> None:
    parsed([])
    jsonschema.validate(json.loads(json_feed([])), SHAPE)


def test_the_same_articles_give_the_same_bytes(records: list[dict[str, Any]]) -> None:
    assert atom(records) == atom(records)
    assert json_feed(records) == json_feed(records)


@pytest.mark.parametrize("harm", ["id", "updated", "title"])
def test_the_rules_refuse_what_the_specification_forbids(records: list[dict[str, Any]], harm: str) -> None:
    feed = etree.fromstring(atom(records))
    (gone, *_) = feed.xpath(f"a:entry/a:{harm}", namespaces=NAMES)
    gone.getparent().remove(gone)
    assert not RULES.validate(feed)
