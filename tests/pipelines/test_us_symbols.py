"""Tests of the symbol list and of the everyday words."""

from __future__ import annotations

import pytest

from archive.model.text import normal_text
from pipelines.ticker_brackets import read_symbol
from pipelines.us_symbols import everyday_words, us_symbols

NOT_LISTED = """
ADAS ADR AUM AWS BPS CAGR CBO CEO CES CFO CPI CPO CPU CSP CXL DCF DOE DOJ DRAM EBIT ECB EPA EPS ESG ETF EUR
EUV EV FAA FCC FDA FED FOMC FPGA FSD FTC GAAP GDP GMV GPT GPU HDD HPC IAAS IMF IPO IRA JPY LED LLM LTV MACD
MAU MCP MOU NAND NAV NPU NRR NTD ODM OEM OPEC PCE PE PER PPA PPI QE QOQ QT RAG REIT REITS ROA ROE ROI ROIC RPO
SAAS SEC SOFR SUV TAM TPU TTM USD VIX VR XR YOY YTD
"""


def test_the_list_says_as_of_when_it_is_and_has_dots_for_share_classes() -> None:
    known = us_symbols()
    assert known.as_of == "autumn 2026"
    assert len(known.symbols) == 10365
    assert {"AMZN", "BRK.B", "A", "TSM", "AI"} <= known.symbols
    assert not [symbol for symbol in known.symbols if "-" in symbol or symbol != symbol.strip()]
    assert "symbol" not in known.symbols


@pytest.mark.parametrize("word", ["AI", "HBM", "IT", "ALL", "APP", "ARM", "API", "PC"])
def test_a_word_of_the_column_needs_proof(word: str) -> None:
    assert everyday_words()[word].needs == "proof"


def test_every_word_is_written_as_a_symbol_and_its_names_as_the_column_writes() -> None:
    for word, meaning in everyday_words().items():
        assert read_symbol(word) is not None
        assert len(word) > 1
        assert all(name and name == normal_text(name).casefold() for name in meaning.names)
        assert meaning.needs == "proof" or meaning.names, f"{word} needs a name that tells its meaning"


def test_the_words_that_are_no_symbols_are_known() -> None:
    """After a refresh of the list: what has become a symbol, or is none any more, is looked at by a person."""
    assert {word for word in everyday_words() if word not in us_symbols().symbols} == set(NOT_LISTED.split())
