"""Headings, at the bounds of length and number; lists that are written with signs, in pages and captures."""

from __future__ import annotations

import pytest

from archive.model.article import Link
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.body.structure import cut_run_in, is_lead, parts_of, with_headings
from crawler.pages.templates.text_capture import read_capture
from tests.support.sample_pages import BODY, MORE, OTHER_URL, PROSE, TITLE, read_news, read_notes

TEXT = "公司說明營收與毛利的變化而且展望不變" * 8


def para(length: int, end: str = "", *, strong: bool = False) -> RawBlock:
    """Return a paragraph of one sentence, so many characters long with its end."""
    return RawBlock("paragraph", TEXT[: length - len(end)] + end, strong=strong)


def heads(*blocks: RawBlock) -> int:
    """Return how many of some blocks are headings."""
    return sum(block.kind == "heading" for block in with_headings(blocks))


@pytest.mark.parametrize(
    ("head", "longer"),
    [
        (para(80, strong=True), para(81, strong=True)),
        (para(60), para(61)),
        (para(40, "?"), para(41, "?")),
    ],
    ids=["emphasised", "a sentence", "a question"],
)
def test_a_heading_is_short(head: RawBlock, longer: RawBlock) -> None:
    assert heads(head, para(100, "。")) == 1
    assert heads(longer, para(100, "。")) == 0


@pytest.mark.parametrize(
    ("head", "below", "others", "expected"),
    [
        (45, 90, [], 2),
        (46, 92, [], 0),
        (45, 89, [], 0),
        (20, 40, [], 2),
        (20, 39, [], 0),
        (20, 60, [60], 2),
        (20, 60, [60, 60], 0),
        (20, 60, [39, 39], 2),
    ],
    ids=["45", "46", "not twice as long", "40", "39", "2 of 3", "2 of 4", "beside short paragraphs"],
)
def test_sentences_with_full_stops_head_longer_paragraphs(
    head: int, below: int, others: list[int], expected: int
) -> None:
    pairs = [para(length, "。") for length in (head, below)] * 2
    assert heads(*pairs, *(para(length, "。") for length in others)) == expected


@pytest.mark.parametrize(("others", "expected"), [(4, 2), (5, 0)])
def test_emphasised_sentences_with_full_stops_head_sections_of_several_paragraphs(others: int, expected: int) -> None:
    pairs = [para(20, "。", strong=True), para(60, "。")] * 2
    assert heads(*pairs, *[para(60, "。")] * others) == expected


def test_among_sentences_that_head_paragraphs_one_may_stand_over_a_shorter_one() -> None:
    pairs = [para(20, "。"), para(60, "。")] * 3
    assert heads(*pairs, para(20, "。"), para(45, "。"), para(20, "。"), para(20, "。")) == 4


def test_one_sentence_with_a_full_stop_heads_nothing() -> None:
    assert heads(para(20, "。"), para(60, "。")) == 0


@pytest.mark.parametrize(("place", "expected"), [(2, 1), (3, 0)])
def test_the_lead_is_among_the_first_blocks(place: int, expected: int) -> None:
    assert heads(*[para(50, "。")] * place, RawBlock("paragraph", "結論先行：營收成長。"), para(50, "。")) == expected


def test_a_lead_is_short() -> None:
    assert [is_lead("結論先行：" + TEXT[:length]) for length in (75, 76)] == [True, False]


def opened(opening: int, rest: int, end: str = "") -> RawBlock:
    """Return a paragraph that begins with emphasised words."""
    text = TEXT[: opening - len(end)] + end
    return RawBlock("paragraph", text + ("後文" * rest)[:rest], opening=text)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([opened(6, 60, "：")] * 2, 2),
        ([opened(5, 60, "：")] * 2, 0),
        ([opened(60, 60, "：")] * 2, 2),
        ([opened(61, 60, "：")] * 2, 0),
        ([opened(8, 20, "：")] * 2, 2),
        ([opened(8, 19, "：")] * 2, 0),
        ([opened(8, 60, "：")], 0),
        ([*[opened(8, 60, "：")] * 2, *[para(60)] * 2], 2),
        ([*[opened(8, 60, "：")] * 2, *[para(60)] * 3], 0),
        ([*[opened(8, 60, "：")] * 2, *[para(39)] * 3], 2),
        ([opened(8, 60)] * 3, 3),
        ([opened(7, 60)] * 3, 0),
        ([opened(8, 60)] * 2, 0),
        ([*[opened(8, 60)] * 8, *[para(60)] * 3], 8),
        ([*[opened(8, 60)] * 7, *[para(60)] * 3], 0),
        ([RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 4, 4),
        ([RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 3, 0),
        ([*[RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 9, para(60)], 9),
        ([*[RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 8, para(60)], 0),
    ],
)
def test_headings_stand_run_in_where_most_paragraphs_have_one(blocks: list[RawBlock], expected: int) -> None:
    assert len(cut_run_in(blocks, has_headings=False)) == expected


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
