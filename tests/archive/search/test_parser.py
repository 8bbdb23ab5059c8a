"""The query language: what is read, and where a query is said to be wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.language.parser import DEEPEST, LONGEST, parse
from archive.search.language.query import All, Either, Equals, Not, Words, WrongQuery, words_of

A, B, C = (Words((letter,)) for letter in "abc")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("a b", All((A, B))),
        ("a OR b c", All((Either((A, B)), C))),
        ("a b OR c", All((A, Either((B, C))))),
        ("(a b) OR c", Either((All((A, B)), C))),
        ("a -b", All((A, Not(B)))),
        ("-(a OR b)", Not(Either((A, B)))),
        ("a or b", All((A, Words(("or",)), B))),
        ('"OR"', Words(("or",))),
        ("“a b”", Words(("a", "b"))),
        ("（a　OR　b）－c", All((Either((A, B)), Not(C)))),
        ("Ticker：nvda", Equals("ticker", "nvda")),
        ("tag:輝達(NVDA)", Equals("tag", "辉达(nvda)")),
        ('author:"a b"', Equals("author", "a b")),
        ("column:【美股】", Equals("column", "美股")),
        ("has:Problem", Equals("mark", "problem")),
        ("title:a", Words(("a",), "title")),
        ('heading:"a b"', Words(("a", "b"), "heading")),
        ("nvid*", Words(("nvid",), is_beginning=True)),
        ('"nvid*"', Words(("nvid", "*"))),
        ("title:HBM*", Words(("hbm",), "title", is_beginning=True)),
        ("GLP-1", Words(("glp", "-", "1"))),
        ("亞馬遜(AMZN)", Words(("亚", "马", "逊", "(", "amzn", ")"))),
        ("(亞馬遜(AMZN))", Words(("亚", "马", "逊", "(", "amzn", ")"))),
        ("10:30", Words(("10", ":", "30"))),
        ("營收:17%", Words(("营", "收", ":", "17", "%"))),
    ],
)
def test_what_is_read(query: str, wanted: object) -> None:
    assert parse(query) == wanted


@pytest.mark.parametrize(
    ("query", "place", "says"),
    [
        ("", 0, "nothing is searched for"),
        ("  ", 2, "nothing is searched for"),
        ("a OR", 4, "something is missing"),
        ("OR a", 0, "OR stands between"),
        ("a OR OR b", 5, "OR stands between"),
        ("輝達 (a", 3, "not closed"),
        ("()", 1, "nothing is searched for"),
        ("a)", 1, "closes nothing"),
        ('輝達 "a', 3, "quotation mark"),
        ("--a", 1, "one `-`"),
        ("輝達 foo:x", 3, "no field 'foo'"),
        ("ticker:", 0, "no value"),
        ("ticker: x", 0, "no value"),
        ('tag:""', 4, "empty value"),
        ("since:x", 6, "is no date"),
        ("since:9999-12-31 until:9999-12-31", 6, "outside the calendar"),
        ("has:x", 4, "revision and problem"),
        ("輝達*", 2, "Chinese is found within words"),
        ("a-b*", 3, "goes on from one run"),
        ("a ・", 2, "nothing in '・'"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), DEEPEST, "deep"),
        ("x" * (LONGEST + 1), LONGEST, "longer than"),
    ],
)
def test_where_a_query_is_wrong(query: str, place: int, says: str) -> None:
    with pytest.raises(WrongQuery, match=says) as raised:
        parse(query)
    assert raised.value.place == place
    assert f"character {place + 1}:" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_bounds_themselves_are_fine() -> None:
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST) == A
    assert isinstance(parse("x" * LONGEST), Words)


@given(st.text(st.one_of(st.sampled_from('ab輝"():-*OR 　“：・ticker'), st.characters())))
def test_any_text_is_read_or_refused(query: str) -> None:
    try:
        clause, place = parse(query), 0
    except WrongQuery as error:
        clause, place = A, error.place
    assert 0 <= place <= len(query)
    assert all(words.terms for words in words_of(clause))


def test_what_is_excluded_is_not_looked_for() -> None:
    assert list(words_of(parse("a -b (c OR -a)"))) == [A, C]
