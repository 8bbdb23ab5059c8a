"""The text of articles: the prefix of a title, the normal form, and what XML can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

PREFIX = re.compile(r"^\s*【\s*(?P<column>[^【】]{1,20}?)\s*】\s*")
"""The column's prefix of a title in the normal form (FACTS §5)."""

_JOINER = "\u034f"
"""A joiner without width, which Unicode calls a mark."""

_COMMON = {
    "\uff0c": ",",
    "\uff1a": ":",
    "\uff08": "(",
    "\uff09": ")",
    "\uff1f": "?",
    "\uff01": "!",
    "\uff05": "%",
    "\uff1b": ";",
    "\u3000": " ",
    "\u00a0": " ",
    "\u3164": " ",  # a Hangul letter that is blank
    _JOINER: "",
}
"""What the column's pages are full of in full width, and two that are invisible though no format characters. Replaced
first, they spare most blocks the NFKC, which costs more than all other work on a block together."""

_DIVIDER = "\u00a6"
"""A broken bar stands between texts that are put into the normal form at once: it is its own and joins with none."""

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are no white space
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, bidi, format
    "\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"  # format characters of other scripts
    "\ud800-\udfff\ufffe\uffff"  # lone surrogates, and what no XML can hold
    "]+"
)
_INVISIBLE_BEYOND = re.compile(
    "[\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]+"
)
"""The same beyond the first 65,536 characters; in one class with them, each character would cost five times as much."""

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def column_of(title: str) -> str | None:
    """Return the column that a title's prefix names, without brackets, or None if the title has no prefix.

    >>> column_of("【美股動態】亞馬遜公布第三季財報")
    '美股動態'
    >>> column_of("亞馬遜財報") is None
    True
    """
    match = PREFIX.match(normal_text(title))
    return match["column"] if match else None


def normal_text(text: str) -> str:
    r"""Return a text in the normal form of the archive (FACTS §5), on one line.

    That is NFKC without zero-width, control, format and bidi characters and lone surrogates; every run of white space
    is one space, with none at either end. The normal form of a normal form is itself.

    >>> normal_text("　AWS\u200b營收（年增）１７％，\n 優於預期。")
    'AWS營收(年增)17%, 優於預期。'
    """
    if text.isprintable() and _JOINER not in text and unicodedata.is_normalized("NFKC", text):
        return " ".join(text.split())  # nothing else of `_COMMON` is in NFKC, and nothing that goes can be printed
    return " ".join(_composed(_visible(_narrowed(text))).split())


def normal_texts(texts: Sequence[str]) -> list[str]:
    """Return what `normal_text` makes of each of some texts: in one go over all, which costs less.

    >>> normal_texts(["營收（年增）", "", " ＡＷＳ"])
    ['營收(年增)', '', 'AWS']
    """
    joined = _DIVIDER.join(texts)
    if joined.count(_DIVIDER) != len(texts) - 1:
        return [normal_text(text) for text in texts]
    joined = _narrowed(joined)
    normal = joined.split(_DIVIDER)
    if not joined.isprintable():
        normal = [text if text.isprintable() else _visible(text) for text in normal]
        joined = _DIVIDER.join(normal)
    if not unicodedata.is_normalized("NFKC", joined):
        normal = [_composed(text) for text in normal]
    elif joined.isprintable():  # then nothing but spaces is white space
        return [" ".join(text.split()) if "  " in text else text.strip(" ") for text in normal]
    return [" ".join(text.split()) for text in normal]


def _composed(text: str) -> str:
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def _narrowed(text: str) -> str:
    if not text.isascii():
        for wide, narrow in _COMMON.items():
            text = text.replace(wide, narrow)
    return text


def _visible(text: str) -> str:
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    return text if text.isprintable() else _INVISIBLE_BEYOND.sub("", text)


def legal(text: str) -> str:
    r"""Return a text without the characters that XML 1.0 forbids; each is shown as the replacement character.

    >>> legal("AI\x00")
    'AI\ufffd'
    """
    return _FORBIDDEN.sub("\ufffd", text)
