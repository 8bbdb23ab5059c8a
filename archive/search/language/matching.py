"""Where the words of a query stand in a text, by the same tokens that the index is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archive.search.language.query import Words
from archive.search.language.tokens import Atom, atoms, folded_without_dots, is_han, is_word


class Mark(NamedTuple):
    """A place in a text where words of a query stand.

    Attributes:
        start: The place of its first character.
        end: The place behind its last.
        word: Which of the query's words stand there, by their number from 0.
    """

    start: int
    end: int
    word: int


def marks(text: str, words: Sequence[Words]) -> list[Mark]:
    """Return every place in a text where one of some words stands, in order; places of two words may overlap.

    Args:
        text: In the normal form, blocks parted by line ends.
        words: What is looked for; in which part of an article is the caller's.

    >>> marks("臺積電(TSM)擴產,台積電股價創高", [Words(("台", "积", "电"))])
    [Mark(start=0, end=3, word=0), Mark(start=11, end=14, word=0)]
    """
    folded = folded_without_dots(text)
    likely = [number for number, word in enumerate(words) if _may_stand(word, folded)]
    if not likely:
        return []
    if len(folded) == len(text) and all(_is_chinese(words[number]) for number in likely):
        return sorted(mark for number in likely for mark in _substrings(folded, words[number], number))
    cut = atoms(text)
    return sorted(mark for number in likely for mark in _places(cut, words[number], number))


def _is_chinese(word: Words) -> bool:
    """Whether words are Chinese alone: they stand wherever their characters do, so the text need not be cut."""
    return all(map(is_han, word.terms))


def _substrings(folded: str, word: Words, number: int) -> Iterator[Mark]:
    """Yield every place where Chinese words stand in a folded text without dots; they do not overlap one another."""
    wanted = "".join(word.terms)
    start = folded.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        yield Mark(start, end, number)
        start = folded.find(wanted, end)


def _may_stand(word: Words, folded: str) -> bool:
    """Whether a folded text has the characters of some words at all; spares cutting most texts into atoms.

    Numbers are not looked at, since a text may have commas in them.
    """
    return all(not (is_han(term) or is_word(term)) or term[0].isdigit() or term in folded for term in word.terms)


def _places(cut: Sequence[Atom], word: Words, number: int) -> list[Mark]:
    """Return every place where some words stand; they do not overlap one another."""
    terms, places, start = word.terms, [], 0
    last = len(cut) - len(terms)
    while start <= last:
        if _stands(cut, start, word):
            end = start + len(terms)
            places.append(Mark(cut[start].start, cut[end - 1].end, number))
            start = end
        else:
            start += 1
    return places


def _stands(cut: Sequence[Atom], start: int, word: Words) -> bool:
    if word.is_beginning:
        return cut[start].term.startswith(word.terms[0])
    return all(cut[start + offset].term == term for offset, term in enumerate(word.terms))
