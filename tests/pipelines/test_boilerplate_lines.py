"""Tests of how the lines that belong to no article are told from prose."""

from __future__ import annotations

import pytest

from archive.model.article import Block, Link
from crawler.pages.templates.text_capture import read_capture
from pipelines.boilerplate import boilerplate, is_short
from pipelines.boilerplate_lines import inline_notice, inline_reading, is_link, is_question, label_of, line_of
from pipelines.normalise import normalise
from tests.support.stage_articles import PROSE, URL, article, counter, head, item, linked, para, row, stock

URLS = Link("甲乙丙", URL), Link("丁戊", URL)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("延伸閱讀", "further_reading"),
        ("【延伸閱讀】", "further_reading"),
        ("▶ 延伸閱讀:", "further_reading"),
        ("版權聲明", "copyright"),
        ("免責宣言:", "disclaimer"),
        ("免責聲明", "disclaimer"),
        ("延伸閱讀清單", None),
        ("版權聲明書", None),
        ("風險與免責宣言", None),
        ("", None),
    ],
)
def test_a_label_is_a_block_of_its_own(text: str, kind: str | None) -> None:
    assert label_of(para(text)) == kind


@pytest.mark.parametrize("text", ["facebook", "點我下載App", "閱讀VIP文章請先登入", "*本文章之版權屬筆者"])
def test_no_row_of_a_table_is_a_line(text: str) -> None:
    assert line_of(para(text)) is not None
    assert line_of(Block("row", text)) is None


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("甲乙丙", True),
        ("• 甲乙丙 / 丁戊", True),
        ("1. 甲乙丙 2. 丁戊", True),
        ("甲乙丙的丁戊", False),
        ("甲乙丙12", False),
    ],
)
def test_a_text_is_nothing_but_links_when_only_signs_and_numbers_remain(text: str, *, whole: bool) -> None:
    assert is_link(para(text, *URLS), text) is whole


def test_a_block_of_links_without_the_label_is_no_further_reading() -> None:
    assert inline_reading(para("文章相關標籤甲乙丙", *URLS)) is None
    assert inline_reading(para("延伸閱讀甲乙丙", *URLS)) == "甲乙丙"


def test_a_text_without_links_is_no_link() -> None:
    assert not is_link(para("甲"), "甲")
    assert not is_link(para("", Link("", URL)), "")


@pytest.mark.parametrize(
    "text", ["版權聲明:本公司版權所有", "著作權聲明 未經許可禁止轉載", "【版權聲明】本文版權屬作者"]
)
def test_a_notice_may_stand_beside_its_label(text: str) -> None:
    assert inline_notice(para(text)) == "copyright"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("免責宣言:內容並非買賣建議", "disclaimer"),
        ("免責聲明:讀者請自行評估,並承擔盈虧風險。", "disclaimer"),
        ("版權聲明:著作權歸平台所有,引用前請先取得同意。", "copyright"),
        ("版權聲明:轉載爭議升溫", None),
        ("免責聲明:法院認定平台有責", None),
    ],
)
def test_a_notice_beside_its_label_may_be_worded_otherwise(text: str, kind: str | None) -> None:
    assert inline_notice(para(text)) == kind


def test_questions_titles_and_calls_are_short() -> None:
    assert [is_question(para("甲" * length + "?")) for length in (59, 60)] == [True, False]
    assert [is_short("甲" * length) for length in (80, 81)] == [True, False]
    assert [line_of(para("點我下載App" + "甲" * length)) for length in (33, 34)] == ["promotion", None]


SHORT = "https://www.cmoney.tw/r/56/ab12cd"
NOTICE = [para("免責宣言"), para("本網站所提供資訊僅供參考,不構成投資建議。")]
BODY = [head("需求穩健"), para(PROSE)]
CALL = "點擊下方連結,下載「美股K線APP」看完整籌碼"


def left(*blocks: Block) -> list[str]:
    refined = boilerplate(article(*blocks), counter())
    assert boilerplate(refined, counter()) == refined
    return [block.text for block in refined.blocks]


