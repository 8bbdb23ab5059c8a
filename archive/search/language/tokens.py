"""Texts as the tokens of the search: atoms with their places, and the stream of terms that is indexed.

An atom is one Chinese character, one run of letters, one whole number, one sign, a space between two Chinese
characters, or the end of a block. What is searched for is found where its atoms stand next to one another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from archive.search.language.folding import fold

HAN: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters that are written without spaces between words: Chinese, kana and bopomofo; ranges of a class."""

SPACE: Final = "\x02"
"""The atom of a space between two Chinese characters; the normal form of a text holds no such character."""

BLOCK_END: Final = "\x01"
"""The atom between two blocks of a text: no phrase runs across it."""

LONGEST: Final = 500
"""Letters or digits in one atom at most; a longer run makes several."""

_DOT: Final = re.compile("[\u2027\u30fb\u00b7]")
"""The dots within a foreign name, which are nothing: 伊隆‧馬斯克 is 伊隆馬斯克."""

_NUMBER: Final = rf"\d{{1,3}}(?:,\d{{3}}){{1,100}}(?!\d)(?:\.\d+)*|\d{{1,{LONGEST}}}(?:\.\d+)*"
"""A number, which is whole: 1,234.5 and 3.1.2; commas that part no thousands end it."""

_LETTERS: Final = rf"[^\W\d_{HAN}]{{1,{LONGEST}}}"
_CUT: Final = re.compile(rf"[{HAN}]|{_NUMBER}|{_LETTERS}|\s+|\S")
_LONG: Final = re.compile(rf"{_NUMBER}|{_LETTERS}|\s+|\.")
"""What is cut by more than its single characters; and the full stop, which may stand in a number."""

_HAN: Final = re.compile(f"[{HAN}]")


class _Spread(dict[int, str]):
    """What each character becomes in the stream, by its code point, once numbers and letters have spaces around them.

    A Chinese character becomes itself, a space and itself: so a run gives its first one, each pair and its last one.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if _HAN.match(character):
            spread = f"{character} {character}"
        elif character.isalnum() or character.isspace() or character in {SPACE, BLOCK_END, "."}:
            spread = character
        else:
            spread = f" {character} "
        self[code] = spread
        return spread


_SPREAD: Final = _Spread()


class Atom(NamedTuple):
    """One atom of a text.

    Attributes:
        term: Its folded form, numbers without commas.
        start: The place of its first character in the text.
        end: The place behind its last.
    """

    term: str
    start: int
    end: int


def is_han(term: str) -> bool:
    """Whether an atom is a Chinese character (or kana), which is indexed by pairs."""
    return _HAN.match(term) is not None


def is_word(term: str) -> bool:
    """Whether an atom is a run of letters or a number.

    >>> [is_word(term) for term in ("nvda", "1234.5", "台", "%")]
    [True, True, False, False]
    """
    return term[0].isalnum() and not is_han(term)


def atoms(text: str) -> list[Atom]:
    """Return the atoms of a text in order, with their places in it.

    Args:
        text: In the normal form, blocks parted by line ends.

    >>> [atom.term for atom in atoms("臺積電Q3營收12,345.6億")]
    ['台', '积', '电', 'q', '3', '营', '收', '12345.6', '亿']
    """
    folded, places = _without_dots(fold(text))
    return [
        Atom(term, places[match.start()], places[match.end() - 1] + 1)
        for match in _CUT.finditer(folded)
        if (term := _term(match))
    ]


def folded_without_dots(text: str) -> str:
    """Return a text as it is before it is cut: folded, without the dots of names."""
    return _DOT.sub("", fold(text))


def stream(text: str) -> str:
    """Return the terms of a text in order, parted by white space: what the index is made of.

    A run of Chinese characters gives its first one, each pair, and its last one. So every place in it can be found by
    pairs, and a search knows where a run begins or ends.

    >>> stream("Q3營收創高").split()
    ['q', '3', '营', '营收', '收创', '创高', '高']
    """
    return _LONG.sub(_apart, folded_without_dots(text)).translate(_SPREAD)


def phrase(terms: Sequence[str]) -> list[tuple[int, str]]:
    """Return the terms of the stream, with their places, that stand in a text exactly where some atoms do.

    A pair stands for two characters, so every second pair of a run is enough.

    Args:
        terms: At least one atom's term; not a Chinese character alone, which is no term but the beginning of some.

    >>> phrase(["辉", "达", "公", "布", "q", "3"])
    [(0, '辉达'), (2, '公布'), (4, 'q'), (5, '3')]
    """
    wanted: list[tuple[int, str]] = []
    place = start = 0
    while start < len(terms):
        end = start + 1
        if not is_han(terms[start]):
            wanted.append((place, terms[start]))
            place += 1
            start = end
            continue
        while end < len(terms) and is_han(terms[end]):
            end += 1
        run = terms[start:end]
        place += start > 0  # the run's first character stands alone before its pairs, if the run begins here
        wanted += _pairs(run, place) if len(run) > 1 else [(place - (start > 0), run[0])]
        place += len(run)
        start = end
    return [(at - wanted[0][0], term) for at, term in wanted]


def _pairs(run: Sequence[str], place: int) -> list[tuple[int, str]]:
    """Return every second pair of a run, and its last one; the first pair is at a place."""
    last = len(run) - 2
    return [
        (place + offset, run[offset] + run[offset + 1])
        for offset in range(last + 1)
        if offset % 2 == 0 or offset == last
    ]


def _without_dots(folded: str) -> tuple[str, Sequence[int]]:
    """Return a folded text without the dots of names, and the place in it of each character that is left."""
    if not _DOT.search(folded):
        return folded, range(len(folded))
    places = [place for place, character in enumerate(folded) if not _DOT.match(character)]
    return "".join([folded[place] for place in places]), places


def _apart(match: re.Match[str]) -> str:
    return f" {_term(match)} "


def _term(match: re.Match[str]) -> str:
    """Return the term of a piece of a folded text; empty for white space that means nothing."""
    piece = match[0]
    if not piece.isspace():
        return piece.replace(",", "") if len(piece) > 1 else piece
    if "\n" in piece:
        return BLOCK_END
    text, start, end = match.string, match.start(), match.end()
    between = start > 0 and end < len(text) and _HAN.match(text, start - 1) and _HAN.match(text, end)
    return SPACE if between else ""
