"""Folding keeps the length, and makes one of what a reader takes for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.language.folding import fold


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("英伟达", "英偉達"), ("臺灣", "台灣"), ("發佈", "發布"), ("ＡＩ", "AI"), ("Café", "cafe"), ("綫上", "線上"),
        ("裏程碑", "里程碑"), ("ﾃｽﾄ", "テスト"), ("薴", "苧"), ("ΑΣ", "ας".replace("ς", "σ")),
    ],
)  # fmt: skip
def test_what_is_one(text: str, other: str) -> None:
    assert fold(text) == fold(other)


@pytest.mark.parametrize(("text", "other"), [("が", "か"), ("計劃", "計畫"), ("1.2", "1,2"), ("妳", "你")])
def test_what_is_not(text: str, other: str) -> None:
    assert fold(text) != fold(other)


@given(st.text())
def test_a_place_stays_a_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert [fold(character) for character in text] == list(folded)
