"""Tests of `crawler.pages.extract`: recorded pages against the articles that people read on them, and what is none."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.addresses import Sites, read_address
from crawler.errors import NoArticle, Unreadable
from crawler.pages import extract
from crawler.pages.html.document import Document
from crawler.pages.templates.article_page import ArticlePage
from crawler.pages.templates.cmnews import CmnewsPage
from crawler.pages.templates.generic import GenericPage
from crawler.pages.templates.notes import NotesPage
from crawler.survey.fixtures import recorded
from tests.support.sample_pages import (
    BODY,
    MORE,
    NEWS_URL,
    NOTES_URL,
    PROSE,
    SITES,
    TEXTS,
    TITLE,
    changed_page,
    news_page,
    notes_page,
    read_article,
)

RECORDED = Path(__file__).parents[2] / "recorded"
NAMES = sorted(path.stem for path in RECORDED.glob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_page_gives_its_article(name: str) -> None:
    expected = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    content_type = expected.pop("content_type", None)
    article = read_article((RECORDED / f"{name}.html").read_bytes(), expected["url"], SITES, content_type)
    assert recorded(article) == expected


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (news_page(f"{BODY}<div><p>你可能想知道</p><p>甲?</p></div>"), NEWS_URL),
        (notes_page(f'<section>{BODY}<div id="info-useful"></div></section>'), NOTES_URL),
        (changed_page(BODY), NEWS_URL),
    ],
    ids=["new site", "old site", "unknown template"],
)
def test_a_page_is_gone_once_its_article_is_read(page: bytes, url: str) -> None:
    address, document = read_address(url, SITES), Document.read(page, url, SITES)
    assert address is not None
    kept = weakref.ref(document)
    gc.disable()  # what refers to itself in a ring would hold the page and its tree until the collector comes
    try:
        assert extract.read_article(document, address).blocks
        del document
        assert kept() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("name", NAMES)
def test_the_fields_of_a_page_do_not_depend_on_their_order(name: str) -> None:
    url = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["url"]
    address = read_address(url, SITES)
    assert address is not None
    document = Document.read((RECORDED / f"{name}.html").read_bytes(), url, SITES)
    html = document.tree.html
    names = ("title", "blocks", "published", "updated", "author", "tags", "related", "access")
    for template in (CmnewsPage, NotesPage, GenericPage):
        forwards, backwards = template(document, address), template(document, address)
        first = [fields(forwards, field) for field in names]
        assert first == [fields(backwards, field) for field in reversed(names)][::-1]
        assert document.tree.html == html


def fields(page: ArticlePage, name: str) -> Any:
    member = getattr(page, name)
    value = member() if callable(member) else member
    return list(value) if isinstance(value, Iterator) else value


def test_a_title_in_an_element_that_the_body_leaves_out_is_read() -> None:
    html = f"""<meta charset="utf-8"><div class="articleBody__font" itemprop="articleBody">
        <div class="status-msg-wrap"><a href="/u">小編</a><h1>{TITLE}</h1></div>{BODY}</div>"""
    article = read_article(html.encode(), NOTES_URL, SITES)
    assert (article.extractor.name, article.title, article.author.name) == ("notes", TITLE, "小編")
    assert [block.text for block in article.blocks] == TEXTS


def test_every_recorded_page_has_an_expected_article() -> None:
    expected = sorted(path.stem for path in RECORDED.glob("*.json"))
    assert expected == NAMES
    assert len(NAMES) >= 15


def test_key_author_and_moment_come_from_the_address() -> None:
    article = read_article(
        news_page(), f"http://cmnews.com.tw{NEWS_URL.removeprefix('https://cmnews.com.tw')}/?utm_source=x", SITES
    )
    assert (article.key, article.url, article.author.id) == (
        NEWS_URL.replace(NEWS_URL[:-36], "cmnews:"),
        NEWS_URL,
        "cmoney",
    )
    assert recorded(article)["published_at"] == "2026-05-27T03:10:08+00:00"


def test_links_point_below_the_configured_bases() -> None:
    sites = Sites("http://127.0.0.1:8001", "http://127.0.0.1:8002")
    body = f'{BODY}<p>延伸閱讀：<a href="https://www.cmoney.tw/notes/note-detail.aspx?nid=5">五</a></p>'
    article = read_article(
        news_page(body), "http://127.0.0.1:8001/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86", sites
    )
    assert [entry.url for entry in article.related] == ["http://127.0.0.1:8002/notes/note-detail.aspx?nid=5"]


def test_a_template_of_the_other_site_is_read_too() -> None:
    assert read_article(notes_page(), NEWS_URL, SITES).extractor.name == "notes"
    assert read_article(news_page(), NOTES_URL, SITES).extractor.name == "cmnews"


def test_a_fallback_names_selector_and_address() -> None:
    article = read_article(changed_page(BODY, around="<main><h1>x</h1><div>{}</div></main>"), NEWS_URL, SITES)
    (problem,) = article.problems
    assert problem.field == "template"
    assert ".articleContent__textContent" in problem.reason
    assert NEWS_URL in problem.reason


@pytest.mark.parametrize(
    "page",
    [
        "<title>CMoney</title><div><h1>文章不存在</h1><p>您要找的文章可能已經移除</p><a href='/'>回首頁</a></div>",
        "<title>文章不存在 - CMoney</title><main><p>很抱歉！</p></main>",
        "<h1>404 Not Found</h1>",
        f"<main><p>此文章已被作者刪除。</p></main><section><h3>最新文章</h3><p>{PROSE}</p><p>{MORE}</p></section>",
    ],
)
def test_a_page_that_says_so_is_no_article(page: str) -> None:
    with pytest.raises(NoArticle, match="says"):
        read_article(page.encode(), NOTES_URL, SITES)


def test_a_soft_404_in_the_template_is_no_article() -> None:
    with pytest.raises(NoArticle):
        read_article(news_page("<p>很抱歉，您要找的文章不存在</p>"), NEWS_URL, SITES)


def test_prose_about_missing_articles_is_an_article() -> None:
    body = f"<p>{PROSE}</p><p>他說文章不存在的說法沒有根據，{MORE}</p>"
    assert len(read_article(news_page(body), NEWS_URL, SITES).blocks) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7 <x>", "no HTML"),
        (b"just text", "no HTML"),
        (b"<html><body></body></html>", "no title and body"),
        (b"<div id=__nuxt></div><script>render()</script>", "no title and body"),
        (b"<p><b x=1>" * 5000, "no title and body"),
        (b"<p " + b" ".join(b"a%d" % number for number in range(40_000)) + b">x", "no title and body"),
    ],
)
def test_what_is_no_page_is_unreadable(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_article(content, NEWS_URL, SITES)


def test_a_listing_or_home_page_is_unreadable() -> None:
    cards = "".join(
        f'<div><a href="/notes/note-detail.aspx?nid={number}"><h3>【美股動態】文章{number}</h3></a><p>{PROSE}</p></div>'
        for number in range(1, 9)
    )
    with pytest.raises(Unreadable):
        read_article(
            changed_page(cards, around="<main><h1>美股專欄最新文章列表</h1>{}</main>").replace(
                "【美股動態】測試公司".encode(), b"x"
            ),
            NEWS_URL,
            SITES,
        )


def test_a_page_that_states_another_place_is_unreadable() -> None:
    page = changed_page(
        BODY, head='<link rel="canonical" href="https://cmnews.com.tw/">', around="<main><h1>x</h1>{}</main>"
    )
    with pytest.raises(Unreadable):
        read_article(page, NEWS_URL, SITES)


def test_ten_thousand_nested_elements_are_read() -> None:
    body = "<div>" * 10_000 + f"<p>{PROSE}</p>" + "</div>" * 10_000
    assert [block.text for block in read_article(news_page(body), NEWS_URL, SITES).blocks] == [PROSE]
