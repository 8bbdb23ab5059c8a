"""Whether a page is the one that was asked for, by each of its statements, and by its listing's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.addresses import read_address
from crawler.errors import NotShown
from crawler.pages.extract import read_article
from crawler.pages.html.document import Document
from crawler.pages.identity import ListedArticle
from tests.support.sample_pages import (
    BODY,
    NEWS_URL,
    NOTES_URL,
    OTHER_KEY,
    OTHER_URL,
    SITES,
    TITLE,
    news_page,
    notes_page,
)

OWN = NEWS_URL[-36:]
OTHER = OTHER_KEY.partition(":")[2]
OTHER_NOTE = "https://www.cmoney.tw/notes/note-detail.aspx?nid=1211508"
TAIL = '<p>延伸閱讀：</p><p><a href="/article/emily-90cf4975-5979-11f1-9bdb-c96c3424ad88">別篇</a></p>'


def refusal(page: bytes, url: str = NEWS_URL, listed: ListedArticle | None = None) -> str | None:
    """Return why a page is not that of its address; None where it is."""
    address = read_address(url, SITES)
    assert address is not None
    try:
        read_article(Document.read(page, url, SITES, "text/html; charset=utf-8"), address, listed or ListedArticle())
    except NotShown as error:
        return error.reason if error.kind == "another article" else error.kind
    return None


def ld(**members: object) -> str:
    node = json.dumps({"@type": "NewsArticle", "headline": TITLE} | members)
    return f'<script type="application/ld+json">{node}</script>'


HEADS = {
    "canonical": '<link rel="canonical" href="{}">',
    "og:url": '<meta property="og:url" content="{}">',
    "JSON-LD @id": ld(**{"@id": "{}"}),
    "JSON-LD url": ld(url="{}"),
    "JSON-LD mainEntityOfPage": ld(mainEntityOfPage={"@type": "WebPage", "@id": "{}"}),
}


@pytest.mark.parametrize("place", HEADS)
def test_a_head_that_names_another_article_contradicts(place: str) -> None:
    head = HEADS[place]
    assert refusal(news_page(BODY + TAIL, head=head.replace("{}", f"https://cmnews.com.tw{OTHER_URL}"))) == (
        f"{place} names {OTHER_KEY}"
    )
    for own in (NEWS_URL, NEWS_URL.replace("https", "http") + "/?utm_source=x", "https://cmnews.com.tw/", NOTES_URL):
        assert refusal(news_page(BODY + TAIL, head=head.replace("{}", own))) is None


@pytest.mark.parametrize("place", ["canonical", "og:url"])
def test_one_statement_of_another_article_is_enough(place: str) -> None:
    other = HEADS[place].format(f"https://cmnews.com.tw{OTHER_URL}")
    own = next(head for name, head in HEADS.items() if name != place).format(NEWS_URL)
    assert refusal(news_page(BODY + TAIL, head=own + other)) == f"{place} names {OTHER_KEY}"


def test_the_markup_s_own_identity_counts() -> None:
    page = news_page(BODY + TAIL)
    for attribute in (f'data-article-id="{OTHER}"', f'id="post-{OTHER.upper()}"'):
        marked = page.replace(
            b'<article class="articleContent"', f'<article {attribute} class="articleContent"'.encode()
        )
        assert (refusal(marked) or "").endswith(OTHER_KEY), attribute
        assert (
            refusal(marked.replace(OTHER.encode(), OWN.encode()).replace(OTHER.upper().encode(), OWN.encode())) is None
        )
    random = "6fa459ea-ee8a-4ca4-894e-db77e160355e"
    assert refusal(page.replace(b"<main>", f'<main data-id="{random}">'.encode())) is None
    note = notes_page(BODY + TAIL, head='<form action="/notes/note-detail.aspx?nid=1211508"></form>')
    assert refusal(note, NOTES_URL) == "form[action] names notes:1211508"
    field = notes_page(BODY + TAIL, above='<input type="hidden" name="nid" value="{}">')
    assert refusal(field.replace(b"{}", b"1211508"), NOTES_URL) == "input[nid] names notes:1211508"
    assert refusal(field.replace(b"{}", b"1211507"), NOTES_URL) is None


@pytest.mark.parametrize(
    ("listed", "is_own", "is_refused"),
    [
        (ListedArticle("【美股動態】晶圓代工報價調漲", None, is_titled=True), True, False),
        (ListedArticle("【美股動態】晶圓代工報價調漲", None, is_titled=True), False, True),
        (ListedArticle("【美股動態】晶圓代工報價調漲", None, is_titled=False), True, False),
        (ListedArticle("【美股動態】晶圓代工報價調漲", None, is_titled=False), False, True),
        (ListedArticle(TITLE[:-4] + "...", None, is_titled=True), True, False),
        (ListedArticle("【美股動態】測試公司擴大雲端布局,股價創高", None, is_titled=True), True, False),
        (ListedArticle("\ufffd\ufffd\ufffd\ufffd", None, is_titled=True), True, False),
        (ListedArticle(), False, False),
    ],
)
def test_a_listing_s_title_is_compared(listed: ListedArticle, *, is_own: bool, is_refused: bool) -> None:
    head = HEADS["canonical"].format(NEWS_URL) if is_own else ""
    assert (refusal(news_page(BODY + TAIL, head=head), listed=listed) is not None) is is_refused


@pytest.mark.parametrize(("hours", "is_refused"), [(0, False), (8, False), (24, False), (3.5, True), (120, True)])
def test_a_title_that_is_only_half_alike_needs_the_listing_s_date(hours: float, *, is_refused: bool) -> None:
    stated = datetime(2026, 5, 27, 3, 10, tzinfo=UTC)
    head = f'<meta property="article:published_time" content="{stated.isoformat()}">'
    listed = ListedArticle("【美股動態】測試公司擴大雲端支出", stated - timedelta(hours=hours), is_titled=True)
    assert (refusal(news_page(BODY + TAIL, head=head), listed=listed) is not None) is is_refused
