"""Tests of the normal form."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.text import normal_text, normal_texts

INVISIBLE = {"Cc", "Cf", "Cs"}
ANY_TEXT = st.text(st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("財報亮眼，年增１２．５％。", "財報亮眼,年增12.5%。"),
        ("「毛利」、【美股動態】", "「毛利」、【美股動態】"),
        ("  a \t\r\n b\u3000\u00a0c\u2028d ", "a b c d"),
        ("AM\u200bZN\u200d\ufeff\u00ad", "AMZN"),
        ("\u202eABC\u202c\u2066D\u2069", "ABCD"),
        ("a\x00b\x07c\x1bd", "abcd"),
        ("x\ud800y\udfff", "xy"),
        ("e\u200d\u0301", "é"),
        ("ﬁn ①", "fin 1"),
        ("\u3164\u034f", ""),
        ("a\u034fb", "ab"),
        ("", ""),
    ],
)
def test_text_is_put_into_the_normal_form(raw: str, normal: str) -> None:
    assert normal_text(raw) == normal


@given(ANY_TEXT)
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal_text(normal_text(text)) == normal_text(text)


@given(ANY_TEXT)
def test_it_is_nfkc_without_anything_invisible(text: str) -> None:
    normal = normal_text(text)
    assert unicodedata.is_normalized("NFKC", normal)
    assert not {unicodedata.category(character) for character in normal} & INVISIBLE
    assert normal == " ".join(normal.split())


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=80))
def test_what_can_be_seen_stays(text: str) -> None:
    expected = " ".join(unicodedata.normalize("NFKC", text.replace("\u3164", " ")).split())
    assert normal_text(text) == expected


@given(
    st.lists(
        ANY_TEXT | st.sampled_from(["", " ", "\u0301", "　甲，乙", "a  b", "①¦", "\u0338", "\U000e0020x"]), max_size=8
    )
)
def test_many_at_once_are_each_what_they_are_alone(texts: list[str]) -> None:
    assert normal_texts(texts) == [normal_text(text) for text in texts]


def test_no_code_point_leaves_anything_invisible() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    kept = {character for character in map(normal_text, every) if character}
    assert not [character for text in kept for character in text if unicodedata.category(character) in INVISIBLE]
