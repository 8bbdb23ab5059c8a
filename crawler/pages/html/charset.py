"""In which encoding a page is written."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from crawler.pages.html.big5 import big5_text

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_BIG5: Final = ("cp950", "big5hkscs")
_READ_AS = {
    "big5": _BIG5,
    "cp950": _BIG5,
    "big5hkscs": _BIG5,
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "gb18030": ("gb18030",),
    "utf-8": (),  # what is valid UTF-8 was read before
    "iso8859-1": ("cp1252", "latin-1"),
    "cp1252": ("cp1252", "latin-1"),
    "ascii": ("cp1252", "latin-1"),
    "shift_jis": ("cp932",),
    "euc_jp": ("euc_jp",),
    "euc_kr": ("cp949",),
}
"""How each declared encoding is read: the wider set where pages name a narrower; others are not believed."""


_CHINESE: Final = (*_BIG5, "gb18030")

_BIG5_NAMES: Final = frozenset({"big5", *_BIG5})
_CONTROLS: Final = frozenset({"\ufffd", *map(chr, range(9)), *map(chr, range(14, 32)), *map(chr, range(0x7F, 0xA0))})


def utf8_of(content: bytes, content_type: str | None = None) -> bytes:
    """Return a page's bytes as valid UTF-8 without a byte order mark.

    Bytes that are valid UTF-8 are UTF-8 whatever is declared, since no other encoding of Chinese looks like it by
    chance. Else the byte order mark is believed. Else the encoding is the one in which the bytes are most readable, the
    declared ones and those of Chinese sites tried (charset-normalizer): a declaration can be wrong. Where bytes are
    damaged, so that none reads them all, it is the one that leaves the fewest characters unread, which become U+FFFD.

    Args:
        content: The body, its content encoding removed.
        content_type: The Content-Type header.

    >>> utf8_of("美股".encode("big5"), "text/html; charset=Big5").decode()
    '美股'
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(name, "replace").encode("utf-8", "replace")
    if is_utf8(content):
        return content
    names = tuple(dict.fromkeys((*_declared(content, content_type), *_CHINESE)))
    best = from_bytes(content, cp_isolation=[*names, "cp1252"]).best()
    if best is None:
        text = min((_decoded(content, name, "replace") for name in ("utf-8", *names)), key=_unread)
    else:
        text = _decoded(content, best.encoding) if best.encoding in _BIG5_NAMES else str(best)
    return text.encode("utf-8", "replace")


def is_utf8(content: bytes) -> bool:
    """Return whether bytes are valid UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _declared(content: bytes, content_type: str | None) -> list[str]:
    header = _HEADER.search(content_type or "")
    meta = _META.search(content[:_DECLARED_WITHIN])
    labels = [header[1] if header else "", meta[1].decode() if meta and meta[1].isascii() else ""]
    return [name for label in labels if label for name in _codecs(label)]


def _codecs(label: str) -> tuple[str, ...]:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # no such encoding, or no name at all
        return ()
    return _READ_AS.get(name, ())


def _unread(text: str) -> int:
    """Count the characters that are nobody's: replaced, for private use, or controls."""
    return sum(character in _CONTROLS or "\ue000" <= character <= "\uf8ff" for character in text)


def _decoded(content: bytes, name: str, errors: str = "strict") -> str:
    return big5_text(content, errors) if name in _BIG5_NAMES else content.decode(name, errors)
