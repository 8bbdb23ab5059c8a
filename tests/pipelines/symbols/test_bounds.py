"""Bounds in which names and symbols are looked for, at each and one beyond."""

from __future__ import annotations

import pytest

from pipelines.symbols import names, reasons, terms
from pipelines.symbols.notation import Symbol, asides_in, brackets_in, explained_in
from pipelines.symbols.proof import judge
from pipelines.symbols.sighting import Sighting

LONGEST_ZH = "vanguard標普500etf"  # sixteen characters, as long as names are looked up


def us(symbol: str, *names_before: str, **shown: object) -> Sighting:
    return Sighting(Symbol(symbol, "US"), "bracket", names_before, **shown)  # type: ignore[arg-type]


def tw(code: str, *names_before: str) -> Sighting:
    return Sighting(Symbol(code, "TW"), "bracket", names_before)


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("看好" + " ".join("ABCDEFG"), "看好A B C D E F G"),
        (" ".join("ABCDEFGH"), "B C D E F G H"),
        ("a" * 120, "a" * 120),
        ("b" + "a" * 120, "a" * 120),
        ("甲公司, Inc.", "Inc."),
        ("Alpha, Inc.", "Alpha, Inc."),
        ("Alpha 甲公司", "甲公司"),
    ],
)
def test_a_name_is_looked_for_in_a_window_and_has_seven_words(before: str, name: str) -> None:
    (bracket,) = brackets_in(f"{before}(NVDA)")
    assert bracket.names == (name,)


@pytest.mark.parametrize(("length", "names"), [(60, ["Alpha"]), (61, [])])
def test_a_bracket_between_a_name_and_a_symbol_is_short(length: int, names: list[str]) -> None:
    assert [bracket.names[0] for bracket in brackets_in(f"Alpha({'乙' * length})(NVDA)")] == names


@pytest.mark.parametrize(("length", "inner"), [(60, ("y" * 60,)), (61, ())])
def test_a_name_in_a_bracket_is_short(length: int, inner: tuple[str, ...]) -> None:
    (bracket,) = brackets_in(f"甲公司({'y' * length}, NVDA)")
    assert bracket.inner == inner


@pytest.mark.parametrize(("length", "count"), [(160, 1), (161, 0)])
def test_a_bracket_is_short(length: int, count: int) -> None:
    content = "NVDA, " + "y" * (length - 6)
    assert len(list(brackets_in(f"甲公司({content})"))) == count


def test_what_follows_a_bracket_is_a_few_characters() -> None:
    (bracket,) = brackets_in("甲公司(NVDA)一二三四五六七")
    assert bracket.after == "一二三四五六"


@pytest.mark.parametrize(("length", "count"), [(1, 0), (2, 1), (60, 1), (61, 0)])
def test_a_name_that_explains_a_symbol_is_no_letter_and_short(length: int, count: int) -> None:
    assert len(list(explained_in(f"看好NVDA({'甲' * length})"))) == count


def test_a_symbol_in_a_bracket_is_no_aside_and_one_beside_it_is() -> None:
    text = "$AAPL(以及$MSFT)$NVDA"
    assert [symbol.name for _, symbol, _, _ in asides_in(text)] == ["AAPL", "NVDA"]
    (_, _, _, after), *_ = asides_in("$AAPL" + "甲" * 121)
    assert after == "甲" * 120


def test_a_chinese_name_is_looked_up_as_long_as_names_are() -> None:
    assert len(LONGEST_ZH) == 16
    assert names.known_symbols(LONGEST_ZH) == names.known_symbols(f"看好{LONGEST_ZH}") == {"VOO": True}
    assert names.known_symbols("惠普") != {}
    assert names.known_symbols("普") == {}


@pytest.mark.parametrize(
    ("name", "symbol", "agreement"),
    [
        ("超微半導", "AMD", "certain"),  # all but the last character of a certain name
        ("超微半", "AMD", "certain"),  # half of it
        ("亞歷山", "ARE", "certain"),
        ("美國國", "AIG", "certain"),
        ("美國家", "AFL", "certain"),
        ("查爾斯", "CRL", "none"),  # three of seven
        ("亞瑟", "AJG", "none"),  # two characters are too few
    ],
)
def test_the_beginning_of_a_certain_name_is_half_of_it_and_three_characters(
    name: str, symbol: str, agreement: str
) -> None:
    assert names.agreement(name, symbol) == agreement


@pytest.mark.parametrize(
    ("name", "code", "agrees"),
    [
        ("鴻海股份企業集團", "2317", True),  # six characters that companies add
        ("鴻海股份企業集團公", "2317", False),
        ("日月光投控股份企業集團", "3711", True),
        ("日月光投控股份企業集團電", "3711", False),
        ("日月光投", "3711", True),  # all but one
        ("日月", "3711", False),  # less than half of 日月光投控
        ("鴻", "2317", False),
    ],
)
def test_a_taiwanese_name_may_be_longer_or_shorter_by_so_much(name: str, code: str, agrees: bool) -> None:
    assert names.taiwan_agrees(name, code) is agrees


@pytest.mark.parametrize(
    ("name", "is_company"), [("格羅方德", True), ("賽靈", True), ("靈", False), ("中羅方德", False)]
)
def test_foreign_names_are_told_by_their_last_characters(name: str, is_company: bool) -> None:
    assert terms.is_company(name) is is_company


@pytest.mark.parametrize(
    ("name", "code", "refusal"),
    [
        ("歷史", "1899", "no_company"),
        ("歷史", "1900", "year"),
        ("歷史", "2100", "year"),
        ("歷史", "2101", "no_company"),
        ("目標價", "2330", "no_company"),
        ("價漲台積電", "2330", None),
    ],
)
def test_a_code_after_another_name_can_be_a_year(name: str, code: str, refusal: str | None) -> None:
    assert judge(tw(code, name)).refusal in ({refusal, "unlisted"} if refusal == "no_company" else {refusal})


@pytest.mark.parametrize(
    ("symbol", "after", "refusal"),
    [("ADMG", "", None), ("DKS", "", "unproven"), ("DKS", "股價", None)],
)
def test_after_an_unknown_name_a_symbol_is_long_or_traded(symbol: str, after: str, refusal: str | None) -> None:
    assert judge(us(symbol, "紫霞居", after=after)).refusal == refusal


@pytest.mark.parametrize("length", [24, 25])
def test_a_problem_shows_the_end_of_a_long_name(length: int) -> None:
    line = reasons.refused(us("ABC", "始" + "名" * (length - 1)), "unproven")
    assert ("始" in line) == (length == 24)
    assert line.startswith(f"ABC (after {'始' if length == 24 else '名'}")
