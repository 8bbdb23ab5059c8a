"""Tests of how brackets after names are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.article import Market
from pipelines.symbols.notation import Symbol, asides_in, brackets_in, read_symbol


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("AMZN", Symbol("AMZN", "US")),
        ("BRK.B", Symbol("BRK.B", "US")),
        ("BRK-B", Symbol("BRK.B", "US")),
        ("V", Symbol("V", "US")),
        ("2317", Symbol("2317", "TW")),
        ("0050", Symbol("0050", "TW")),
        ("00878", Symbol("00878", "TW")),
        ("006208", Symbol("006208", "TW")),
        ("00632R", Symbol("00632R", "TW")),
        ("NASDAQ:AMZN", Symbol("AMZN", "US", by_exchange=True)),
        ("NYSE: BRK.B", Symbol("BRK.B", "US", by_exchange=True)),
        ("Nasdaq: GOOG", Symbol("GOOG", "US", by_exchange=True)),
        ("AMZN-US", Symbol("AMZN", "US", by_exchange=True)),
        ("AMZN.US", Symbol("AMZN", "US", by_exchange=True)),
        ("BRK.B-US", Symbol("BRK.B", "US", by_exchange=True)),
        ("2330-TW", Symbol("2330", "TW", by_exchange=True)),
        ("2330.TW", Symbol("2330", "TW", by_exchange=True)),
        ("5347.TWO", Symbol("5347", "TW", by_exchange=True)),
        ("TWSE:2330", Symbol("2330", "TW", by_exchange=True)),
        ("美股代號:NVDA", Symbol("NVDA", "US", by_exchange=True)),
        ("那斯達克:NVDA", Symbol("NVDA", "US", by_exchange=True)),
        ("紐約證交所:V", Symbol("V", "US", by_exchange=True)),
        ("代號:NVDA", Symbol("NVDA", "US", by_exchange=True)),
        ("NVDA US", Symbol("NVDA", "US", by_exchange=True)),
        ("NVDA.O", Symbol("NVDA", "US", by_exchange=True)),
        ("台股代號:2330", Symbol("2330", "TW", by_exchange=True)),
        ("代號:1810", Symbol("1810", "TW")),
    ],
)
def test_a_symbol_is_read_by_its_shape(written: str, symbol: Symbol) -> None:
    assert read_symbol(written) == symbol


@pytest.mark.parametrize(
    "written",
    [
        "Q3",
        "YoY",
        "amzn",
        "ABCDEF",
        "A1",
        "10%",
        "1,234",
        "12",
        "123",
        "12345",
        "0012",
        "2024Q1",
        "S&P",
        "10/31",
        "AI晶片",
        "",
    ],
)
def test_what_has_no_such_shape_is_none(written: str) -> None:
    assert read_symbol(written) is None


@pytest.mark.parametrize(
    ("text", "names", "symbols"),
    [
        ("看好亞馬遜(AMZN)的", ("看好亞馬遜",), ["AMZN"]),
        ("Amazon (AMZN)", ("Amazon",), ["AMZN"]),
        ("Amazon(亞馬遜)(AMZN)", ("Amazon", "亞馬遜"), ["AMZN"]),
        ("亞馬遜(Amazon) (AMZN)", ("亞馬遜", "Amazon"), ["AMZN"]),
        ("Alphabet(GOOGL)(GOOG)", ("Alphabet",), ["GOOG"]),
        ("台積電(2330)(TSM)", ("台積電",), ["TSM"]),
        ("台積電ADR(TSM)", ("台積電ADR",), ["TSM"]),
        ("AT&T(T)", ("AT&T",), ["T"]),
        ("Amazon.com, Inc.(AMZN)", ("Amazon.com, Inc.",), ["AMZN"]),
        ("「輝達」(NVDA)", ("輝達",), ["NVDA"]),
        ("3M(MMM)", ("3M",), ["MMM"]),
        ("中租-KY(5871)", ("中租-KY",), ["5871"]),
        ("Alphabet(GOOGL、GOOG)", ("Alphabet",), ["GOOGL", "GOOG"]),
        ("兩家公司(AMZN/GOOGL)", ("兩家公司",), ["AMZN", "GOOGL"]),
        ("台積電(2330,TSM)", ("台積電",), ["2330", "TSM"]),
        ("台積電(2330;TSM)", ("台積電",), ["2330", "TSM"]),
        ("台積電(2330)ADR(TSM)", ("台積電",), ["TSM"]),
        ("看好Eli Lilly(LLY)", ("看好Eli Lilly",), ["LLY"]),
        ("Alphabet(GOOGL & GOOG)", ("Alphabet",), ["GOOGL", "GOOG"]),
        ("波克夏(BRK/B)", ("波克夏",), ["BRK.B"]),
        ("輝達(NVDA\u2011US)", ("輝達",), ["NVDA"]),
        ("輝達(NVDA,漲3%)", ("輝達",), ["NVDA"]),
        ("輝達(NVDA +3.2%)", ("輝達",), ["NVDA"]),
        ("輝達(NVDA,收盤價182.5美元,市值突破4.4兆美元,今年以來上漲三成五,本益比約為五十倍)", ("輝達",), ["NVDA"]),
        ("輝達($NVDA)", ("輝達",), ["NVDA"]),
    ],
)
def test_a_bracket_has_a_name_before_it(text: str, names: tuple[str, ...], symbols: list[str]) -> None:
    bracket = list(brackets_in(text))[-1]
    assert (bracket.names, [symbol.name for symbol in bracket.symbols]) == (names, symbols)


@pytest.mark.parametrize(
    "text",
    [
        "(AMZN)",
        "。(AMZN)",
        "2025(AMZN)",
        "- (AMZN)",
        "| (2330)",
        "亞馬遜:(AMZN)",
        "亞馬遜()",
        "亞馬遜(AMZN",
        "亞馬遜  (AMZN)",
    ],
)
def test_anything_else_is_no_evidence(text: str) -> None:
    assert not list(brackets_in(text))


def test_names_inside_a_bracket_are_apart_from_what_is_no_name() -> None:
    (bracket,) = brackets_in("英特爾(Intel, INTC, 漲2%)")
    assert (bracket.names, bracket.inner, bracket.is_pure) == (("英特爾",), ("Intel",), False)
    (bracket,) = brackets_in("(Intel, INTC)")
    assert (bracket.names, bracket.inner) == ((), ("Intel",))


def test_an_exchange_needs_no_name_before_it() -> None:
    assert [bracket.symbols for bracket in brackets_in("(NYSE:V)")] == [(Symbol("V", "US", by_exchange=True),)]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("輝達 $NVDA 上漲", [("NVDA", False, "輝達")]),
        ("NVDA.US上漲", [("NVDA", True, "")]),
        ("US$AMT", []),
        ("$nvda", []),
        ("$NVDAX1", []),
        ("輝達($NVDA)", []),
    ],
)
def test_symbols_marked_outside_brackets(text: str, marks: list[tuple[str, bool, str]]) -> None:
    assert [(symbol.name, symbol.by_exchange, before) for _, symbol, before, _ in asides_in(text)] == marks


@given(st.text("亞馬遜AMZNai(2317)、/.-: 」,%", max_size=40))
def test_every_bracket_found_stands_in_the_text(text: str) -> None:
    for bracket in brackets_in(text):
        assert text[bracket.place] == "("
        assert all(symbol.name.replace(".", "").isalnum() for symbol in bracket.symbols)
        assert all(name in text[: bracket.place] for name in bracket.names)
        assert all(name in text[bracket.place :] for name in bracket.inner)
        assert {symbol.market for symbol in bracket.symbols} <= set(Market.__args__)  # type: ignore[attr-defined]
