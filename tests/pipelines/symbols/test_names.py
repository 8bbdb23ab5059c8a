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
        ("Johnson & Johnson", "JNJ", "certain"),
        ("J&J", "JNJ", "certain"),
        ("JJ", "JNJ", "none"),
        ("PG", "PG", "none"),
        ("MS", "MS", "none"),
        ("IB", "IBM", "none"),
        ("IBM", "IBM", "certain"),
        ("ibm", "IBM", "none"),
        ("BOA", "BAC", "certain"),
        ("B of A", "BAC", "none"),
        ("Advanced Micro", "AMD", "certain"),
        ("Micro", "AMD", "none"),
        ("Devices", "AMD", "certain"),
        ("Morgan Stanley", "MS", "certain"),
        ("Stanley", "MS", "certain"),
        ("AT&T", "T", "certain"),
        ("Texas", "TXN", "certain"),
        ("Tex", "TXN", "none"),
        ("Texas Instr", "TXN", "none"),
        ("Super", "SMCI", "none"),
        ("Super Micro Computer", "SMCI", "certain"),
        ("Micro Computer", "SMCI", "certain"),
        ("Business", "IBM", "none"),
        ("International Business", "IBM", "none"),
        ("Business Machines", "IBM", "certain"),
        ("Lill", "LLY", "none"),
        ("illy", "LLY", "none"),
        ("看好 Visa", "V", "certain"),
        ("Vis", "V", "none"),
        ("Électronic Arts", "EA", "certain"),
        ("McDonald's", "MCD", "certain"),
        ("Lowe’s", "LOW", "certain"),
        ("Cencora", "ABC", "certain"),
        ("AmerisourceBergen能源", "ABC", "certain"),
        ("Facebook", "META", "none"),
        ("臉書", "META", "certain"),
        ("Berkshire Hathaway", "BRK.B", "certain"),
        ("輝達」", "NVDA", "certain"),
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
        ("Tsmc", "2330", True),
        ("台 積 電", "2330", True),
        ("KY台積電", "2330", True),
        ("台積電科", "2330", True),
        ("台積", "2330", True),
        ("積電", "2330", False),
        ("電", "2330", False),
        ("日月光集團", "3711", True),
        ("日月集團", "3711", False),
        ("富邦金控", "2881", True),
        ("中信金控", "2891", True),
        ("聯發", "2454", True),
        ("發科", "2454", False),
        ("大立光電", "3008", True),
        ("統一超商", "2912", True),
        ("統一企業", "1216", True),
        ("中華", "2412", False),
        ("元大美", "00679B", False),
        ("國泰永", "00878", False),
        ("國泰永續", "00878", True),
        ("國泰高股息", "00878", False),
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
        ("Electronic Medical", "EM", True),
        ("see Electronic Medical Record", "EMR", True),
        ("of Medical Record", "MR", True),
        ("The One Two", "TOT", True),
        ("The One Two", "OT", True),
        ("eBay NetWork", "BNW", True),
        ("A B", "AB", True),
        ("AB", "AB", False),
        ("One Two", "O.T", True),
        ("One Two", "E.T", False),
        ("Data Center", "D", False),
        ("Data-Center", "DC", True),
    ],
)
def test_whether_initials_spell_a_symbol(name: str, symbol: str, spelled: bool) -> None:
    assert names.spells(name, symbol) is spelled


def test_whose_name_it_is_instead() -> None:
    assert names.others("艾伯維", "LLY") == ["ABBV"]
    assert names.others("谷歌", "GOOGL") == []
    assert names.others("某公司", "LLY") == []
    assert names.others("全州保險", "GM") == [], "no certain name"
    assert names.others("Ford Motor", "GM")[0] == "F"
    assert names.others("NVIDIA Corporation", "AMD") == ["NVDA"]
    assert names.others("Visa", "MA") == ["V"]
    assert names.others("Visa", "V") == names.others("Vis", "MA") == names.others("The", "MA") == []
    assert names.others("波克夏", "BRK.A") == [], "a share class of the same company"


def test_the_longest_chinese_name_at_the_end_counts() -> None:
    assert names.known_symbols("看好輝達公司") == names.known_symbols("輝達」") == {"NVDA": True}
    assert names.known_symbols("臺積電") == {"TSM": True}
    assert names.known_symbols("全州保險") == {"ALL": False}
    assert names.known_symbols("達") == names.known_symbols("") == names.known_symbols("公司") == {}
    assert [names.is_named(symbol) for symbol in ("NVDA", "F", "DKS")] == [True, True, False]


def test_a_company_s_word_behind_the_beginning_of_a_listed_name_is_no_part_of_it() -> None:
    assert names._is_shorter("日月光集團", "日月光投控")
    assert not names._is_shorter("陽光集團", "日月光投控")
