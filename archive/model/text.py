"""Titles and texts: the normal form, white space, the prefix of a title, how alike two are, and what XML can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from archive.model.identity import essence

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
"""Frequent full-width characters of the column's pages. They are replaced first, one by one, which is fastest."""

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

HTML_SPACE = " \t\n\r\f"
_RUN = re.compile(f"[{HTML_SPACE}]+")
_LAST_SPACE = 0x3000
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
"""Invisible characters without width that editors leave in texts."""

_BLANK = _UNSEEN + "".join(filter(str.isspace, map(chr, range(_LAST_SPACE + 1))))
_BLANKS = frozenset(_BLANK)

_REMEMBERED_LENGTH = 200  # characters

ALIKE: Final = 0.5
"""Likeness of two titles below which they are not one article's: in 3,160 pairs of made-up titles of one column five
were above it, while an edited title keeps most of its words."""

SURELY_ALIKE: Final = 0.8
"""Likeness of two titles from which they are one article's, though text or date differ."""

LISTED_ALIKE: Final = 0.7
"""Likeness of titles below which a page does not show its listing's article: listings state what stands there now."""

_ANY_PREFIX: Final = re.compile(r"\s*【[^】]*】")
_DAMAGED: Final = re.compile("[\ufffd\u25a1\u25af\u2610]{2}|\ufffd")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN: Final = re.compile(r"[\u0080-\u00ff]")
_FEW_LATIN: Final = 4


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


_remembered_form = lru_cache(maxsize=512)(normal_text)


def normal_of(text: str) -> str:
    """Return a text in the normal form of the archive, as `normal_text` does; short ones are remembered for a while."""
    return _remembered_form(text) if len(text) <= _REMEMBERED_LENGTH else normal_text(text)


def few_marks(text: str) -> str:
    """Return a text with at most `MOST_MARKS` combining marks on a character: to compose more costs by their square.

    >>> len(few_marks("e" + "\u0301" * 1000))
    33
    """
    return text if len(text) <= MOST_MARKS or text.isascii() else _MANY_MARKS.sub(r"\1", text)


def normal_texts(texts: Sequence[str]) -> list[str]:
    """Return the result of `normal_text` for each of some texts; one pass over all is cheaper.

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
    """Return whether a listing's title differs from an article's; damaged and missing titles do not."""
    if not listed or is_garbled(listed) or is_garbled(title):
        return False
    return likeness(listed, title) < LISTED_ALIKE


def is_garbled(title: str) -> bool:
    r"""Return whether a title's characters are damaged: replacement characters, boxes, or UTF-8 read as Latin-1.

    >>> is_garbled("\ufffd\ufffd財報"), is_garbled("蘋果財報".encode().decode("latin-1")), is_garbled("Café 新菜單")
    (True, True, False)
    """
    if _DAMAGED.search(title):
        return True
    return len(_LATIN.findall(title)) >= _FEW_LATIN and not _HAN.search(title)


def is_of_another_column(title: str | None, known: str | None) -> bool:
    """Return whether a title names another column than a known title, or none; a damaged title never does.

    >>> is_of_another_column("【美股巨頭】蘋果財報", "【美股動態】蘋果財報")
    True
    >>> is_of_another_column("【美股巨頭】蘋果財報", None), is_of_another_column("【美股巨頭】蘋果財報", "蘋果財報")
    (False, False)
    """
    if not title or not known or is_garbled(title) or is_garbled(known):
        return False
    column = column_of(known)
    return column is not None and column_of(title) != column


def _pairs(title: str) -> set[str]:
    text = essence(normal_text(_ANY_PREFIX.sub("", title, count=1))).casefold()
    return {text[place : place + 2] for place in range(len(text) - 1)}
