"""Pieces of a hit's title and text in which the words of the query are marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from archive.search.language.matching import Mark, marks
from archive.search.language.query import Words

LENGTH: Final = 120
"""Characters of a snippet, about."""

_BEFORE: Final = 24
"""Characters of it before the first mark, at most."""


class Piece(NamedTuple):
    """A piece of a text, plain, for a template to escape.

    Attributes:
        text: The piece.
        is_marked: Whether words of the query stand in it.
    """

    text: str
    is_marked: bool = False


class Passage(NamedTuple):
    """A block of an article's text."""

    text: str
    is_heading: bool


def marked_title(title: str, words: Sequence[Words]) -> tuple[Piece, ...]:
    """Return a title with the words of a query marked, those aside that ask for headings only."""
    title_words = [word for word in words if word.part != "heading"]
    return _pieces(title, 0, len(title), marks(title, title_words))


def snippet(blocks: Iterable[Passage], words: Sequence[Words]) -> tuple[Piece, ...]:
    """Return the beginning of a block around its first mark; of the block in which most of the query's words stand.

    Args:
        blocks: The article's text, in order.
        words: The words of the query.

    Returns:
        The beginning of the first paragraph where no words stand in the text; nothing where there is no text.
    """
    best: tuple[int, str, list[Mark]] = (0, "", [])
    first = ""
    for block in blocks:
        first = first or ("" if block.is_heading else block.text)
        block_words = [word for word in words if word.part == "any" or (word.part == "heading" and block.is_heading)]
        block_marks = marks(block.text, block_words)
        kinds = len({mark.word for mark in block_marks})
        if kinds > best[0]:
            best = (kinds, block.text, block_marks)
        if kinds == len(words):
            break  # none can have more of them
    _, text, block_marks = best
    return _cut(text, block_marks) if block_marks else _cut(first, [])


def _cut(text: str, text_marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """Return a snippet of a text: from a little before its first mark."""
    first = text_marks[0].start if text_marks else 0
    start = max(0, min(first - _BEFORE, len(text) - LENGTH))
    end = max(min(len(text), start + LENGTH), text_marks[0].end if text_marks else 0)
    pieces = _pieces(text, start, end, text_marks)
    before, behind = ((Piece("…"),) if cut else () for cut in (start > 0, end < len(text)))
    return (*before, *pieces, *behind)


def _pieces(text: str, start: int, end: int, text_marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """Return a stretch of a text, cut at its marks; marks that overlap or touch become one piece."""
    pieces: list[Piece] = []
    place = start
    for mark in text_marks:
        if mark.end <= place or mark.start >= end:
            continue
        if mark.start > place or not (pieces and pieces[-1].is_marked):
            if mark.start > place:
                pieces.append(Piece(text[place : mark.start]))
            pieces.append(Piece(text[max(mark.start, place) : min(mark.end, end)], is_marked=True))
        else:
            marked = pieces.pop().text + text[place : min(mark.end, end)]
            pieces.append(Piece(marked, is_marked=True))
        place = min(mark.end, end)
    if place < end:
        pieces.append(Piece(text[place:end]))
    return tuple(pieces)
