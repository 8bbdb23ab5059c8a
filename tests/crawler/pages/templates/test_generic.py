"""Tests of `crawler.pages.templates.generic`: pages of templates that nobody has seen."""

from __future__ import annotations

import pytest

from crawler.errors import NotShown, Unreadable
from pipelines.boilerplate import boilerplate
from pipelines.normalise import normalise
from tests.support.sample_pages import (
    BODY,
    MORE,
    NEWS_URL,
    OTHER_KEY,
    OTHER_URL,
    PROSE,
    SITES,
    TEXTS,
    TITLE,
    kinds,
    read_article,
    read_changed,
    texts,
)
from tests.support.stage_articles import counter

H1 = f"<h1>{TITLE}</h1>"
SECTIONS = "".join(
    f"<section><div><h4>{heading}</h4></div><div><p>{text}</p></div></section>"
    for heading, text in (TEXTS[:2], TEXTS[2:])
)
READING = f'<div><p>延伸閱讀：</p><div><a href="{OTHER_URL}">【美股動態】甲</a></div></div>'
CARDS = "".join(
    f'<div><a href="/notes/note-detail.aspx?nid={number}"><h4>【美股動態】別篇{number}</h4></a><p>{PROSE}</p></div>'
    for number in (5, 6, 7)
)


@pytest.mark.parametrize(
    "around",
    [
        f"<main>{H1}<div>{{}}</div></main>",
        f"<main>{H1}{{}}</main>",
        f"<div id=app><div>{H1}<p>2026-05-27 11:10</p></div><div><div>{{}}</div></div></div>",
        f"<article><header>{H1}<time datetime='2026-05-27 11:10'>1 天前</time></header><div>{{}}</div></article>",
        f"<table><tr><td>{H1}</td></tr><tr><td>{{}}</td></tr></table>",
        f"{H1}<div>{{}}</div><aside><h3>熱門</h3>{CARDS}</aside>",
        f"{H1}<div>{{}}</div><div><h3>最新文章</h3>{CARDS}</div>",
        f"<main>{H1}{{}}<div><h3>最新文章</h3>{CARDS}</div></main>",
        f"<main>{H1}{{}}{CARDS}</main>",
        f"<main>{H1}<div>{{}}</div><div><a href='/tag/a'>美股</a><a href='/tag/b'>財報</a></div></main>",
        f"<main>{H1}<div><a href='/user/5'>小編</a><span>3 小時前</span><span>1,024</span></div>{{}}</main>",
        "<main><div>{}</div></main>",
    ],
)
@pytest.mark.parametrize("body", [BODY, SECTIONS])
def test_the_body_is_found_and_nothing_else(around: str, body: str) -> None:
    article = read_changed(body, around=around)
    assert (article.title, article.extractor.name) == (TITLE, "generic")
    assert texts(article) == TEXTS
    assert kinds(article) == list("hphp")


def test_text_with_breaks_only_is_found() -> None:
    body = "<br><br>".join(TEXTS)
    assert texts(read_changed(body)) == TEXTS


@pytest.mark.parametrize(
    "around", [f"<main>{H1}<div>{{}}{READING}</div></main>", f"<main>{H1}<div>{{}}</div>{READING}</main>"]
)
def test_further_reading_is_found_within_and_beside_the_body(around: str) -> None:
    article = read_changed(SECTIONS, around=around)
    assert [(entry.title, entry.key) for entry in article.related] == [("【美股動態】甲", OTHER_KEY)]
    assert texts(article)[:4] == TEXTS


def test_tags_and_date_are_found() -> None:
    around = (
        f"<nav><a href='/tag/n'>導覽</a></nav><main>{H1}<time datetime='2026-05-27T11:20+08:00'>x</time><div>{{}}</div>"
        "<p><a href='/tag/a'>美股</a><a href='/tag/b'>甲(STAR)</a></p></main>"
    )
    article = read_changed(around=around)
    assert article.tags == ["美股", "甲(STAR)"]
    assert (article.published_at or "").isoformat() == "2026-05-27T03:20:00+00:00"  # type: ignore[union-attr]


def test_one_heavy_paragraph_does_not_stand_for_the_body() -> None:
    body = f"<div><h4>重點</h4><div><p>{PROSE * 5}</p></div><div><p>{MORE}</p></div></div>"
    article = read_changed(body, around=f"<main>{H1}{{}}</main>")
    assert texts(article) == ["重點", PROSE * 5, MORE]


@pytest.mark.parametrize(
    "html",
    [
        "<title>系統維護中</title><h1>系統維護中</h1><p>親愛的讀者您好，系統將於今晚進行維護，期間暫停服務，造成不便敬請見諒。</p>",
        "<title>登入 - CMoney</title><form><input></form><p>登入即表示您同意服務條款，並了解資料的使用方式。</p>",
        "<title>Just a moment...</title><p>Checking your browser before you enter, please wait a few seconds.</p>",
    ],
)
def test_other_pages_are_no_articles(html: str) -> None:
    with pytest.raises((Unreadable, NotShown)):
        read_article(f'<meta charset="utf-8">{html}'.encode(), NEWS_URL, SITES)


TAIL = f"{READING}<p>版權聲明</p><p>轉載請先取得同意。</p>"
DISCLAIMER = "<p>免責宣言</p><p>本網站所提供資訊僅供參考，投資人應自行承擔交易風險。</p>"
REMARKS = "".join(f"<div><span>網友{number}</span><p>{MORE}{PROSE}</p></div>" for number in range(9))
LONG = "".join(f"<h2>第{number}點</h2><p>{PROSE}{MORE}</p>" for number in range(9))


