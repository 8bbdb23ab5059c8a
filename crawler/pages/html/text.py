"""White space, and the normal form of texts."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.model.text import normal_text

HTML_SPACE = " \t\n\r\f"
_RUN = re.compile(f"[{HTML_SPACE}]+")
_LAST_SPACE = 0x3000
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
"""What editors leave in a text that has no width and no ink."""

_BLANK = _UNSEEN + "".join(filter(str.isspace, map(chr, range(_LAST_SPACE + 1))))
_BLANKS = frozenset(_BLANK)

_LONGEST = 200


_known = lru_cache(maxsize=512)(normal_text)


def is_blank(text: str) -> bool:
    r"""Return whether a text shows nothing: white space of any kind, and characters without width.

    >>> is_blank(" \u200b\u3000\ufeff"), is_blank("\u200b亞"), is_blank("")
    (True, False, True)
    """
    return not text or (text[0] in _BLANKS and not text.strip(_BLANK))  # the first character decides mostly


def trimmed(text: str) -> str:
    r"""Return a text without what shows nothing at its ends: an indent, a character without width.

    >>> trimmed("\u3000\u200b亞馬遜 AWS\xa0")
    '亞馬遜 AWS'
    """
    return text.strip(_BLANK)


def shown(text: str) -> str:
    r"""Return a text as `collapsed` does; empty if it shows nothing.

    >>> shown("\n 亞馬遜\u3000"), shown(" \u200b\u3000")
    ('亞馬遜\u3000', '')
    """
    text = collapsed(text)
    return "" if is_blank(text) else text


def collapsed(text: str) -> str:
    r"""Return a text with every run of HTML's white space as one space, and none at its ends.

    A no-break space and an ideographic space are no white space of HTML's, and stay.

    >>> collapsed(" 亞馬遜 \n AWS\u3000")
    '亞馬遜 AWS\u3000'
    """
    if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
        text = _RUN.sub(" ", text)
    return text.strip(" ")


def normal_of(text: str) -> str:
    """Return a text in the normal form of the archive, as `normal_text` does; short ones are remembered for a while."""
    return _known(text) if len(text) <= _LONGEST else normal_text(text)
