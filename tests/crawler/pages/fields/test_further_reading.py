"""Tests of `further_reading` and `further_reading`: further reading in each form that pages have it."""

from __future__ import annotations

import pytest

from archive.model.article import Link
from crawler.pages.body.block_roles import RawBlock, role_of
from crawler.pages.fields.further_reading import reading_in, titles_in
from tests.support.sample_pages import BODY, MORE, NEWS_URL, OTHER_KEY, OTHER_URL, PROSE, SITES, read_news, texts

A = f'<a href="{OTHER_URL}?utm_source=x">【美股動態】甲公司擴產</a>'
B = '<a href="http://www.cmoney.tw/notes/note-detail.aspx?NID=77&from=y">【美股焦點】乙公司降價</a>'
OTHER = '<a href="/notes/note-detail.aspx?nid=78">不算</a>'
NOTICE = "<p>版權聲明</p><p>轉載請先取得同意。</p>"
BOTH = [("【美股動態】甲公司擴產", OTHER_KEY), ("【美股焦點】乙公司降價", "notes:77")]


def keys(body: str, *, below: str = "") -> list[tuple[str, str | None]]:
    return [(entry.title, entry.key) for entry in read_news(body, below=below).related]


@pytest.mark.parametrize(
    "form",
    [
        f"<p>延伸閱讀:</p><p>{A}</p><p>{B}</p>",
        f"<h2>延伸閱讀</h2><ul><li>{A}</li><li>{B}</li></ul>",
        f"<p><strong>延伸閱讀：</strong></p><ol><li><p>{A}</p></li><li><p>{B}</p></li></ol>",
        f"<p>延伸閱讀：<br>{A}<br>\n{B}</p>",
        f"<p>延伸閱讀</p><p>{A}<br>{B}</p>",
        f"<p>延伸閱讀：{A}、{B}</p>",
        f"<p>延伸閱讀：{A}｜{B}</p>",
        f"<p>延伸閱讀：{A}</p><p>{B}</p>",
        f"<p>【延伸閱讀】</p><p>1. {A}</p><p>2. {B}</p>",
        f'<div class="relatedBox"><h3>延伸閱讀</h3><div>{A}</div><div>{B}</div></div>',
        f"<aside><p>延伸閱讀</p><p>{A}</p><p>{B}</p></aside>",
        f"<p>延伸閱讀</p><p><span>{A}</span></p><p><strong>{B}</strong></p>",
    ],
)
@pytest.mark.parametrize("end", ["", NOTICE])
def test_each_form_in_the_body_is_read(form: str, end: str) -> None:
    assert keys(BODY + form + end) == BOTH


@pytest.mark.parametrize(
    "box",
    [
        f"<section><h3>延伸閱讀</h3><ul><li>{A}</li><li>{B}</li></ul></section>",
        f"<div><div><span>延伸閱讀</span></div><div>{A}{B}</div></div>",
        f"<h3>延伸閱讀</h3>{A}{B}<h3>最新文章</h3>{OTHER}",
        f"<p>延伸閱讀：{A}{B}</p>",
        f'<nav aria-label="延伸閱讀">{A}{B}</nav>',
        f"<section><h3>最新文章</h3>{OTHER}</section><section><h3>延伸閱讀</h3>{A}{B}</section>",
    ],
)
def test_a_box_outside_the_body_is_read(box: str) -> None:
    assert keys(BODY, below=box) == BOTH


LINK = f'<a href="{OTHER_URL}">'


@pytest.mark.parametrize(
    "title",
    [
        f"{LINK}【美股動態】<br>甲公司擴產</a>",
        f"{LINK}<span>【美股動態】</span><br>甲公司擴產</a>",
        f"{LINK}【美股動態】甲公司<br/>擴產</a>",
        f"{LINK}【美股動態】</a>{LINK}甲公司擴產</a>",
        f"{LINK}【美股動態】</a><br>{LINK}甲公司</a>{LINK}擴產</a>",
        f"{LINK}【美股動態】甲公司擴產</a>{LINK}看更多</a>",
        f"{LINK}【美股動態】甲公司擴產</a>{LINK}甲公司擴產</a>",
    ],
)
def test_a_title_in_several_parts_is_whole(title: str) -> None:
    assert keys(f"{BODY}<p>延伸閱讀：</p><p>{title}</p><p>{B}</p>{NOTICE}") == BOTH
    assert keys(f"{BODY}<p>延伸閱讀：<br>{title}<br>{B}</p>") == BOTH
    assert keys(BODY, below=f"<section><h3>延伸閱讀</h3><p>{title}</p><p>{B}</p></section>") == BOTH


def test_a_summary_with_the_same_link_is_no_part_of_the_title() -> None:
    card = f"{LINK}【美股動態】甲公司擴產</a>{LINK}產能年增一成，報價持穩。</a>"
    assert keys(BODY, below=f"<section><h3>延伸閱讀</h3><p>{card}</p><p>{B}</p></section>") == BOTH


