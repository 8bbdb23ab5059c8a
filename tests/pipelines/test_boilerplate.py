"""Tests of stage `boilerplate`: the tail goes, prose stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.article import Block, Link, Related
from pipelines.boilerplate import boilerplate, is_entry, opened_by, tail_of
from pipelines.boilerplate_lines import label_of, line_of
from tests.support.stage_articles import PROSE, URL, article, counter, head, item, linked, para, row

if TYPE_CHECKING:
    from collections.abc import Sequence

OWN_COPYRIGHT = "本文章之版權屬撰文者與某公司,未經許可嚴禁轉載。"
OWN_DISCLAIMER = "本網站所提供資訊僅供參考,並無推介買賣之意。"
BODY = [
    head("雲端動能延續"),
    para(PROSE),
    head("風險提示與免責條款爭議"),
    para(PROSE),
    item("營收成長12%"),
    row("營收 | 12億"),
]
TITLES = ["【美股動態】蘋果新機熱銷", "【美股焦點】聯準會按兵不動?", "輝達財報倒數"]
READING = [linked(title) for title in TITLES]
FURNITURE = [
    para("文章相關標籤"),
    para("喜歡這篇文章嗎?"),
    para("歡迎分享,讓更多人可以看到!"),
    item("facebook"),
    item("line"),
    head("作者文章"),
    para("最新文章"),
]


def cleaned(*blocks: Block, titles: Sequence[str] = (), tags: Sequence[str] = ()) -> list[Block]:
    related = [Related(title, None, None) for title in titles]
    return boilerplate(article(*blocks, related=related, tags=list(tags)), counter()).blocks


TAILS = {
    "label and linked titles": [para("延伸閱讀:"), *READING],
    "label as a heading": [head("延伸閱讀"), *READING],
    "titles as headings": [para("【延伸閱讀】"), *(head(title) for title in TITLES)],
    "titles in a list": [para("延伸閱讀:"), *(linked(title, kind="item") for title in TITLES)],
    "numbered links": [para("延伸閱讀"), para("1. 甲乙丙 2. 丁戊己", Link("甲乙丙", URL), Link("丁戊己", URL))],
    "titles without links": [para("延伸閱讀:"), *map(para, TITLES)],
    "links in the label's block": [para("延伸閱讀:甲乙丙 丁戊己", Link("甲乙丙", URL), Link("丁戊己", URL))],
    "one title in the label's block": [para("延伸閱讀:【美股動態】蘋果新機熱銷"), para("【美股動態】微軟")],
    "copyright alone": [head("版權聲明"), para(OWN_COPYRIGHT)],
    "copyright in other words": [para("版權聲明"), para("本篇內容由作者與平台共同持有,請先來信取得同意。")],
    "copyright in one block": [para(f"版權聲明:{OWN_COPYRIGHT}")],
    "disclaimer in one block": [para(f"免責宣言 {OWN_DISCLAIMER}")],
    "disclaimer in other words": [para("【免責聲明】以上內容不構成投資建議。")],
    "disclaimer of two paragraphs": [para("免責聲明"), para(OWN_DISCLAIMER), para("文中數字取自公開資料。")],
    "everything": [
        para("延伸閱讀:"),
        *READING,
        para("版權聲明"),
        para(OWN_COPYRIGHT),
        para("免責宣言"),
        para(OWN_DISCLAIMER),
        *FURNITURE,
    ],
    "furniture alone": FURNITURE,
    "furniture in one block": [para("喜歡這篇文章嗎? 歡迎分享,讓更多人可以看到! • facebook • line")],
    "bullets and capitals": [para("版權聲明"), para(OWN_COPYRIGHT), item("• Facebook"), item("• LINE")],
    "unknown captions after notices": [para("免責宣言"), para(OWN_DISCLAIMER), para("文章相關標籤"), para("複製連結")],
    "cards after furniture": [*FURNITURE, *READING],
    "tags": [para("文章相關標籤"), linked("亞馬遜(AMZN)", "/tag/x"), linked("雲端", "/tag/y"), para("喜歡這篇文章嗎?")],
    "login prompt": [para("閱讀VIP文章請先登入")],
    "login prompt and button": [para("閱讀 VIP 文章,請先登入"), para("登入"), *FURNITURE],
    "dividers": [para("----------"), para("延伸閱讀:"), *READING, para("***"), para("版權聲明"), para(OWN_COPYRIGHT)],
    "promotion within": [para("延伸閱讀:"), *READING, para("點我下載看盤App"), para("版權聲明"), para(OWN_COPYRIGHT)],
    "questions within": [para("你可能想知道"), para("毛利率會回升嗎?"), para("AI來解答"), para("延伸閱讀:"), *READING],
    "the writers' notice": [para("*本文章之版權屬筆者與平台所有"), para("更多文章")],
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_the_tail_goes_and_the_body_stays(tail: list[Block]) -> None:
    assert cleaned(*BODY, *tail, tags=["亞馬遜(AMZN)"]) == BODY


HONEST = [
    para("一家出版商因版權聲明引發訴訟,法院預計下季開庭。"),
    para("版權聲明引發的訴訟,讓AI公司轉載成本升高。"),
    para("版權聲明(轉載規範)成為焦點。"),
    head("版權聲明:轉載爭議升溫"),
    para("免責宣言的措辭將調整,僅供參考。"),
    para("公司放上一份延伸閱讀清單,列出12份白皮書。"),
    head("延伸閱讀清單之外的雲端"),
    head("風險提示與免責條款爭議"),
    head("今日最熱的記憶體題材降溫"),
    para("最新文章式的快訊對股價的影響有限。"),
    para("facebook母公司股價上漲。"),
    item("Facebook"),
    item("LINE"),
    row("facebook"),
    row("延伸閱讀"),
    para("點我下載按鈕的點擊率上升12%。"),
    para("「點我加入」成為新話術"),
    head("點我下載成新話術,券商提醒投資人"),
    para("歡迎訂閱方案推出之後,訂戶數連續三季成長。"),
    para("文章出處不明的傳聞一度讓股價下挫。"),
    head("廣告平台的毛利率能否守住"),
    para("收藏內容成為平台的新功能。"),
    para("你可能想知道公司為何裁員。"),
    head("AI資本支出何時見頂?"),
    para("本文章節依公司公告整理。"),
    para("2025-08-14當天股價上漲。"),
    para("閱讀VIP文章的用戶比去年成長。"),
    para("那麼,下一步會如何?"),
]


@pytest.mark.parametrize("block", HONEST, ids=lambda block: block.text[:12])
@pytest.mark.parametrize("place", ["amid", "last"])
def test_honest_blocks_with_the_same_words_stay(block: Block, place: str) -> None:
    body = [*BODY, block, head("結語"), para(PROSE)] if place == "amid" else [*BODY, block]
    assert cleaned(*body) == body
    assert cleaned(*body, *TAILS["everything"]) == body


@pytest.mark.parametrize("label", ["延伸閱讀", "延伸閱讀:", "版權聲明", "免責聲明"])
def test_a_label_amid_the_body_with_prose_under_it_stays(label: str) -> None:
    body = [*BODY, head(label), para(PROSE), head("結語"), para(PROSE), para(PROSE)]
    assert cleaned(*body, *TAILS["everything"]) == body
    promotion = linked("點我下載看盤工具", "https://www.cmoney.tw/app/")
    assert cleaned(*BODY, head(label), promotion, *body[len(BODY) + 1 :], *TAILS["everything"]) == body


STRAYS = {
    "promotion": [
        "點我下載籌碼K線App",
        "點我加入美股社團!",
        "收藏內容 讓好文不錯過",
        "文章出處:編輯部專欄",
        "歡迎訂閱美股晚報,每晚12分鐘",
    ],
    "furniture": [
        "facebook",
        "• line",
        "廣告",
        "喜歡這篇文章嗎?",
        "全站最新",
        "更多文章",
        "2025-08-14 15:50 13,086",
        "(更新:2025-08-14 15:55)",
    ],
    "copyright": ["*本文章之版權屬筆者與平台所有", OWN_COPYRIGHT],
    "disclaimer": [OWN_DISCLAIMER],
    "login": ["閱讀VIP文章請先登入"],
    "questions": ["AI來解答", "你可能想知道:毛利率會回升嗎?"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in STRAYS.items() for text in texts])
@pytest.mark.parametrize("place", range(5))
def test_a_line_of_the_page_goes_wherever_it_stands(kind: str, text: str, place: int) -> None:
    counts = counter()
    body = [*BODY, para(PROSE)]
    given_article = article(*body[:place], para(text), *body[place:])
    assert boilerplate(given_article, counts).blocks == body
    assert counts == {kind: 1}


def test_a_promotion_that_is_all_link_goes_though_it_is_a_heading_or_a_sentence() -> None:
    assert cleaned(linked("點我加入美股討論社團", kind="heading"), linked("歡迎訂閱我們的電子報。"), *BODY) == BODY


def test_a_widget_goes_with_its_questions_but_not_with_the_heading_below() -> None:
    heading = head("毛利率能否守住?")
    widget = [head("你可能想知道"), item("第三季的毛利率會回升嗎?"), item("現在的本益比合理嗎?"), para("AI來解答")]
    assert cleaned(*BODY, *widget, heading, para(PROSE)) == [*BODY, heading, para(PROSE)]
    questions = [para("你可能想知道"), head("毛利率會回升嗎?"), head("本益比合理嗎?"), heading, para(PROSE)]
    assert cleaned(*BODY, *questions) == [*BODY, heading, para(PROSE)]


def test_a_widget_of_one_question_takes_nothing_more() -> None:
    for question in (item("毛利率會回升嗎?"), head("毛利率會回升嗎?")):
        below = [head("展望")] if question.is_heading else []
        expected = [*BODY, question, para(PROSE)] if question.is_heading else [*BODY, para(PROSE)]
        assert cleaned(*BODY, para("你可能想知道"), question, para(PROSE)) == expected
        assert cleaned(*BODY, para("你可能想知道"), question, para("AI來解答"), *below, para(PROSE))[-1] == para(PROSE)


def test_only_what_goes_from_the_very_end_shows_that_the_end_was_seen() -> None:
    call, credit = linked("立即體驗", "https://www.cmoney.tw/app/"), para("圖 / 路透")
    for blocks, is_ended in (
        ([*BODY, call], True),
        ([*BODY, para("AI來解答"), para(PROSE)], False),
        ([credit, *BODY], False),
        ([*BODY], False),
    ):
        assert boilerplate(article(*blocks, is_ended=False), counter()).is_ended is is_ended


def test_further_reading_beside_its_label_is_a_listed_or_prefixed_title() -> None:
    for text in (f"延伸閱讀:{TITLES[0]}", f"延伸閱讀:{TITLES[2]}"):
        assert cleaned(*BODY, para(text), para(PROSE), titles=TITLES[2:]) == [*BODY, para(PROSE)]
    unknown = para("延伸閱讀:某篇文章")
    assert cleaned(*BODY, unknown, para(PROSE), titles=TITLES) == [*BODY, unknown, para(PROSE)]


def test_further_reading_amid_the_body_goes_only_where_it_is_all_link() -> None:
    inline = para("延伸閱讀:蘋果新機熱銷", Link("蘋果新機熱銷", URL))
    prose = para("延伸閱讀:蘋果新機熱銷一文指出,需求回溫。", Link("蘋果新機熱銷", URL))
    assert cleaned(inline, *BODY, inline, para(PROSE)) == [*BODY, para(PROSE)]
    assert cleaned(*BODY, prose, para(PROSE)) == [*BODY, prose, para(PROSE)]
    assert cleaned(para("延伸閱讀:"), *READING, *BODY) == BODY
    assert cleaned(para("延伸閱讀:"), para("輝達財報倒數"), *BODY, titles=["輝達財報倒數"]) == BODY


def test_a_box_of_other_articles_amid_the_body_goes() -> None:
    assert cleaned(*BODY, head("今日最熱"), linked("熱門稿件12", kind="item"), para(PROSE)) == [*BODY, para(PROSE)]


def test_a_stock_link_below_a_label_is_no_further_reading() -> None:
    heading = linked("亞馬遜(AMZN)", "/forum/stock/AMZN", "heading")
    assert cleaned(*BODY, para("最新文章"), heading, para(PROSE)) == [*BODY, heading, para(PROSE)]


def test_a_line_amid_the_body_does_not_make_its_end_a_tail() -> None:
    ends = [item("營收成長12%"), item("毛利率提升"), para("投資評等:買進"), row("目標價 | 250")]
    for line in ("facebook", "最新文章", "*本文章之版權屬筆者所有", "點我下載App", "閱讀VIP文章請先登入"):
        assert cleaned(*BODY, para(line), *ends, *TAILS["everything"]) == [*BODY, *ends]
    assert cleaned(*BODY, para("*本文章之版權屬筆者所有"), para(PROSE), *TAILS["everything"]) == [*BODY, para(PROSE)]


def test_a_notice_amid_the_body_goes_with_its_label_and_nothing_below() -> None:
    prose = [para(PROSE), para(PROSE)]
    assert cleaned(*BODY, para("版權聲明"), para(OWN_COPYRIGHT), *prose) == [*BODY, *prose]


def test_what_went_is_counted_by_kind() -> None:
    counts = counter()
    boilerplate(article(*BODY, *TAILS["everything"], para("點我下載App")), counts)
    assert counts == {"further_reading": 4, "copyright": 2, "disclaimer": 2, "furniture": 7, "promotion": 1}


def test_a_clean_article_is_left_as_it_is() -> None:
    counts = counter()
    clean = article(*BODY)
    assert boilerplate(clean, counts) == clean
    assert not counts


def test_an_article_that_is_nothing_but_a_tail_has_no_block_left() -> None:
    assert cleaned(*TAILS["everything"]) == []


def test_a_hostile_page_takes_no_longer_than_it_is_long() -> None:
    labels = [para("延伸閱讀"), item("版權聲明")] * 4000
    blocks = [block for label in labels for block in (para("facebook"), label)]
    ends = [head("結語"), para(PROSE)]
    assert cleaned(*blocks, *ends) == [*labels, *ends]


PROSE_BLOCKS = st.one_of(
    st.sampled_from([*BODY, *HONEST]),
    st.text("亞馬遜雲端營收成長,AI12%(「」", min_size=1, max_size=30).map(lambda text: para(f"甲{text}。")),
)
ANY_BLOCKS = st.lists(
    st.one_of(PROSE_BLOCKS, st.sampled_from([block for tail in TAILS.values() for block in tail])), max_size=14
)
BODIES = st.lists(PROSE_BLOCKS, max_size=8).map(lambda blocks: [*blocks, para(PROSE)])
NOISE = st.sampled_from([para(text) for texts in STRAYS.values() for text in texts])


@given(ANY_BLOCKS)
def test_boilerplate_is_idempotent(blocks: list[Block]) -> None:
    once = cleaned(*blocks, titles=TITLES)
    assert cleaned(*once, titles=TITLES) == once


@given(ANY_BLOCKS)
def test_no_block_is_made_up_moved_or_left_that_is_a_line(blocks: list[Block]) -> None:
    kept = cleaned(*blocks)
    rest = iter(blocks)
    assert all(block in rest for block in kept)
    assert not [block for block in kept if line_of(block)]
    assert not kept or label_of(kept[-1]) is None


@given(BODIES, st.sampled_from(list(TAILS)))
def test_whatever_the_body_exactly_the_tail_goes(body: list[Block], tail: str) -> None:
    assert cleaned(*body, *TAILS[tail], tags=["亞馬遜(AMZN)"]) == body


@given(BODIES, st.data(), st.sampled_from(list(TAILS)))
def test_noise_between_blocks_takes_no_prose_with_it(body: list[Block], data: st.DataObject, tail: str) -> None:
    noisy = [block for entry in body for block in (*data.draw(st.lists(NOISE, max_size=1)), entry)]
    kept = cleaned(*noisy, *TAILS[tail], tags=["亞馬遜(AMZN)"])
    questions = [block for block in body if block.text.endswith("?")]  # may belong to a widget drawn before them
    assert [block for block in kept if block not in questions] == [block for block in body if block not in questions]


TITLE = "【美股動態】蘋果新機熱銷"


def test_each_block_of_a_tail_belongs_to_the_label_above_it() -> None:
    blocks = [
        para(PROSE),
        para("延伸閱讀:"),
        linked(TITLE),
        para("版權聲明"),
        para(PROSE),
        head("免責宣言"),
        para(PROSE),
    ]
    assert tail_of([*blocks, item("line")], ()) == [
        "further_reading",
        "further_reading",
        "copyright",
        "copyright",
        "disclaimer",
        "disclaimer",
        "furniture",
    ]


def test_the_earliest_block_that_explains_the_end_begins_it() -> None:
    honest = [para("延伸閱讀"), head("雲端動能"), para(PROSE)]
    assert tail_of([*honest, para("延伸閱讀:"), linked(TITLE)], ()) == ["further_reading"] * 2


def test_a_third_paragraph_under_a_notice_is_prose() -> None:
    assert tail_of([para("版權聲明"), para(PROSE), para(PROSE)], ()) == ["copyright"] * 3
    assert tail_of([para("版權聲明"), para(PROSE), para(PROSE), para(PROSE)], ()) == []


def test_a_table_row_is_never_part_of_a_tail() -> None:
    assert tail_of([para("延伸閱讀:"), linked(TITLE), row("項目 | 本期")], ()) == []


def test_capitals_are_furniture_only_where_a_tail_has_begun() -> None:
    assert tail_of([item("Facebook"), item("LINE")], ()) == []
    assert tail_of([item("facebook"), item("LINE")], ()) == ["furniture"] * 2


def test_items_of_a_list_are_no_titles_below_titles_of_another_kind() -> None:
    assert tail_of([para("延伸閱讀:"), linked(TITLE), item("營收成長12%")], ()) == []
    assert (
        tail_of([para("延伸閱讀:"), item("蘋果新機熱銷"), item("輝達財報倒數")], ["蘋果新機熱銷"])
        == ["further_reading"] * 3
    )


def test_no_block_has_no_tail() -> None:
    assert tail_of([], ()) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("延伸閱讀:", "further_reading"),
        ("延伸閱讀:蘋果新機熱銷", "further_reading"),
        ("延伸閱讀:蘋果新機熱銷,市場預期上修。", None),
        ("版權聲明:未經許可不得轉載。", "copyright"),
        ("版權聲明:新創公司提起訴訟。", None),
        ("點我下載App", "promotion"),
        (PROSE, None),
    ],
)
def test_a_tail_begins_at_labels_notices_and_lines(text: str, kind: str | None) -> None:
    assert opened_by(para(text)) == kind


def test_an_entry_is_listed_prefixed_or_all_link() -> None:
    assert is_entry(para("• 蘋果新機熱銷"), ["蘋果新機熱銷"])
    assert is_entry(para(TITLE), ())
    assert is_entry(linked("蘋果新機熱銷"), ())
    assert not is_entry(para("蘋果新機熱銷"), ())
    assert not is_entry(linked("亞馬遜", "https://www.cmoney.tw/forum/stock/AMZN"), ())
