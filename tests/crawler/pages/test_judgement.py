"""Pages that are not believed: those of other articles, and those that do not hold theirs, whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.addresses import read_address
from crawler.errors import NotShown
from crawler.pages import extract
from crawler.pages.html.document import Document
from crawler.pages.judgement import ListedArticle, shape_of
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
    read_article,
    read_news,
    read_notes,
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
        extract.read_article(
            Document.read(page, url, SITES, "text/html; charset=utf-8"), address, listed or ListedArticle()
        )
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


RELATED = '<p>延伸閱讀：</p><p><a href="/article/emily-90cf4975-5979-11f1-9bdb-c96c3424ad87">別篇</a></p>'


def shape_kind(page: bytes) -> str | None:
    """Return what a page without an article looks like."""
    document = Document.read(page, NEWS_URL, SITES)
    shape = shape_of(document, None)
    return shape.kind if shape else None


def kinds_of(body: str) -> list[str]:
    return [entry.kind for entry in read_news(body).suspect]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<p>系統維護中</p><p>造成不便敬請見諒，請於稍後再回來。</p>", "notice"),
        ("<p>系統忙碌中，請稍後再試</p>", "notice"),
        ("<p>這篇內容請使用APP閱讀</p><p>開啟APP繼續看</p>", "notice"),
        ("<p>Service unavailable. Please try again later.</p>", "notice"),
        ("<p>本頁內容準備中</p>", "notice"),
        ("<p>本頁內容準備中(2026)，請先看其他文章。</p>", "notice"),
        ("<p>輝達(NVDA)，內容準備中</p>", "notice"),
        ("<p>立即訂閱即可享有專屬優惠與完整的投資工具，名額有限，敬請把握這次難得的機會。</p>" * 6, "notice"),
        ("<p>載入中...</p>", "loading"),
        ("<p>正在驗證您的瀏覽器</p>", "challenge"),
    ],
)
def test_the_site_s_words_in_place_of_the_article_s(body: str, kind: str) -> None:
    assert kinds_of(body) == [kind]


@pytest.mark.parametrize(
    "body",
    [
        BODY + RELATED,
        "<h2>券商系統維護</h2><p>券商公告系統維護期間暫停服務，造成不便，影響約12萬戶，客訴增加30%。</p>" + RELATED,
        f"<h2>雲端服務中斷</h2><p>{'雲端服務中斷拖累電商，法人下修營收預估。' * 8}</p>" + RELATED,
        "<p>輝達（NVDA）盤後公布財報，營收優於預期。</p>",
        "<p>台積電(2330)的美國存託憑證上漲，帶動半導體類股走高。</p>",
    ],
)
def test_news_of_such_things_is_news(body: str) -> None:
    assert kinds_of(body) == []


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<title>Just a moment...</title><h1>cmnews</h1><p>Checking your browser</p>", "challenge"),
        ('<form id="challenge-form" action="/x"></form><p>再等一下</p>', "challenge"),
        ("<title>網站維護中</title><p>網站維護中，請稍後再試</p>", "notice"),
        ('<div class="articleContent__textContent"><div class="skeleton"></div></div>', "loading"),
        ('<h1>題</h1><div class="articleContent__textContent"><p>閱讀VIP文章請先登入</p></div>', "login"),
    ],
)
def test_a_page_without_an_article_says_what_it_looks_like(html: str, kind: str) -> None:
    with pytest.raises(NotShown) as raised:
        read_article(f'<html><meta charset="utf-8"><body>{html}</body></html>'.encode(), NEWS_URL)
    assert raised.value.kind == kind


@pytest.mark.parametrize(("share", "kinds"), [(0.3, ["cut short"]), (0.6, ["cut short"]), (1, [])])
def test_a_page_that_ends_early_is_cut_short(share: float, kinds: list[str]) -> None:
    page = news_page(BODY * 6 + RELATED)
    end = page.index(b"</main>")
    whole = page if share == 1 else page[: int(end * share)].decode("utf-8", "ignore").encode()
    article = read_article(whole.replace(b"<script>", b"<i>"), NEWS_URL)
    assert [entry.kind for entry in article.suspect] == kinds


def test_a_whole_page_may_leave_out_its_last_end_tags() -> None:
    page = news_page(BODY + RELATED).replace(b"</body></html>", b"")
    assert read_article(page, NEWS_URL).suspect == []


@pytest.mark.parametrize("title", ["\ufffd\ufffd\ufffd財報", TITLE.encode().decode("latin-1")])
def test_a_damaged_title_is_garbled(title: str) -> None:
    page = news_page(BODY + RELATED).replace(TITLE.encode(), title.encode())
    assert [entry.kind for entry in read_article(page, NEWS_URL).suspect] == ["garbled"]


def test_members_pages_are_not_in_doubt() -> None:
    assert read_news(f"{BODY}<p>閱讀VIP文章請先登入</p>").suspect == []
    assert read_notes(BODY + RELATED).suspect == []


PLAIN = f"這一段話寫的是{TITLE[6:]},只是為了湊足長度"


def filled(text: str, length: int) -> str:
    """Return a text with plain words behind it, so many characters long."""
    return (text + PLAIN * length)[:length]


@pytest.mark.parametrize(
    ("words", "longest", "kind"),
    [("系統維護中", 300, "notice"), ("載入中", 80, "loading"), ("正在驗證您的瀏覽器", 300, "challenge")],
)
def test_the_site_s_words_are_short(words: str, longest: int, kind: str) -> None:
    assert kind in kinds_of(f"<p>{filled(words, longest)}</p>")
    assert kind not in kinds_of(f"<p>{filled(words, longest + 1)}</p>")


@pytest.mark.parametrize(("length", "kinds"), [(119, ["notice"]), (120, [])])
def test_the_column_s_articles_have_a_heading_or_a_text(length: int, kinds: list[str]) -> None:
    assert kinds_of(f"<p>{filled('', length)}</p>") == kinds


@pytest.mark.parametrize(("length", "kind"), [(1500, "challenge"), (1501, None)])
def test_a_wall_is_a_short_page(length: int, kind: str | None) -> None:
    page = f'<html><meta charset="utf-8"><body><p>{filled("驗證您的瀏覽器", length)}</p></body></html>'
    assert shape_kind(page.encode()) == kind
