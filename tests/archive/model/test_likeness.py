"""Likeness of titles in `archive.model.text`: what of two counts, and which characters are damaged."""

from __future__ import annotations

import pytest

from archive.model.text import ALIKE, SURELY_ALIKE, is_garbled, likeness


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