@pytest.mark.parametrize("notice", [[], NOTICE])
@pytest.mark.parametrize(
    "tail",
    [
        [para(SHORT)],
        [para(SHORT, Link(SHORT, SHORT))],
        [para("www.cmoney.tw/r/56/ab12cd")],
        [para(CALL), para(SHORT)],
        [para("想看更多個股研究,就在這裡:"), linked("股市新視野", "https://www.forecastock.tw/")],
        [para(f"{CALL}:{SHORT}")],
        [para("完整報告請見這裡", Link("這裡", SHORT))],
        [para("大戶今天買了誰?"), linked(SHORT, SHORT)],
        [para("想知道主力怎麼買?三分鐘學會看懂分點:"), linked(SHORT, SHORT)],
        [para("同一張圖,看懂大戶的進出節奏"), para(SHORT)],
        [head("輝達(NVDA)還能追嗎?"), para(SHORT)],
        [para("👇"), linked("財報季一次看懂", "https://cmnews.com.tw/usstock/usstock_news")],
        [linked("財報季一次看懂", "https://www.cmoney.tw/app/")],
        [para("加入會員領取報告"), para(SHORT), para(SHORT)],
        [para("圖 / Shutterstock")],
        [para("文/王小明")],
        [para("圖∕路透資料照")],
        [para("(責任編輯:陳大文)")],
        [item("• 圖 / Shutterstock")],
        [para("輝達還能買嗎?", Link("輝達還能買嗎?", "https://aigc.cmoney.tw/q?id=5"))],
        [para("https://aigc.cmoney.tw/chat?q=5")],
    ],
)
def test_what_leads_to_the_house_goes_whatever_its_words(tail: list[Block], notice: list[Block]) -> None:
    assert left(*BODY, *tail, *notice) == ["需求穩健", PROSE]


def test_a_credit_may_stand_first() -> None:
    assert left(para("圖 / Shutterstock"), *BODY) == left(para("圖片提供 / 路透"), *BODY) == ["需求穩健", PROSE]
    assert left(para("文 / 王小明"), *BODY) == ["需求穩健", PROSE]
    assert left(*BODY, para("文 / 王小明"), para(PROSE)) == ["需求穩健", PROSE, "文 / 王小明", PROSE]


def test_a_question_widget_goes_from_the_midst_too() -> None:
    widget = para("AMD 怎麼看?", Link("AMD 怎麼看?", "https://aigc.cmoney.tw/q?id=5"))
    assert left(head("需求穩健"), widget, para(PROSE)) == ["需求穩健", PROSE]


@pytest.mark.parametrize(
    "last",
    [
        para(f"公司在 {SHORT} 公布了財報,{PROSE}"),
        para(f"{PROSE}詳見 {SHORT}"),
        para(PROSE, Link("資料中心", "https://cmnews.com.tw/tag/AI")),
        linked("亞馬遜(AMZN)", "https://www.cmoney.tw/forum/stock/AMZN"),
        para("亞馬遜(AMZN)", stock("AMZN", "亞馬遜(AMZN)")),
        linked("公司的新聞稿", "https://ir.example.com/q3"),
        para("https://ir.example.com/q3"),
        head("股價觀察:"),
        row("圖 / 表 | 1"),
        para("觀察重點:"),
        para("下載量創高。"),
        para("文中所稱的毛利率為調整後數字。"),
    ],
)
def test_what_else_is_last_stays(last: Block) -> None:
    assert left(*BODY, last) == ["需求穩健", PROSE, last.text]


def test_a_paragraph_over_a_link_stays_unless_it_leads_there() -> None:
    assert left(*BODY, para("公司維持全年財測。"), para(SHORT)) == ["需求穩健", PROSE, "公司維持全年財測。"]
    assert left(head("點此下載"), linked("下載", SHORT)) == ["點此下載"]


