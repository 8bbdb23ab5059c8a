"""Snippets: which piece of a text is shown, and that nothing of it is changed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.language.parser import parse
from archive.search.language.query import Words, words_of
from archive.search.language.snippets import LENGTH, Passage, Piece, marked_title, snippet


def words(query: str) -> list[Words]:
    return list(words_of(parse(query)))


def joined(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def marked(pieces: Iterable[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.is_marked]


def test_the_block_with_most_of_the_words() -> None:
    blocks = [
        Passage("輝達", True),
        Passage("只有輝達。", False),
        Passage("輝達的毛利率。", False),
        Passage("輝達毛利率", False),
    ]
    shown = snippet(blocks, words("輝達 毛利率"))
    assert (joined(shown), marked(shown)) == ("輝達的毛利率。", ["輝達", "毛利率"])


def test_without_words_the_beginning_of_the_first_paragraph() -> None:
    assert snippet([Passage("標題", True), Passage("段落。", False)], words("title:別的")) == (Piece("段落。"),)
    assert snippet([], words("輝達")) == ()


@pytest.mark.parametrize("before", [0, 1, 24, 25, 200, 500])
@pytest.mark.parametrize("behind", [0, 1, 95, 96, 97, 500])
def test_a_long_block_is_cut_around_its_first_mark(before: int, behind: int) -> None:
    text = "前" * before + "輝達" + "後" * behind
    shown = snippet([Passage(text, False)], words("輝達"))
    assert marked(shown) == ["輝達"]
    plain = joined(shown).strip("…")
    assert plain in text
    assert len(plain) <= LENGTH
    assert len(plain) == min(len(text), LENGTH)
    assert joined(shown).startswith("…") == (not text.startswith(plain))
    assert joined(shown).endswith("…") == (not text.endswith(plain))


def test_marks_that_overlap_or_touch_are_one_piece() -> None:
    assert marked(marked_title("輝達公布財報", words("輝達公 達公布 財報"))) == ["輝達公布財報"]
    assert marked(marked_title("輝達、輝達", words("輝達"))) == ["輝達", "輝達"]


def test_a_word_that_asks_for_headings_marks_headings_only() -> None:
    query = words("heading:輝達")
    assert marked(marked_title("輝達", query)) == []
    assert snippet([Passage("輝達在文中。", False), Passage("輝達在標題", True)], query)[0] == Piece("輝達", True)


@given(st.text(st.sampled_from("輝達公布AI12,3. "), max_size=300), st.sampled_from(["輝", "輝達", "AI", "12", "達 公"]))
def test_pieces_are_the_text(text: str, query: str) -> None:
    assert joined(marked_title(text, words(query))) == text
    assert joined(snippet([Passage(text, False)], words(query))).strip("…") in text
