"""Lists that are written with signs, in pages of both sites and in captures."""

from __future__ import annotations

import pytest

from archive.model.article import Link
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.body.lists import parts_of
from crawler.pages.templates.text_capture import read_capture
from tests.support.sample_pages import BODY, MORE, OTHER_URL, PROSE, TITLE, read_news, read_notes

ITEMS = ["• 甲:一", "• 乙:二", "• 丙:三"]


@pytest.mark.parametrize("read", [read_news, read_notes])
@pytest.mark.parametrize(
    "listed",
    [
        "<p>• 甲:一</p><p>\u3000•乙:二</p><p>\u200b•　丙:三</p>",
        "<p>- 甲:一</p><p>- 乙:二</p><p>- 丙:三</p>",
        "<p>• 甲:一<br>• 乙:二<br/>• 丙:三</p>",
        "<p>- 甲:一<br>- 乙:二<br>－ 丙:三</p>",
        "<p>• 甲:一 • 乙:二 • 丙:三</p>",
        "<p>- 甲:一 - 乙:二 - 丙:三</p>",
        "<div>● 甲:一</div><div>● 乙:二</div><div>● 丙:三</div>",
        "<p>– 甲:一</p><p>– 乙:二</p><p>– 丙:三</p>",
    ],
)
def test_each_line_of_a_list_is_an_item(read: object, listed: str) -> None:
    article = read(f"{BODY}{listed}<p>{MORE}</p>")  # type: ignore[operator]
    assert [block.text for block in article.blocks if block.kind == "item"] == ITEMS
    assert article.sections[-1].blocks == (MORE, *ITEMS, MORE)
    assert "\n\n".join(ITEMS) in article.text


@pytest.mark.parametrize("between", [" ", "<br>"])
def test_what_introduces_a_list_is_a_paragraph(between: str) -> None:
    article = read_news(f"{BODY}<p>重點如下：{between}- 甲:一 {between}- 乙:二 {between}- 丙:三</p>")
    assert [(block.kind, block.text) for block in article.blocks[-4:]] == [
        ("paragraph", "重點如下："),
        *(("item", text) for text in ITEMS),
    ]


def test_links_go_with_their_items() -> None:
    article = read_news(
        f'{BODY}<p>• <a href="/forum/stock/AMZN">亞馬遜</a>擴產 • <a href="{OTHER_URL}">輝達</a>降價</p>'
    )
    first, second = article.blocks[-2:]
    assert [(block.text, [link.title for link in block.links]) for block in (first, second)] == [
        ("• 亞馬遜擴產", ["亞馬遜"]),
        ("• 輝達降價", ["輝達"]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "- 路透社報導,公司擴產。",
        "毛利率 - 這是重點 - 高於預期。",
        "-5% 的跌幅不大,市場並不意外。",
        "道瓊•那斯達克•標普三大指數收高。",
        "*註:以上為初值。",
    ],
)
def test_a_sign_in_prose_makes_no_list(text: str) -> None:
    article = read_news(f"{BODY}<p>{text}</p><p>{MORE}</p>")
    assert (article.blocks[-2].kind, article.blocks[-2].text) == ("paragraph", text)


def test_a_heading_with_a_sign_stays_a_heading() -> None:
    article = read_news(f"<p><strong>• 需求穩健</strong></p><p>{PROSE}</p><p><strong>• 展望</strong></p><p>{MORE}</p>")
    assert [section.heading for section in article.sections] == ["• 需求穩健", "• 展望"]


@pytest.mark.parametrize("joint", ["\n", "\n\n"])
@pytest.mark.parametrize("sign", ["•", "- ", "● "])
def test_lists_of_captures_are_items(sign: str, joint: str) -> None:
    listed = joint.join(f"{sign}{text}" for text in ("甲:一", "乙:二", "丙:三"))
    text = f"{TITLE}\n\n需求穩健\n\n{PROSE}\n{listed}\n\n後續觀察\n\n{MORE}\n"
    article = read_capture(text.encode(), "a")
    assert [(section.heading, section.blocks) for section in article.sections] == [
        ("需求穩健", (PROSE, *ITEMS)),
        ("後續觀察", (MORE,)),
    ]


def test_a_link_whose_title_stands_in_no_piece_goes_with_the_last() -> None:
    link = Link("丙", "https://www.cmoney.tw/forum/stock/AMZN")
    pieces = parts_of(RawBlock("paragraph", "甲乙", (link,)), ["甲", "乙"])
    assert [piece.links for piece in pieces] == [(), (link,)]
