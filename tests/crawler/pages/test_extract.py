"""The judgement of a page, the same for a crawl and for what was kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import crawler.pages.extract
from archive.model.article import Article
from archive.model.crawl.frontier import OUTSIDE
from archive.model.crawl.outcome import Miss
from archive.model.crawl.page import Page
from crawler.addresses import Sites, read_address
from crawler.pages.extract import NO_ADDRESS, extract, in_scope, kept_reader
from crawler.pages.judgement import ListedArticle
from crawler.scope import OTHER_COLUMN, Scope

SITES = Sites("http://127.0.0.1:8000", "http://127.0.0.1:8000")
NOW = datetime(2026, 8, 30, tzinfo=UTC)
ARTICLE = """<html><head><title>t</title></head><body>
<div class="pt-bar-title"><h1 class="twoline-ellipsis">【{}】標題</h1></div>
<div itemprop="articleBody" class="articleBody__font"><h2>結論先行</h2>
<p>營收成長17%，優於市場預期，展望樂觀。</p>
<div id="info-useful"></div></div></body></html>"""
GONE = "<html><head><title>CMoney</title></head><body><h1>文章不存在</h1></body></html>"


def page(html: str, path: str = "/notes/note-detail.aspx?nid=7", base: str = SITES.notes) -> Page:
    return Page("notes:7", base + path, 200, html.encode(), None, "text/html; charset=utf-8", NOW)


def extracted(made: Page) -> Article | Miss:
    return extract(made, made.body, read_address(made.url, SITES), SITES)


def told(outcome: Article | Miss | None) -> Any:
    return (outcome.state, outcome.reason) if isinstance(outcome, Miss) else outcome


def test_an_article_carries_its_page() -> None:
    made = page(ARTICLE.format("美股動態"))
    article = extracted(made)
    assert isinstance(article, Article)
    assert (article.key, article.title, article.page, article.fetched_at) == ("notes:7", "【美股動態】標題", made, NOW)


@pytest.mark.parametrize(
    ("html", "path", "says"),
    [
        (GONE, "/notes/note-detail.aspx?nid=7", ("gone", "page says there is no article")),
        (ARTICLE, "/", ("failed", NO_ADDRESS)),
        ("<html></html>", "/notes/note-detail.aspx?nid=7", ("failed", "unreadable")),
    ],
)
def test_what_is_none_is_a_miss_with_its_page(html: str, path: str, says: tuple[str, str]) -> None:
    made = page(html, path)
    outcome = extracted(made)
    assert told(outcome) == says
    assert isinstance(outcome, Miss)
    assert (outcome.page, outcome.at) == (made, NOW)


def test_a_page_object_that_fails_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> Article:
        raise ZeroDivisionError("x")

    monkeypatch.setattr(crawler.pages.extract, "read_article", fail)
    assert told(extracted(page(ARTICLE))) == ("failed", "page object: ZeroDivisionError")


def test_the_scope_is_judged_apart() -> None:
    made = page(ARTICLE.format("美股焦點"))
    article = extracted(made)
    assert isinstance(article, Article)
    assert told(in_scope(article, Scope(frozenset({"美股動態"})))) == ("skipped", OTHER_COLUMN)
    for url in (f"{article.url}?x", None):
        article.url = url
        miss = in_scope(article, Scope(frozenset({"美股動態"})))
        assert isinstance(miss, Miss)
        assert miss.url == (url or made.url)
    article.published_at = NOW
    assert told(in_scope(article, Scope(None, until=NOW))) == ("skipped", OUTSIDE)
    assert in_scope(article, Scope(None)) is article


OURS, OTHER = "【美股動態】亞馬遜公布財報", "【美股焦點】亞馬遜公布財報"
DOUBT, PASSED_OVER = "other column", OTHER_COLUMN + ", for sure"


@pytest.mark.parametrize(
    ("column", "known", "is_listed", "is_kept", "expected"),
    [
        ("美股焦點", OURS, True, False, DOUBT),
        ("美股焦點", OURS, False, False, DOUBT),
        ("美股焦點", OTHER, True, False, PASSED_OVER),
        ("美股焦點", "【美股巨頭】亞馬遜", True, False, PASSED_OVER),
        ("美股焦點", "\ufffd\ufffd\ufffd", True, False, PASSED_OVER),
        ("美股焦點", None, True, False, PASSED_OVER),
        ("美股焦點", OURS, True, True, "article"),
        ("美股動態", OURS, True, True, "article"),
        ("美股動態", OTHER, True, False, "problem"),
        ("美股動態", OTHER, False, False, "article"),
    ],
)
def test_it_is_of_another_column_only_where_nothing_states_otherwise(
    column: str, known: str | None, is_listed: bool, is_kept: bool, expected: str
) -> None:
    article = extracted(page(ARTICLE.format(column)))
    assert isinstance(article, Article)
    outcome = in_scope(article, Scope(frozenset({"美股動態"})), known, is_listed=is_listed, is_kept=is_kept)
    if isinstance(outcome, Miss):
        assert (told(outcome), expected) == (("skipped", OTHER_COLUMN), PASSED_OVER)
        return
    doubts = [suspicion.kind for suspicion in outcome.suspect]
    assert doubts == ([DOUBT] if expected == DOUBT else [])
    assert not doubts or (known and all(title in outcome.suspect[0].detail for title in (known, article.title)))
    assert any(problem.field == "title" for problem in outcome.problems) == (expected == "problem")


def test_a_kept_page_of_another_column_counts_only_where_its_article_is_kept() -> None:
    read = kept_reader(SITES, frozenset({"美股動態"}))
    assert told(read(page(ARTICLE.format("美股焦點")), False)) == ("skipped", OTHER_COLUMN)
    assert isinstance(read(page(ARTICLE.format("美股焦點")), True), Article)


def test_a_kept_page_of_another_site_is_not_judged() -> None:
    read = kept_reader(SITES, None)
    assert read(page(ARTICLE, base="http://127.0.0.1:9"), True) is None
    assert isinstance(read(page(ARTICLE.format("美股動態"), base="https://www.cmoney.tw"), False), Article)


def test_a_kept_page_at_no_article_s_address_is_a_miss() -> None:
    assert told(kept_reader(SITES, None)(page(ARTICLE, "/"), True)) == ("failed", NO_ADDRESS)


def test_a_moment_that_a_listing_denies_is_not_the_article_s() -> None:
    made = page(ARTICLE.format("美股動態"), "/article/emily-90cf4975-5979-11f1-9bdb-c96c3424ad86")
    address = read_address(made.url, SITES)
    dated = extract(made, made.body, address, SITES)
    undated = extract(made, made.body, address, SITES, ListedArticle(is_misdated=True))
    assert isinstance(dated, Article)
    assert isinstance(undated, Article)
    assert (dated.published_from, undated.published_from) == ("address", None)
    assert any(problem.field == "published_at" for problem in undated.problems)