@pytest.mark.parametrize(
    "end",
    [
        f"{TAIL}{DISCLAIMER}<div class='r1'><h3>全部留言</h3>{REMARKS}</div>",
        f"{TAIL}{DISCLAIMER}</div><div class='r1'><h3>網友留言 (9)</h3>{REMARKS}</div>",
        f"{TAIL}{DISCLAIMER}</div><div class='r1'><h3>大家怎麼看</h3>{REMARKS}</div>",
        f"{DISCLAIMER}</div><div class='r1'>{REMARKS}</div>",
        f"{TAIL}</div><div class='r1'><p>留言 9</p>{REMARKS}</div>",
        f"<p>免責聲明：以上內容僅供參考，不構成投資建議。</p><div class='r1'>{REMARKS}</div>",
    ],
    ids=range(6),
)
def test_the_text_ends_where_its_tail_begins(end: str) -> None:
    article = read_changed(LONG + end, around=f"<div class='a'><div>{H1}</div><div class='b'>{{}}</div></div>")
    refined = boilerplate(normalise(article, counter()), counter())
    assert texts(refined) == texts(normalise(read_changed(LONG), counter()))
    is_in_body = any("left out: below the disclaimer" in problem.reason for problem in article.problems)
    assert [left.reason for left in article.left_out] == ["below the disclaimer"] * is_in_body


def test_prose_under_the_word_is_no_tail() -> None:
    body = f"{LONG}<h2>免責宣言</h2><p>{PROSE}</p><h2>結語</h2><p>{MORE}</p>"
    assert texts(read_changed(body))[-4:] == ["免責宣言", PROSE, "結語", MORE]


@pytest.mark.parametrize("label", ["<h3>網友留言</h3>", "<div><h4>全部回應 (9)</h4></div>"])
def test_a_discussion_under_its_label_is_no_text_though_it_outweighs_the_article(label: str) -> None:
    article = f"<p>{PROSE}</p><p>{MORE}</p><p>{PROSE}</p>"
    page = f"<div class='a'><div>{H1}</div><div class='b'>{{}}</div><div class='c'>{label}{REMARKS}</div></div>"
    assert texts(read_changed(article, around=page)) == [PROSE, MORE, PROSE]


def test_a_page_that_is_nothing_but_what_stands_under_such_a_heading_is_read() -> None:
    page = f"<div>{H1}</div><div class='c'><h3>回應</h3>{{}}</div>"
    assert texts(read_changed(LONG, around=page))[-2:] == texts(read_changed(LONG))[-2:]


@pytest.mark.parametrize("title", ["阿德的日記: {}", "某某機關-{}", "{} » 美股筆記"])
@pytest.mark.parametrize("tag", ["h2", "h3"])
def test_the_title_is_the_heading_that_the_head_s_title_holds(title: str, tag: str) -> None:
    head = f"<meta charset=utf-8><title>{title.format(TITLE)}</title>"
    page = f"<html><head>{head}</head><body><{tag}>{TITLE}</{tag}><div>{LONG}</div></body></html>"
    assert read_article(page.encode(), NEWS_URL).title == TITLE


def test_short_sentences_under_a_title_are_an_article() -> None:
    title, sentence = "長汀能源擴大產線,訂單回溫", "需求持續回溫，訂單能見度延長到明年第一季，毛利率可望續升到四成。"
    page = f"<head><meta charset=utf-8></head><body><h1>{title}</h1><div>{f'<p>{sentence}</p>' * 4}</div>"
    assert texts(read_article(page.encode(), NEWS_URL)) == [sentence] * 4
    with pytest.raises(Unreadable):
        read_article(page.replace(title, "會員專區").encode(), NEWS_URL)


def test_a_line_that_calls_to_follow_is_no_text() -> None:
    assert texts(read_changed(f"{LONG}<p>按讚加入粉絲團</p>")) == texts(read_changed(LONG))


LOGIN = "<div><h2>登入</h2><form><input type='password'><button>登入</button></form></div>"


def test_a_dialog_for_logging_in_is_no_login_page_beside_an_article() -> None:
    page = f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body>{LOGIN}<h1>{TITLE}</h1><div>{{}}</div>"
    assert texts(read_article(page.format(LONG).encode(), NEWS_URL)) == texts(read_changed(LONG))
    with pytest.raises((Unreadable, NotShown)):
        read_article(page.format(f"<p>{PROSE}</p>").encode(), NEWS_URL)


@pytest.mark.parametrize(
    "beside",
    [
        f"<nav><ul>{''.join(f'<li><a href=/c{n}>類別</a><p>{MORE}</p></li>' for n in range(40))}</ul></nav>",
        f"<div class='post-comments'>{REMARKS * 3}</div>",
    ],
)
def test_what_is_never_the_article_outweighs_it_and_stays_out(beside: str) -> None:
    page = f"<div class='page-with-sidebar'><h1>{TITLE}</h1><div class='b'>{{}}</div>{beside}</div>"
    assert texts(read_changed(LONG, around=page)) == texts(read_changed(LONG))


def test_the_credits_of_photos_are_no_text_of_an_unknown_template() -> None:
    lines = "".join(f"<p>{text}</p>" for text in ("Photo: Ana Lim, AP", "Getty Images", "Reuters", "Images by: A. Lim"))
    read = texts(read_changed(f"{LONG}{lines}<p>{MORE}</p><p>Reuters 報導需求回溫。</p>"))
    assert read == [*texts(read_changed(LONG)), MORE, "Reuters 報導需求回溫。"]
