"""Shapes of pages with the right value of each: off the page, at a re-check, by a reparse, off a capture."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

import crawler.settings
from archive.archive import Archive
from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.model.crawl.page import Page
from archive.reparse.job import Reparse, ReparseRequest
from crawler.addresses import ArticleAddress, read_address
from crawler.commands.reparse import recipe_of
from crawler.pages.extract import extract
from crawler.pages.templates.text_capture import read_capture
from pipelines.stage import refiner
from tests.support.made_articles import NOW
from tests.support.sample_pages import SITES
from tests.support.shapes.dates import DATES
from tests.support.shapes.shape import Shape, page_of, with_own_names
from tests.support.shapes.symbols import SYMBOLS
from tests.support.shapes.templates import TEMPLATES
from tests.support.shapes.texts import TEXTS

SHAPES: dict[str, Shape] = {
    name: with_own_names(shape, number)
    for number, (name, shape) in enumerate((TEMPLATES | DATES | TEXTS | SYMBOLS).items(), 1)
}
RANKS: dict[str, int] = crawler.settings.ITEM_PIPELINES
refine = refiner([stage for stage in sorted(RANKS, key=lambda stage: RANKS[stage]) if not stage.endswith("Store")])


def address_of(number: int, shape: Shape) -> ArticleAddress:
    address = read_address(shape.url.format(number), SITES)
    assert address is not None
    return address


def refined(article: object) -> Article:
    """Return an article after all stages; a miss fails the test."""
    assert isinstance(article, Article), article
    outcome = refine(article, Counter())
    assert isinstance(outcome, Article), outcome
    return outcome


def outcome_of(number: int, shape: Shape, days: int) -> Article | Miss:
    """Return what a shape's page gives, fetched so many days later."""
    address = address_of(number, shape)
    at = NOW + timedelta(days=days)
    page = Page(address.key, address.url(SITES), 200, shape.page, None, shape.content_type, at, {})
    return extract(page, shape.page, address, SITES)


def read(days: int) -> list[Article]:
    """Return the articles on all pages, fetched so many days later."""
    return [refined(outcome_of(number, shape, days)) for number, shape in enumerate(SHAPES.values(), 1)]


def fields_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document's fields in the notation of the shapes: times to the minute, how often a field is in doubt."""
    problems = [problem["field"] for problem in document["problems"] if "Neither" not in problem["reason"]]
    times = {name: document[name] and f"{document[name]:%Y-%m-%dT%H:%M}" for name in ("published_at", "updated_at")}
    return {
        **document,
        **times,
        "author": document["author"]["name"],
        "left_out": [(prose["reason"], prose["text"]) for prose in document["left_out"]],
        "today": {mention["symbol"]: mention.get("symbol_today") for mention in document["mentions"]},
        "ticker_problems": sum(
            problem["field"] in {"tickers", "tw_stocks", "mentions"} for problem in document["problems"]
        ),
        "date_problems": problems.count("published_at"),
        "text_problems": problems.count("text"),
    }


def unlike(archive: Archive, keys: Mapping[str, str]) -> dict[str, Any]:
    """Return what is kept otherwise than it should be, by shape."""
    wrong = {}
    for name, key in keys.items():
        document = archive.articles.get(key)
        fields = fields_of(document) if document else {}
        expected = SHAPES[name].expected
        if differing := {field: fields.get(field) for field in expected if fields.get(field) != expected[field]}:
            wrong[name] = differing
    return wrong


KEYS = {name: address_of(number, shape).key for number, (name, shape) in enumerate(SHAPES.items(), 1)}


@pytest.fixture
def kept(archive: Archive) -> Archive:
    """Keep every shape, each under a number of its own."""
    saved = archive.writer().save(read(0), NOW)
    assert {entry.what for entry in saved} == {"new"}, [entry for entry in saved if entry.what != "new"]
    return archive


def test_each_shape_is_read_off_its_page_and_the_same_at_a_re_check(kept: Archive) -> None:
    assert unlike(kept, KEYS) == {}
    later = NOW + timedelta(days=1)
    assert {entry.what for entry in kept.writer().save(read(1), later)} == {"same"}
    assert unlike(kept, KEYS) == {}
    assert kept.database["revisions"].count_documents({}) == len(SHAPES)


def test_each_shape_is_mended_by_a_reparse(kept: Archive) -> None:
    junk: dict[str, Any] = {
        "text": "舊",
        "title": "舊",
        "sections": [],
        "tickers": [],
        "tw_stocks": [],
        "left_out": [],
        "problems": [],
        "lead": None,
        "published_at": None,
        "updated_at": None,
    }
    older = {"content_hash": "0" * 64, "extractor.version": "1", "author": {"id": None, "name": "舊"}}
    kept.database["articles"].update_many({}, {"$set": junk | older})
    kept.database["frontier"].update_many({}, {"$set": {"content_hash": "0" * 64}})
    settings = Settings()
    settings.setmodule(crawler.settings)
    tally = Reparse(kept, recipe_of(settings), ReparseRequest(processes=1)).run()
    assert tally.counts == {"revised": len(SHAPES)}
    assert unlike(kept, KEYS) == {}
    last = kept.database["revisions"].find({"revision": 2})
    assert {revision["cause"] for revision in last} == {"extractor"}


def test_what_was_refused_held_or_shortened_is_found_by_the_queries_of_the_docs(kept: Archive) -> None:
    names = ["an unknown template", "more attributes than any page has", "prose in an aside"]
    held, cut, left_out = (KEYS[name] for name in names)
    shrunk = SHAPES[names[0]]._replace(page=page_of(f"<p>{SHAPES[names[0]].expected['text'][6:60]}</p>"))
    empty = Shape(b"<html><body></body></html>", {})
    looks = [outcome_of(9001, empty, 1), refined(outcome_of(int(held.partition(":")[2]), shrunk, 1))]
    kept.writer().save(looks, NOW + timedelta(days=1))
    queries = re.findall(r"`db\.(\w+)\.find\((\{.*?\})\)`", Path("docs/extraction.md").read_text("utf-8"))
    keys = [{entry["_id"] for entry in kept.database[name].find(json.loads(query))} for name, query in queries]
    assert (keys[0], keys[1]) == ({"notes:9001"}, {held})
    assert cut in keys[2]
    assert left_out in keys[3]
    assert not keys[2] & keys[3]


def test_each_shape_that_a_capture_has_is_read_off_it(archive: Archive) -> None:
    captures = {name: shape.capture for name, shape in SHAPES.items() if shape.capture is not None}
    articles = {name: refined(read_capture(text.encode(), name)) for name, text in captures.items()}
    saved = archive.writer().save(list(articles.values()), NOW)
    assert {entry.what for entry in saved} == {"new"}
    assert unlike(archive, {name: article.key for name, article in articles.items()}) == {}
