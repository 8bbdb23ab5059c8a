"""How alike two titles are, and whether one's characters are damaged."""

from __future__ import annotations

import re
from typing import Final

from archive.model.identity import essence
from archive.model.text import column_of, normal_text

ALIKE: Final = 0.5
"""Likeness of two titles below which they are not one article's: in 3,160 pairs of made-up titles of one column five
were above it, while an edited title keeps most of its words."""

SURELY_ALIKE: Final = 0.8
"""Likeness of two titles from which they are one article's, though text or date differ."""

LISTED_ALIKE: Final = 0.7
"""Likeness of titles below which a page does not show its listing's article: listings state what stands there now."""

_PREFIX: Final = re.compile(r"\s*【[^】]*】")
_DAMAGED: Final = re.compile("[\ufffd\u25a1\u25af\u2610]{2}|\ufffd")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN: Final = re.compile(r"[\u0080-\u00ff]")
_FEW_LATIN: Final = 4


def likeness(text: str, other: str) -> float:
    """Return how alike two titles are: the share of the shorter one's pairs of characters that the other has too.

    The column's prefix, punctuation and white space do not count, so a title that a listing cuts off is like its
    whole. 1 where one of them is too short to compare.

    >>> likeness("【美股動態】蘋果新機上市", "【美股動態】蘋果新機上市帶動股價"), likeness("蘋果新機", "輝達財報")
    (1.0, 0.0)
    """
    first, second = _pairs(text), _pairs(other)
    fewer = min(len(first), len(second))
    return len(first & second) / fewer if fewer else 1.0


def is_listed_otherwise(listed: str | None, title: str) -> bool:
    """Return whether a listing names another title than an article has; damaged ones, and none, name nothing."""
    if not listed or is_garbled(listed) or is_garbled(title):
        return False
    return likeness(listed, title) < LISTED_ALIKE


def is_of_another_column(title: str | None, known: str | None) -> bool:
    """Return whether two titles name different columns; a damaged one, and one that is not known, names none."""
    if not title or not known or is_garbled(title) or is_garbled(known):
        return False
    return column_of(title) != column_of(known)


def is_garbled(title: str) -> bool:
    r"""Return whether a title's characters are damaged: replacement characters, boxes, or UTF-8 read as Latin-1.

    >>> is_garbled("\ufffd\ufffd財報"), is_garbled("蘋果財報".encode().decode("latin-1")), is_garbled("Café 新菜單")
    (True, True, False)
    """
    if _DAMAGED.search(title):
        return True
    return len(_LATIN.findall(title)) >= _FEW_LATIN and not _HAN.search(title)


def _pairs(title: str) -> set[str]:
    text = essence(normal_text(_PREFIX.sub("", title, count=1))).casefold()
    return {text[place : place + 2] for place in range(len(text) - 1)}