@pytest.mark.parametrize(
    "last",
    [
        para("公司維持全年財測。"),
        para("營收年增18%"),
        para("蘋果(AAPL)同步走揚"),
        item("• 亞太:營收持平"),
        row("亞太 | 持平"),
        para("管理層重申明年產能分配與資本支出的優先順序不變,並強調先進製程訂單能見度已看到後年上半"),
        linked("亞馬遜(AMZN)", "https://www.cmoney.tw/forum/stock/AMZN"),
    ],
)
def test_what_the_article_tells_right_over_a_link_stays(last: Block) -> None:
    assert left(*BODY, last, para(SHORT), *NOTICE) == ["需求穩健", PROSE, last.text]


def test_the_one_line_of_a_heading_stays_over_a_link() -> None:
    texts = left(*BODY, head("結語"), para("需求仍待觀察"), para(SHORT))
    assert texts == ["需求穩健", PROSE, "結語", "需求仍待觀察"]
    assert left(*BODY, para("需求仍待觀察"), para("看懂大戶節奏"), para(SHORT))[-1] == "需求仍待觀察"


def test_what_went_is_counted() -> None:
    counts = counter()
    boilerplate(article(para("圖 / 路透"), *BODY, para(CALL), para(SHORT), *NOTICE), counts)
    assert counts == {"furniture": 1, "promotion": 2, "disclaimer": 2}


@pytest.mark.parametrize(("length", "stays"), [(80, False), (81, True)])
def test_what_leads_to_an_address_is_a_short_line(length: int, *, stays: bool) -> None:
    line = "想看更多" + "甲" * (length - 5) + ":"
    assert (line in left(*BODY, para(line), para(SHORT))) is stays


@pytest.mark.parametrize(("length", "stays"), [(40, False), (41, True)])
def test_what_stands_over_an_address_and_leads_there_by_its_place_is_shorter(length: int, *, stays: bool) -> None:
    line = "看懂大戶節奏" + "甲" * (length - 6)
    assert (line in left(*BODY, para(line), para(SHORT))) is stays


def test_an_arrow_over_what_leads_to_an_address_goes_with_it() -> None:
    assert left(*BODY, head("👇"), para("加入會員領取報告"), para(SHORT)) == ["需求穩健", PROSE]


def test_the_last_link_of_a_block_is_where_it_leads() -> None:
    links = Link("新聞稿", "https://ir.example.com/q3"), Link("點此下載", SHORT)
    assert left(*BODY, para("參考新聞稿,點此下載", *links)) == ["需求穩健", PROSE]
    text = "點此下載,參考新聞稿"
    assert left(*BODY, para(text, *reversed(links))) == ["需求穩健", PROSE, text]


@pytest.mark.parametrize(
    ("text", "stays"), [("公司公布財報。還能買嗎?", True), ("還能買嗎。?", True), ("還能買嗎?", False)]
)
def test_a_question_widget_is_one_sentence(text: str, *, stays: bool) -> None:
    widget = para(text, Link("還能買嗎", "https://aigc.cmoney.tw/q?id=5"))
    assert (text in left(head("需求穩健"), widget, para(PROSE))) is stays


def test_an_address_of_the_article_s_own_host_is_one_of_the_house() -> None:
    for url, texts in (("https://column.example.tw/1", [PROSE]), ("https://other.example.tw/1", [PROSE, "看更多"])):
        given = article(para(PROSE), linked("看更多", "https://column.example.tw/app"), url=url)
        assert [block.text for block in boilerplate(given, counter()).blocks] == texts


@pytest.mark.parametrize("words", ["大戶今天買了誰?", "同一張圖,看懂大戶的進出節奏", "公司維持全年財測。"])
def test_a_capture_ends_over_the_line_that_leads_on(words: str) -> None:
    lines = [
        "【美股動態】測試",
        "結論先行,需求穩健",
        PROSE,
        "後續觀察",
        PROSE,
        words,
        SHORT,
        *(block.text for block in NOTICE),
    ]
    capture = read_capture("\n\n".join(lines).encode(), "capture.txt")
    refined = boilerplate(normalise(capture, counter()), counter())
    kept = [words] if words.endswith("。") else []
    assert [block.text for block in refined.blocks] == [*lines[1:5], *kept]
