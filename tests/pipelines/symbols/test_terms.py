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
