"""Tests of where the tail of a body begins, and of what its blocks are."""

from __future__ import annotations

import pytest

from pipelines.boilerplate_tail import is_entry, opened_by, tail_of
from tests.support.stage_articles import PROSE, head, item, linked, para, row

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
