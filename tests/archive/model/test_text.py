"""Texts and titles: the normal form, the likeness of titles, and damaged characters."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.text import ALIKE, SURELY_ALIKE, is_garbled, likeness, normal_text, normal_texts

INVISIBLE = {"Cc", "Cf", "Cs"}
WIDE = "".join(map(chr, (0x2026, 0x3000, *range(0xFF01, 0xFF5F), *range(0xFF61, 0xFFA0))))
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
        ("10⁹ 2½ ㎡ ① ™ Ⅱ ㈱ ﬁn", "10⁹ 2½ ㎡ ① ™ Ⅱ ㈱ ﬁn"),
        ("結論先行︰甲﹏乙﹐丙﹙丁﹚", "結論先行︰甲﹏乙﹐丙﹙丁﹚"),
        ("NVDA\u2011US\u2013\u2014\u2010", "NVDA\u2011US\u2013\u2014\u2010"),
        ("￥１００～２００＄｜［＠］", "￥100~200$|[@]"),
        ("ｱﾏｿﾞﾝ｢ｶﾞ｣ﾊﾟｰﾄ｡", "アマゾン「ガ」パート。"),
        ("待續……", "待續......"),
        ("\uf9dc\u212b", "\u9686\u00c5"),
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
def test_it_is_nfc_without_anything_invisible(text: str) -> None:
    normal = normal_text(text)
    assert unicodedata.is_normalized("NFC", normal)
    assert not {unicodedata.category(character) for character in normal} & INVISIBLE
    assert not [character for character in normal if character in WIDE]
    assert normal == " ".join(normal.split())


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=80))
def test_all_but_width_stays(text: str) -> None:
    resized = re.sub(f"[{WIDE}]+", lambda match: unicodedata.normalize("NFKC", match[0]), text.replace("\u3164", " "))
    assert normal_text(text) == " ".join(unicodedata.normalize("NFC", resized).split())


@given(
    st.lists(
        ANY_TEXT
        | st.sampled_from(["", " ", "\u0301", "　甲，乙", "a  b", "①¦", "\u0338", "ｶ", "ﾞ", "…", "\U000e0020x"]),
        max_size=8,
    )
)
def test_many_at_once_are_each_what_they_are_alone(texts: list[str]) -> None:
    assert normal_texts(texts) == [normal_text(text) for text in texts]


def test_no_code_point_leaves_anything_invisible() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    kept = {character for character in map(normal_text, every) if character}
    assert not [character for text in kept for character in text if unicodedata.category(character) in INVISIBLE]


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("甲乙丙丁戊己", "甲乙丙丁戊庚", 0.8),
        ("甲乙丙丁戊", "甲乙丙庚辛", 0.5),
        ("甲乙丙丁", "甲乙庚辛", 1 / 3),
        ("【美股動態】甲乙丙", "甲乙、丙", 1.0),
        ("【美股】【動態】甲乙", "動態甲乙", 1.0),
        ("APPLE 財報", "apple財報", 1.0),
        ("甲", "乙", 1.0),
        ("甲", "乙丙丁", 1.0),
        ("甲乙", "丙丁", 0.0),
    ],
)
def test_likeness_is_the_share_of_pairs_of_the_shorter_title(text: str, other: str, expected: float) -> None:
    assert likeness(text, other) == likeness(other, text) == pytest.approx(expected)
    assert (ALIKE, SURELY_ALIKE) == (0.5, 0.8)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("甲\ufffd", True),
        ("□甲", False),
        ("□□甲", True),
        ("▯☐", True),
        ("éèê", False),
        ("éèêë", True),
        ("éèêë甲", False),
        ("\u007f\u0080\u00ff\u0100\u00e9\u00e9", True),
        ("\u007f\u0080\u00ff\u0100\u00e9", False),
    ],
)
def test_damaged_characters(title: str, expected: bool) -> None:
    assert is_garbled(title) is expected