def test_parts_of_a_latin_title_are_parted_by_a_space() -> None:
    body = f"{BODY}<p>延伸閱讀：</p><p>{LINK}【美股動態】Apple<br>iPhone擴產</a></p>"
    assert keys(body) == [("【美股動態】Apple iPhone擴產", OTHER_KEY)]


def test_a_card_s_title_is_its_heading() -> None:
    card = f'<a href="{OTHER_URL}"><img alt="圖"><h4>【美股動態】甲公司擴產</h4><span>3 小時前</span></a>'
    assert keys(BODY, below=f"<section><h3>延伸閱讀</h3>{card}</section>") == BOTH[:1]
    label = f'<a href="{OTHER_URL}" aria-label="前往【美股動態】甲公司擴產文章頁"></a>'
    assert keys(BODY, below=f"<section><h3>延伸閱讀</h3>{label}</section>") == BOTH[:1]


@pytest.mark.parametrize("label", ["最新文章", "作者文章", "更多文章", "今日最熱"])
def test_other_lists_are_no_further_reading(label: str) -> None:
    assert keys(BODY, below=f"<section><h3>{label}</h3><ul><li>{A}</li></ul></section>") == []
    assert keys(f"{BODY}<h3>{label}</h3><ul><li>{A}</li></ul>") == []


def test_a_promotion_amid_the_body_counts_and_prose_goes_on() -> None:
    body = f"<h2>一</h2><p>{PROSE}</p><p>延伸閱讀：{A}</p><h2>二</h2><p>{MORE}</p>"
    assert keys(body) == BOTH[:1]
    assert texts(read_news(body))[-1] == MORE


def test_a_label_over_prose_is_no_further_reading() -> None:
    body = f"<p>{PROSE}</p><h2>延伸閱讀</h2><p>{MORE}<a href='{OTHER_URL}'>某篇</a>也提過。</p>"
    assert keys(body) == []


def test_titles_without_a_link_are_kept_and_the_site_s_lines_are_not() -> None:
    body = f"{BODY}<p>延伸閱讀</p><p>{A}</p><p>【美股動態】沒有連結的一篇</p><p>文章出處：編輯部</p>{NOTICE}"
    assert keys(body) == [*BOTH[:1], ("【美股動態】沒有連結的一篇", None)]


LINES = [
    '<p>文章出處：<a href="https://www.example.com/source">某研究室</a></p>',
    '<p>文章出處：<a href="/notes/note-detail.aspx?nid=80">原稿</a></p>',
    '<p><a href="https://www.example.com/app">點我下載</a></p>',
    '<ul><li><a href="https://www.example.com/club">點我加入社團</a></li></ul>',
    "<p>歡迎訂閱每日晚報</p>",
    "<div><span>3 小時前</span></div>",
]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    "form",
    [
        f"<p>延伸閱讀：</p><p>{A}</p>{{}}<p>{B}</p>",
        f"<h3>延伸閱讀</h3><ul><li>{A}</li><li>{B}</li></ul>{{}}",
        f"<p>延伸閱讀：{A}</p>{{}}<p>{B}</p>",
    ],
)
def test_promotion_sources_and_ages_among_the_links_are_no_further_reading(form: str, line: str) -> None:
    assert keys(BODY + form.format(line)) == BOTH
    assert keys(BODY + form.format(line) + NOTICE) == BOTH


def test_promotion_in_a_box_outside_the_body_is_no_further_reading() -> None:
    call = '<a href="https://www.example.com/app">點我下載</a>'
    assert keys(BODY, below=f"<section><h3>延伸閱讀</h3>{A}{call}{B}</section>") == BOTH


def test_each_address_is_kept_once_and_the_article_itself_not() -> None:
    own = f'<a href="{NEWS_URL}/">自己</a>'
    off = '<a href="https://www.example.com/a">外站</a>'
    body = f"{BODY}<p>延伸閱讀</p><p>{own}</p><p>{A}</p><p>{off}</p><p>{A.replace('?utm_source=x', '')}</p><p>{off}</p>"
    assert keys(body) == [*BOTH[:1], ("外站", None)]


def test_related_addresses_are_canonical_or_as_on_the_page() -> None:
    off = '<a href="//www.example.com/a?b=1">外站</a>'
    urls = [entry.url for entry in read_news(f"{BODY}<p>延伸閱讀</p><p>{A}</p><p>{B}</p><p>{off}</p>").related]
    assert urls == [
        f"https://cmnews.com.tw{OTHER_URL}",
        "https://www.cmoney.tw/notes/note-detail.aspx?nid=77",
        "https://www.example.com/a?b=1",
    ]


def test_prose_with_the_word_outside_the_body_is_no_label() -> None:
    prose = f"<p>延伸閱讀清單由編輯部每天整理，供讀者參考。</p>{OTHER}"
    assert keys(BODY, below=f"{prose}<section><h3>延伸閱讀</h3>{A}{B}</section>") == BOTH


def test_a_list_in_the_body_and_a_box_outside_are_read_once() -> None:
    assert keys(f"{BODY}<p>延伸閱讀：</p><p>{A}</p>", below=f"<section><h3>延伸閱讀</h3>{A}{B}</section>") == BOTH


