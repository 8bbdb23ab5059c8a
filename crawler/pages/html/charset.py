"""The encoding of a page, Big5 as browsers read it."""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Final

from charset_normalizer import from_bytes

_PAIR: Final = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]")
_SIGNS: Final = range(0xA1, 0xA4)
"""The first bytes of the signs: there browsers agree with cp950, else with big5hkscs."""

_UNREAD: Final = b"\xff"
_UNREAD_FROM: Final = 0x80
_TRAILS: Final = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
_RUNS: Final = {
    (0x87, 0x7A): "㡵𡵓𣚞𦀡㻬𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓墖靊鈘秐稲晠権袝瑌篅枂稬剏遆"
    "㓦珄𥶹瓆鿇垳䤯呌䄱𣚎堘穲𧭥讏䚮𦺈䆁𥶙箮𢒼鿈𢓁𢓉𢓌鿉蔄𣖻䂴鿊䓡𪷿拁灮鿋",
    (0xA3, 0xC0): "".join(map(chr, range(0x2400, 0x2420))) + "\u2421",
}
_SINGLES: Final = """
    9244蔃 9447浧 9644靝 8e69箸 8e6f簆 8e7e糎 8eab緒 8eb4縝 8ecd者 8ed0耨 8f57菁 8f69蒨 8f6e萏 8fcb覦 8fcc覩
    8ffe起 906d都 907a銹 90dc靜 90f1響 91bf鼖 92af兙 92b0兛 92b1兝 92b2兞 92c8鍮 92d1瑹 94ca禛 95d9邗 96ed瀞
    96fc嬨 9b76爁 9b78矗 9b7b纇 9bc6駖 9bde釔 9bec惞 9bf6澶 9c42輶 9c53侻 9c62營 9c68鄄 9c6b鷰 9c77菏 9cbc尐
    9cbd秣 9cd0婧 9d57輋 9d5a筑 9dc4拐 9ea9恢 9eef痹 9efd汊 9f60鬮 9f66鼗 9fcb僭 9fd8弌 a063蠏 a077拎 a0d5瑨
    a0df煢 a0e4牐 c6cf廴 c6d3无 c6d5癶 c6d7隶 c6de〃 c6df仝 fa5f倩 fa66偽 fabd包 fac5卄 fad5卿 fb48嘅 fbb8婷
    fbf3幵 fbf9廐 fc4f彘 fc6c悤 fcb9撐 fce2晴 fcf1杞 fdb7沜 fdb8渝 fdbb港 fdf1煮 fe52猪 fe6f瑜 feaa瓩 fedd砉
"""
_LACKING: Final = {
    bytes((lead, trail)): character
    for (lead, first), characters in _RUNS.items()
    for trail, character in zip(_TRAILS[_TRAILS.index(first) :], characters, strict=False)
} | {bytes.fromhex(entry[:4]): entry[4:] for entry in _SINGLES.split()}
"""What the index holds and Python's tables lack."""


def big5_text(content: bytes, errors: str = "strict") -> str:
    r"""Return bytes in Big5, with the additions of ETEN and Hong Kong, as text.

    Args:
        content: The bytes.
        errors: `strict` or `replace`: then what no character has becomes U+FFFD.

    Raises:
        UnicodeDecodeError: Bytes are no character's, and `errors` is `strict`.

    >>> big5_text(b"3\xa1\xe34%")
    '3～4%'
    """
    return _PAIR.sub(lambda match: _utf8(match[0]), content).decode("utf-8", errors)


@cache
def _utf8(pair: bytes) -> bytes:
    try:
        text = _LACKING.get(pair) or pair.decode("cp950" if pair[0] in _SIGNS else "big5hkscs")
    except UnicodeDecodeError:  # no character's: the second byte may be one of its own
        return _UNREAD + pair[1:] if pair[1] < _UNREAD_FROM else _UNREAD
    return text.encode()


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
