"""The text of articles: the prefix of a title, the normal form, and what XML can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

PREFIX = re.compile(r"^\s*【\s*(?P<column>[^【】]{1,20}?)\s*】\s*")
"""The column's prefix of a title in the normal form (docs/site.md §4)."""

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
}
"""What the column's pages are full of in full width. Replaced first, one by one, which is fastest."""

_WIDTHS: Final[dict[str, str]] = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF61, 0xFFA0)},
    "\u2026": "...",
    "\u3164": " ",  # a Hangul letter that is blank
    "\u034f": "",  # a joiner without width, which Unicode calls a mark
}
"""What has another width in the normal form: full-width ASCII, half-width kana and their punctuation, the ellipsis; and
two characters that are blank though they are no white space."""

_OTHER_WIDTH = re.compile("[\u034f\u2026\u3164\uff01-\uff5e\uff61-\uff9f]")

MOST_MARKS = 32
"""Combining marks on one character, at most; Unicode's own limit for text streams is 30 (UAX 15)."""

_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]"
)
_MANY_MARKS = re.compile(f"({_MARK}{{{MOST_MARKS}}}){_MARK}+")

_DIVIDER = "\u00a6"
"""A broken bar stands between texts that are put into the normal form at once: it stays and joins with no other."""

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
    r"""Return a text in the normal form of the archive (docs/site.md §4), on one line.

    That is NFC; ASCII in full width is made half-width, kana in half width full-width, `…` three dots; zero-width,
    control, format and bidi characters and lone surrogates go; every run of white space is one space, with none at
    either end. Everything else stays as written. The normal form of a normal form is itself.

    >>> normal_text("　AWS\u200b營收（年增）１７％，\n 優於預期…")
    'AWS營收(年增)17%, 優於預期...'
    >>> normal_text("10⁹ ½ ㎡ ① ™ 結論先行︰ NVDA\u2011US ｶﾞ")
    '10⁹ ½ ㎡ ① ™ 結論先行︰ NVDA\u2011US ガ'
    """
    text = few_marks(text)
    if text.isprintable() and _OTHER_WIDTH.search(text) is None:
        return " ".join(unicodedata.normalize("NFC", text).split())  # nothing that goes can be printed
    return " ".join(unicodedata.normalize("NFC", _visible(_resized(text))).split())


def few_marks(text: str) -> str:
    """Return a text with at most `MOST_MARKS` combining marks on a character: to compose more costs by their square.

    >>> len(few_marks("e" + "\u0301" * 1000))
    33
    """
    return text if len(text) <= MOST_MARKS or text.isascii() else _MANY_MARKS.sub(r"\1", text)


def normal_texts(texts: Sequence[str]) -> list[str]:
    """Return what `normal_text` makes of each of some texts: in one go over all, which costs less.

    >>> normal_texts(["營收（年增）", "", " ＡＷＳ"])
    ['營收(年增)', '', 'AWS']
    """
    joined = _DIVIDER.join(texts)
    if joined.count(_DIVIDER) != len(texts) - 1:
        return [normal_text(text) for text in texts]
    joined = _resized(few_marks(joined))
    if not joined.isprintable():
        joined = _DIVIDER.join([text if text.isprintable() else _visible(text) for text in joined.split(_DIVIDER)])
    normal = unicodedata.normalize("NFC", joined).split(_DIVIDER)
    if joined.isprintable():  # then spaces are all its white space
        return [" ".join(text.split()) if "  " in text else text.strip(" ") for text in normal]
    return [" ".join(text.split()) for text in normal]


def _resized(text: str) -> str:
    """Return a text with every character in the width of the normal form."""
    if text.isascii():
        return text
    for wide, narrow in _COMMON.items():
        text = text.replace(wide, narrow)
    return _OTHER_WIDTH.sub(lambda match: _WIDTHS[match[0]], text)


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
