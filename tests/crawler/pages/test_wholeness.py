"""Pages that do not hold their article, whole: each shape, and honest pages beside it."""

from __future__ import annotations

import pytest

from crawler.errors import NotShown
from crawler.pages.html.document import Document
from crawler.pages.wholeness import shape_of
from tests.support.sample_pages import BODY, NEWS_URL, SITES, TITLE, news_page, read_article, read_news, read_notes

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


PLAIN = "這一段話只是為了湊足長度而寫下的文字"


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
