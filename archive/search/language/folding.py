"""Folding of texts for search: case, width, accents and Chinese variants, character for character."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources
from typing import Final

_LAST_ACCENTED: Final = "\u052f"
"""The last letter of Latin, Greek and Cyrillic: only of those an accent is taken off. が is another letter than か."""


class _Folds(dict[int, str]):
    """The folded form of each character, by its code point; worked out when a character is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def fold(text: str) -> str:
    """Return a folded text of the same length: without differences of width, case, accents and Chinese variants.

    Each character is folded separately, so that positions stay the same. Chinese characters become simplified ones,
    which is many-to-one and therefore certain.

    >>> fold("臺積電ＡＩ Café 發佈")
    '台积电ai cafe 发布'
    """
    return text.translate(_FOLDS)


def _folded(character: str) -> str:
    """Return one character, folded; a step that would change the length is left out."""
    character = _if_single(unicodedata.normalize("NFKC", character), character)
    character = _if_single(character.lower(), character)
    if character <= _LAST_ACCENTED:
        parts = unicodedata.normalize("NFD", character)
        if all(unicodedata.combining(mark) for mark in parts[1:]):
            character = parts[0]
    simplified = _simplified()
    while character in simplified:
        character = simplified[character]
    return character


def _if_single(text: str, character: str) -> str:
    return text if len(text) == 1 else character


@cache
def _simplified() -> dict[str, str]:
    """Return the simplified form of each traditional character that has one."""
    table = resources.files("archive.search.data").joinpath("simplified.tsv").read_text(encoding="utf-8")
    _comment, _names, *rows = table.splitlines()
    return dict(row.split("\t") for row in rows)


_FOLDS: Final = _Folds()
