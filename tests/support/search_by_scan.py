"""What the search ought to find, by a scan that shares no code with it: character by character, without an index."""

from __future__ import annotations

import random
import re
from functools import cache

SAME = dict(zip("臺輝達偉電營佈發髮線綫ＡＩé３％", "台辉达伟电营布发发线线aie3%", strict=True))
"""What is one to a reader, among the characters of these tests."""

HAN = "臺台輝达達偉電營收佈布發髮线線綫一か"
LATIN = "AIaiQqEeéxＡＩ"
DIGITS = "0123３"
SIGNS = ",.%％&-()。、「*|"
DOTS = "‧・·"
ALPHABET = HAN * 3 + LATIN + DIGITS * 2 + SIGNS + DOTS + "  "


@cache
def pieces(text: str) -> tuple[str, ...]:
    """Return a text cut as docs/search.md tells: Chinese by character, letters in runs, numbers whole, signs alone."""
    text = "".join(SAME.get(character, character).lower() for character in text if character not in DOTS)
    parts: list[str] = []
    place = 0
    while place < len(text):
        end = _end(text, place)
        piece = text[place:end]
        if piece.isspace():
            if "\n" in piece:
                parts.append("\n")
            elif place and end < len(text) and _is_han(text[place - 1]) and _is_han(text[end]):
                parts.append(" ")
        else:
            parts.append(piece.replace(",", "") if piece[0].isdigit() else piece)
        place = end
    return tuple(parts)


def holds(text: str, phrase: str) -> bool:
    """Whether the pieces of a phrase stand next to one another in a text."""
    wanted, stream = pieces(phrase), pieces(text)
    starts = (place for place, piece in enumerate(stream) if piece == wanted[0])
    return any(stream[start : start + len(wanted)] == wanted for start in starts)


def random_text(chance: random.Random, length: int) -> str:
    """Return a text of these tests' characters."""
    return "".join(chance.choices(ALPHABET, k=length))


def _end(text: str, place: int) -> int:
    """Return where the piece ends that begins at a place."""
    character = text[place]
    if character.isspace():
        return place + len(text[place:]) - len(text[place:].lstrip())
    if character.isdigit():
        number = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(?![0-9])(\.[0-9]+)*").match(text, place)
        number = number or re.compile(r"[0-9]+(\.[0-9]+)*").match(text, place)
        assert number
        return number.end()
    if not character.isalpha() or _is_han(character):
        return place + 1
    end = place
    while end < len(text) and text[end].isalpha() and not _is_han(text[end]):
        end += 1
    return end


def _is_han(character: str) -> bool:
    return character in "台辉达伟电营收布发线一か"
