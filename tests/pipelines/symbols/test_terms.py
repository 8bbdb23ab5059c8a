"""Tests of what a Chinese name looks like."""

from __future__ import annotations

import pytest

from pipelines.symbols import terms


@pytest.mark.parametrize(
    "name",
    [
        "毛利率",
        "成交量",
        "淨值",
        "採購經理人指標",
        "客戶關係管理系統",
        "移民局",
        "國防部",
        "能源署",
        "多發性硬化症",
        "數位市場法",
        "德國",
        "非洲",
        "布林通道",
        "固態電池",
    ],
)
def test_terms_that_are_no_company(name: str) -> None:
    assert terms.is_term(name)
    assert terms.is_term(f"市場看好{name}")


@pytest.mark.parametrize("name", ["賽靈思", "輝達", "洛克威爾自動化", "摩托羅拉系統", "某公司"])
def test_names_that_are_no_terms(name: str) -> None:
    assert not terms.is_term(name)


@pytest.mark.parametrize(
    ("name", "is_company"),
    [("賽靈思", True), ("霸菱航空", True), ("航空", False), ("某某", False), ("中央銀行", False)],
)
def test_what_looks_like_a_company(name: str, is_company: bool) -> None:
    assert terms.is_company(name) is is_company


@pytest.mark.parametrize(
    ("name", "is_fund"),
    [("標普500ETF", True), ("三倍做多那斯達克", True), ("20年期美債", True), ("國際貨幣基金", False), ("輝達", False)],
)
def test_what_looks_like_a_fund(name: str, is_fund: bool) -> None:
    assert terms.is_fund(name) is is_fund


def test_what_a_name_ends_in() -> None:
    assert (terms.latin_end("某NextEra"), terms.latin_end("羅"), terms.latin_end("")) == ("NextEra", "", "")
    assert terms.ends_as_company("旭東機械")
    assert not terms.ends_as_company("東機械"), "one character before it is no name"
    assert terms.has_chinese("Arm架構")
    assert not terms.has_chinese("Arm")


def test_a_name_that_sounds_foreign_may_end_as_terms_do() -> None:
    assert terms.is_term("航空思科系統")
    assert terms.is_term("哈德貝集團系統")
    assert not terms.is_term("哈德貝自動化")
    assert not terms.is_term("")


@pytest.mark.parametrize(
    ("name", "is_company", "is_sure"),
    [
        ("羅礦業", False, False),
        ("思科", True, False),
        ("羅科技思", True, False),
        ("羅方德某", False, False),
        ("格羅方德礦業", True, True),
        ("方某德某礦業", True, False),
    ],
)
def test_a_company_s_name_sounds_foreign_before_its_end(name: str, is_company: bool, is_sure: bool) -> None:
    assert terms.is_company(name) is is_company
    assert terms.is_surely_company(name) is is_sure


@pytest.mark.parametrize("name", ["三倍做多半導體業", "兩倍槓桿半導體業", "貝萊德環球", "費半指數"])
def test_a_fund_is_known_by_its_house_its_leverage_or_its_index(name: str) -> None:
    assert terms.is_fund(name)
