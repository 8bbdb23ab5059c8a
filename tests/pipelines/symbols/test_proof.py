"""What proves a symbol, a case for each ground; which Latin names are like a symbol."""

from __future__ import annotations

from typing import Any

import pytest

from archive.model.article import EvidenceKind
from pipelines.symbols.notation import Symbol
from pipelines.symbols.proof import ListKind, _is_like, judge, listing, today_of
from pipelines.symbols.sighting import Sighting


@pytest.mark.parametrize(
    ("name", "symbol", "expected"),
    [
        ("F", "F", True),
        ("Ford", "F", False),
        ("Ford Group", "FG", False),
        ("TSMC", "TSM", True),
        ("ATSM", "TSM", False),
        ("TMS", "TSM", False),
        ("BigCo", "ABCD", True),
        ("Big Co", "ABCD", False),
        ("A Big Cod", "ABCD", True),
        ("AB", "AB", True),
        ("ABC", "AB", False),
        ("Tesum", "TSM", True),
        ("Txyz", "TSM", False),
    ],
)
def test_a_name_that_no_list_knows_is_like_a_symbol(name: str, symbol: str, *, expected: bool) -> None:
    assert _is_like(name, symbol) is expected


def symbols(*names: str) -> tuple[Symbol, ...]:
    return tuple(Symbol(name, "US") for name in names)


@pytest.mark.parametrize(
    ("symbol", "names", "shown", "refusal", "problem", "today"),
    [
        ("GE", ("霸菱航空", "標普500ETF"), {"year": 2014}, "unproven", "could be an abbreviation", None),
        ("GE", (), {"beside": symbols("ADMG", "TSM")}, "unproven", "could be an abbreviation", None),
        ("GE", ("TSMC",), {}, "unproven", "could be an abbreviation", None),
        ("AC", ("可口可樂",), {"is_full": True}, None, "which is the name of KO", None),
        ("AC", ("毛利率", "人工智慧"), {"is_full": True}, "everyday_word", "everyday word", None),
        ("C", ("某公司",), {"is_full": True}, "everyday_word", "everyday word", None),
        ("AI", ("C3交流電", "人工智慧"), {}, "everyday_word", "", None),
        ("AI", ("C3人工智慧",), {}, "everyday_word", "everyday word", None),
        ("AI", ("看好C人工智慧",), {}, "everyday_word", "everyday word", None),
        ("AI", ("C-3人工智慧",), {}, "everyday_word", "everyday word", None),
        ("VOO", ("三倍做多那斯達克",), {}, None, "", None),
        ("TSM", ("Zzz", "Tesum"), {}, None, "", None),
        ("TSM", ("Tesum", "Zzz"), {}, "unproven", "could be an abbreviation", None),
        ("AI", ("看好AI 人工智慧",), {}, "everyday_word", "", None),
        ("XYZQ", ("TSMC",), {}, "unlisted", "in no list of US symbols", None),
        ("XYZQ", ("惠普",), {}, "unlisted", "in no list of US symbols", None),
        ("XYZQ", ("TSMC", "鴻海精密"), {}, "unlisted", "", None),
        ("XQ", ("標普500ETF",), {}, "unlisted", "", None),
        ("XQ", (), {"evidence": "link"}, "unlisted", "is linked as a stock", None),
        ("A1B", (), {}, "unlisted", "", None),
        ("EMR", ("Emmer",), {}, None, "", None),
        ("NTEI", ("輝達",), {"beside": symbols("ADMG", "GE", "TSM")}, "unlisted", "", None),
        ("NTEI", ("TSMC",), {"evidence": "tag"}, None, "", None),
        ("FLMZF", (), {"evidence": "link", "is_loose": True}, None, "", None),
        ("ABC", ("Ford",), {"beside": symbols("ABC", "A1B")}, None, "", "COR"),
        ("ABC", ("霸菱航空", "C3交流電"), {"year": 2025}, "unlisted", "", None),
        ("AAC", ("Emmer", "TSMC"), {"year": 2003}, "unlisted", "", None),
        ("VOO", ("輝達",), {}, "unproven", "could be an abbreviation", None),
        ("VOO", ("國際貨幣基金ETF",), {}, None, "", None),
        ("ADMG", ("某公司",), {}, None, "", None),
        ("ABMD", ("看好輝達", "看好交流電"), {"year": 2022}, "no_company", "no company's name", None),
        ("FG", ("超微",), {}, "unproven", "could be an abbreviation", None),
        ("KO", ("惠普",), {}, None, "which is the name of HPQ", None),
        ("AMD", ("超微",), {}, None, "", None),
        ("ALL", ("全州保險",), {}, "everyday_word", "everyday word", None),
        ("TSM", ("晶片股",), {}, "unproven", "could be an abbreviation", None),
        ("TSM", ("霸菱航空",), {"year": 2012}, None, "", None),
        ("TSM", ("晶片股",), {"beside": symbols("AI")}, "unproven", "could be an abbreviation", None),
        ("TSM", ("晶片股",), {"beside": symbols("NVDA", "AI")}, None, "", None),
        ("ADMG", ("Xerad Ming", "Ad Mango"), {}, None, "", None),
    ],
)
def test_a_us_symbol_is_believed_on_each_ground(
    symbol: str, names: tuple[str, ...], shown: dict[str, Any], refusal: str | None, problem: str, today: str | None
) -> None:
    verdict = judge(Sighting(Symbol(symbol, "US"), names=names, **{"evidence": "bracket", **shown}))
    assert (verdict.refusal, verdict.today) == (refusal, today)
    assert problem in verdict.reason
    assert bool(verdict.reason) == bool(problem)