def block(text: str, url: str | None = None, title: str | None = None) -> RawBlock:
    """Return a paragraph, all of it a link where an address is given, or the title in it."""
    links = () if url is None else (Link(text if title is None else title, url),)
    return RawBlock("paragraph", text, links, role=role_of(text))


LABEL, LINKED, AWAY = block("延伸閱讀："), f"https://cmnews.com.tw{OTHER_URL}", "https://x.example/1"


@pytest.mark.parametrize(
    ("blocks", "linked", "unlinked", "titles"),
    [
        ([LABEL, block("甲文"), block("乙文")], [], ["甲文", "乙文"], ["甲文", "乙文"]),
        ([LABEL, block("甲文"), block("乙文。")], [], [], ["甲文"]),
        ([LABEL, block("甲文"), block("3 小時前")], [], ["甲文"], ["甲文"]),
        ([LABEL, block("題" * 80)], [], ["題" * 80], ["題" * 80]),
        ([LABEL, block("題" * 81), block("甲")], [], [], ["甲"]),
        ([LABEL, block("• 甲文"), block("1. 乙文")], [], ["甲文", "乙文"], ["甲文", "乙文"]),
        ([LABEL, block("甲文", LINKED), block("乙文")], ["甲文"], ["乙文"], ["甲文", "乙文"]),
        ([LABEL, block("甲文", LINKED), block("公司營收成長。")], ["甲文"], [], ["甲文"]),
        ([LABEL, block("公司營收成長。"), block("甲文", LINKED)], [], [], ["甲文"]),
        ([LABEL, block("甲文", NEWS_URL)], [], [], ["甲文"]),
        ([LABEL, block("", LINKED), block("乙文", LINKED)], ["乙文"], [], ["乙文"]),
        ([LABEL, block("甲文", LINKED), block("版權聲明"), block("乙文", AWAY)], ["甲文"], [], ["甲文"]),
        ([LABEL, block("點我下載App", AWAY), block("甲文", LINKED)], ["甲文"], [], ["甲文"]),
        ([LABEL, block("甲文", "javascript:void(0)")], [], ["甲文"], ["甲文"]),
        ([LABEL, block("前半", AWAY), block("後半", AWAY)], ["前半後半"], [], ["前半", "後半"]),
        ([LABEL, block("前半", LINKED), block("後半", AWAY)], ["前半", "後半"], [], ["前半", "後半"]),
        ([LABEL, block("Alpha", AWAY), block("beta", AWAY)], ["Alpha beta"], [], ["Alpha", "beta"]),
        ([LABEL, block("前半後", AWAY), block("前半", AWAY)], ["前半後"], [], ["前半後", "前半"]),
        ([LABEL, block("前", AWAY), block("【美股動態】後", AWAY)], ["前"], [], ["前", "【美股動態】後"]),
        ([LABEL, block("前" * 40, AWAY), block("後" * 40, AWAY)], ["前" * 40 + "後" * 40], [], ["前" * 40, "後" * 40]),
        ([LABEL, block("前" * 40, AWAY), block("後" * 41, AWAY)], ["前" * 40], [], ["前" * 40, "後" * 41]),
        (
            [block("延伸閱讀：甲文", LINKED, "甲文"), block("乙文", AWAY), block("丙文")],
            ["甲文", "乙文"],
            [],
            ["甲文"],
        ),
        ([block("延伸閱讀：甲文 說明", LINKED, "甲文"), block("乙文", AWAY)], [], [], ["甲文 說明"]),
        ([block("延伸閱讀甲文", LINKED, "甲文")], ["甲文"], [], []),
        ([block("延伸閱讀甲文")], [], [], []),
        ([block("延伸閱讀：甲文")], [], [], ["甲文"]),
    ],
)
def test_what_stands_under_a_label_or_beside_it_is_read(
    blocks: list[RawBlock], linked: list[str], unlinked: list[str], titles: list[str]
) -> None:
    entries = reading_in(blocks, SITES, "cmnews:90cf4975-5979-11f1-9bdb-c96c3424ad86")
    assert [entry.title for entry in entries if entry.url] == linked
    assert [entry.title for entry in entries if not entry.url] == unlinked
    assert titles_in(blocks) == titles


@pytest.mark.parametrize(
    "card",
    [
        f'<a href="{OTHER_URL}"><figure><img src="/1.png"><figcaption>【美股動態】別篇</figcaption></figure></a>',
        f'<figure><a href="{OTHER_URL}"><img alt="封面"></a><figcaption>【美股動態】別篇</figcaption></figure>',
        f'<figure><img src="/1.png"><figcaption><a href="{OTHER_URL}">【美股動態】別篇</a></figcaption></figure>',
    ],
)
def test_a_card_s_title_may_be_its_caption(card: str) -> None:
    """Above the label a caption is no text."""
    article = read_news(
        f"<figure><img><figcaption>走勢圖</figcaption></figure>{BODY}<p>延伸閱讀：</p><div>{card}</div>"
    )
    assert [(entry.title, entry.key) for entry in article.related] == [("【美股動態】別篇", OTHER_KEY)]
    assert "走勢圖" not in texts(article)
