"""Small pages of both templates, to be filled in by a test."""

from __future__ import annotations

from archive.model.article import Article
from crawler.addresses import Sites, read_address
from crawler.pages import extract
from crawler.pages.html.document import Document

SITES = Sites()
NEWS_URL = "https://cmnews.com.tw/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86"
"""Its moment of publication: 2026-05-27 03:10:08 UTC, 11:10:08 in Taipei."""

NOTES_URL = "https://www.cmoney.tw/notes/note-detail.aspx?nid=1211507"
OTHER_URL = "/article/emily-90cf4975-5979-11f1-9bdb-c96c3424ad87"
OTHER_KEY = "cmnews:90cf4975-5979-11f1-9bdb-c96c3424ad87"

TITLE = "【美股動態】測試公司擴大雲端布局"
PROSE = "測試公司在第二季擴大雲端布局，營收比去年同期成長一成，管理層認為需求穩健，下半年訂單能見度更高。"
MORE = "法人指出，資本支出的節奏是接下來的觀察重點，若庫存水位如期下降，毛利率可望回到過去的水準。"
BODY = f"<h2>需求穩健</h2><p>{PROSE}</p><h2>後續觀察</h2><p>{MORE}</p>"
TEXTS = ["需求穩健", PROSE, "後續觀察", MORE]


def read_article(content: bytes, url: str, sites: Sites = SITES, content_type: str | None = None) -> Article:
    """Return the article on a page at an article's address, as `crawler.pages.extract` reads it.

    Raises:
        PageError: There is none.
    """
    address = read_address(url, sites)
    assert address is not None, url
    return extract.read_article(Document.read(content, address.url(sites), sites, content_type), address)


def news_page(body: str = BODY, *, head: str = "", above: str = "", below: str = "") -> bytes:
    """Return a page of the new site; `above` and `below` stand around the body element."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE} | CMoney</title>{head}</head><body>'
        f'<header><nav><a href="/">首頁</a></nav></header><main><article class="articleContent">'
        f'<h1 class="articleContent__title">{TITLE}</h1>{above}'
        f'<div class="articleContent__textContent">{body}</div>{below}</article></main>'
        f"<script>window.__NUXT__={{}}</script></body></html>"
    ).encode()


def notes_page(body: str = BODY, *, head: str = "", above: str = "", inside: str = "") -> bytes:
    """Return a page of the old site; `inside` stands in its body element, after the text's end."""
    return (
        f'<html><head><meta charset="utf-8"><title>{TITLE} - 投資網誌 - CMoney</title>{head}</head><body>'
        f'<div class="pt-bar"><div class="pt-bar-title"><h1 class="twoline-ellipsis">{TITLE}</h1></div>{above}</div>'
        f'<div class="articleBody__font" itemprop="articleBody">'
        f'<div class="status-msg-wrap"><a href="/u">小編</a></div>'
        f'{body}<div id="info-useful"><p>喜歡這篇文章嗎?</p>{inside}</div></div></body></html>'
    ).encode()


def changed_page(body: str, *, head: str = "", around: str = "{}") -> bytes:
    """Return a page of no known template; `around` is what holds the body."""
    return (
        f'<html><head><meta charset="utf-8"><title>{TITLE} - CMoney</title>{head}</head><body>'
        f'<header class="x1"><nav><a href="/">首頁</a></nav></header>{around.format(body)}'
        f"<footer><p>服務條款與隱私權政策，請詳閱。</p></footer></body></html>"
    ).encode()


def read_news(body: str = BODY, *, head: str = "", above: str = "", below: str = "") -> Article:
    """Return what is read off a page of the new site."""
    return read_article(news_page(body, head=head, above=above, below=below), NEWS_URL, SITES)


def read_notes(body: str = BODY, *, head: str = "", above: str = "", inside: str = "") -> Article:
    """Return what is read off a page of the old site."""
    return read_article(notes_page(body, head=head, above=above, inside=inside), NOTES_URL, SITES)


def read_changed(body: str = BODY, *, around: str = f"<main><h1>{TITLE}</h1><div>{{}}</div></main>") -> Article:
    """Return what is read off a page of no known template at an address of the new site."""
    return read_article(changed_page(body, around=around), NEWS_URL, SITES)


def texts(article: Article) -> list[str]:
    """Return the texts of an article's blocks."""
    return [block.text for block in article.blocks]


def kinds(article: Article) -> list[str]:
    """Return the first letters of the kinds of an article's blocks."""
    return [block.kind[0] for block in article.blocks]