@pytest.mark.parametrize(
    ("code", "evidence", "names", "refusal", "problem"),
    [
        ("9999", "bracket", ("通用",), "unlisted", ""),
        ("9999", "bracket", ("旭東機械",), "unlisted", "is not in the list"),
        ("2100", "tag", ("通用",), "year", ""),
        ("2101", "tag", ("通用",), None, "is the code of 南港"),
        ("1900", "link", (), None, ""),
        ("1900", "bracket", ("通用",), "year", ""),
        ("3711", "tag", ("超微",), None, "is the code of 日月光投控"),
        ("3711", "bracket", ("超微",), "no_company", "is the code of 日月光投控"),
        ("3711", "bracket", ("台積電營收",), "no_company", ""),
        ("3711", "bracket", ("TSMC",), "no_company", ""),
    ],
)
def test_a_taiwanese_code_is_believed_on_each_ground(
    code: str, evidence: EvidenceKind, names: tuple[str, ...], refusal: str | None, problem: str
) -> None:
    verdict = judge(Sighting(Symbol(code, "TW"), evidence, names))
    assert verdict.refusal == refusal
    assert problem in verdict.reason
    assert bool(verdict.reason) == bool(problem)


@pytest.mark.parametrize(
    ("symbol", "year", "kind"),
    [
        ("AAAU", None, "fund"),
        ("ACP", None, "fund"),
        ("NVDA", None, "company"),
        ("AAC", 2013, "cusip"),
        ("AAC", 2014, "former"),
        ("AAC", 2024, "former"),
        ("AAC", 2025, "cusip"),
        ("AAC", None, "former"),
        ("FLMZF", None, "foreign"),
        ("NTEI", None, "cusip"),
        ("XYZQ", None, "none"),
    ],
)
def test_in_which_list_a_symbol_stands(symbol: str, year: int | None, kind: ListKind) -> None:
    assert listing(symbol, year) == kind


@pytest.mark.parametrize(
    ("symbol", "month", "today"),
    [
        ("ABC", "", "COR"),
        ("ABMD", "", None),
        ("GOLD", "", None),
        ("GOLD", "2025-05", "B"),
        ("GOLD", "2025-06", None),
        ("NVDA", "2016-01", None),
    ],
)
def test_what_a_symbol_is_called_today(symbol: str, month: str, today: str | None) -> None:
    assert today_of(symbol, month) == today
