"""Tests of the lists and of the everyday words."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from archive.model.text import normal_text
from pipelines.symbols import lists
from pipelines.symbols.notation import read_symbol


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("companies", 10365), ("funds", 2627), ("former", 6233), ("foreign", 8137), ("cusip", 28857),
        ("taiwan", 2356), ("names", 1150),
    ],
)  # fmt: skip
def test_a_list_has_its_date_its_source_and_its_rows(kind: str, rows: int) -> None:
    table = lists.table(kind)
    assert re.fullmatch(r"20\d\d-\d\d(?:-\d\d)?", table.as_of)
    assert table.as_of == lists.dates()[kind]
    assert len(table.source) > 10
    assert len(table.rows) >= rows
    assert len({len(row) for row in table.rows}) == 1


def test_share_classes_have_a_dot() -> None:
    assert {"AMZN", "BRK.B", "A", "TSM", "AI"} <= set(lists.companies())
    assert not [symbol for symbol in lists.companies() if "-" in symbol or symbol != symbol.strip()]


def test_former_symbols_have_their_years() -> None:
    (facebook,) = lists.former()["FB"]
    assert (facebook.name, facebook.first_year, facebook.last_year) == ("Facebook", 2012, 2024)
    (square,) = lists.former()["SQ"]
    assert square.last_year == int(lists.dates()["companies"][:4])


def test_what_a_symbol_is_called_today_is_listed_today() -> None:
    for symbol, renamed in lists.renamed().items():
        assert renamed.today is None or renamed.today in lists.companies(), symbol
        assert re.fullmatch(r"20\d\d-\d\d", renamed.until)


def test_short_names_are_those_of_codes_in_the_list() -> None:
    assert set(lists.taiwan_short_names()) <= set(lists.taiwan())


def test_names_are_in_the_normal_form() -> None:
    assert [name for name in lists.names_zh() if name != normal_text(name).casefold()] == []
    assert lists.names_zh()["馬拉松石油"] == {"MPC": True, "MRO": True}


@pytest.mark.parametrize("word", ["AI", "HBM", "IT", "ALL", "APP", "ARM", "API", "PC"])
def test_a_word_of_the_column_needs_proof(word: str) -> None:
    assert lists.everyday_words()[word].needs == "proof"


def test_every_word_is_written_as_a_symbol_and_its_names_as_the_column_writes() -> None:
    for word, meaning in lists.everyday_words().items():
        assert read_symbol(word) is not None
        assert len(word) > 1
        assert all(name and name == normal_text(name).casefold() for name in meaning.names)
        assert meaning.needs == "proof" or meaning.names, f"{word} needs a name that tells its meaning"


def test_no_list_is_read_by_an_import_of_the_stage() -> None:
    """A command that reads no article does not pay for the lists."""
    read = "import pipelines.tickers; from pipelines.symbols import lists; print(lists.companies.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
