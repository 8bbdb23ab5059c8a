"""Tests of the agreement between names and symbols."""

from __future__ import annotations

import pytest

from pipelines.symbols import names


@pytest.mark.parametrize(
    ("name", "symbol", "agreement"),
    [
        ("輝達", "NVDA", "certain"),
        ("連續買進輝達", "NVDA", "certain"),
        ("輝達公司", "NVDA", "certain"),
        ("美超微", "SMCI", "certain"),
        ("超微", "SMCI", "none"),
        ("廣達服務", "PWR", "certain"),
        ("嘉年華", "CCL", "certain"),
        ("全州保險", "ALL", "weak"),
        ("某公司", "NVDA", "none"),
        ("臉書", "FB", "certain"),
        ("Visa", "V", "certain"),
        ("看好Eli Lilly", "LLY", "certain"),
        ("Lilly", "LLY", "certain"),
        ("Super Micro", "SMCI", "certain"),
        ("NextEra能源", "NEE", "certain"),
        ("AMD", "AMD", "certain"),
        ("P&G", "PG", "certain"),
        ("Citi", "C", "certain"),
        ("Bank of America", "BAC", "certain"),
        ("Bank", "BAC", "none"),
        ("App", "APP", "none"),
        ("Digital", "DLR", "none"),
        ("AI", "AI", "none"),
        ("Arm架構", "ARM", "none"),
    ],
)
def test_how_well_a_name_fits_a_us_symbol(name: str, symbol: str, agreement: str) -> None:
    assert names.agreement(name, symbol) == agreement


@pytest.mark.parametrize(
    ("name", "code", "agrees"),
    [
        ("台積電", "2330", True),
        ("臺積電", "2330", True),
        ("供應商台積電", "2330", True),
        ("TSMC", "2330", True),
        ("中華電信", "2412", True),
        ("日月光", "3711", True),
        ("世界先進", "5347", True),
        ("國巨", "2327", True),
        ("世芯", "3661", True),
        ("元大美債20年", "00679B", True),
        ("國泰永續高股息ETF", "00878", True),
        ("小米", "1810", False),
        ("台灣", "2330", False),
        ("台灣", "3045", False),
        ("國泰", "00679B", False),
        ("某公司", "9999", False),
    ],
)
def test_whether_a_name_is_that_of_a_taiwanese_code(name: str, code: str, agrees: bool) -> None:
    assert names.taiwan_agrees(name, code) is agrees


@pytest.mark.parametrize(
    ("name", "symbol", "spelled"),
    [
        ("Electronic Medical Record", "EMR", True),
        ("the Cost of Goods Sold", "CGS", True),
        ("Retrieval-Augmented Generation", "RAG", True),
        ("Eli Lilly", "LLY", False),
        ("Visa", "V", False),
    ],
)
def test_whether_initials_spell_a_symbol(name: str, symbol: str, spelled: bool) -> None:
    assert names.spells(name, symbol) is spelled


def test_whose_name_it_is_instead() -> None:
    assert names.others("艾伯維", "LLY") == ["ABBV"]
    assert names.others("谷歌", "GOOGL") == []
    assert names.others("某公司", "LLY") == []


def test_a_company_s_word_behind_the_beginning_of_a_listed_name_is_no_part_of_it() -> None:
    assert names._is_shorter("日月光集團", "日月光投控")
    assert not names._is_shorter("陽光集團", "日月光投控")
