"""Tests of how the lines that belong to no article are told from prose."""

from __future__ import annotations

import pytest

from archive.model.article import Block, Link
from pipelines.boilerplate_lines import inline_notice, inline_reading, is_link, is_question, is_short, label_of, line_of
from tests.support.stage_articles import URL, para

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
