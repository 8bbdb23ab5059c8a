"""In which encoding a page is written."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_READ_AS = {
    "big5": ("cp950", "big5hkscs"),
    "cp950": ("cp950", "big5hkscs"),
    "big5hkscs": ("big5hkscs",),
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


def utf8_of(content: bytes, content_type: str | None = None) -> bytes:
    """Return a page's bytes as valid UTF-8 without a byte order mark.

    Bytes that are valid UTF-8 are UTF-8 whatever is declared, since no other encoding of Chinese looks like it by
    chance. Else the byte order mark, the Content-Type header and the page's own declaration are believed, in this
    order; what cannot be read in any of them becomes U+FFFD.

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
    names = _declared(content, content_type)
    for name in names:
        if (text := _decoded(content, name)) is not None:
            return text.encode("utf-8", "replace")
    return content.decode(names[0] if names else "utf-8", "replace").encode("utf-8", "replace")


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
    found = [header[1] if header else "", meta[1].decode() if meta and meta[1].isascii() else ""]
    return [name for label in found if label for name in _codecs(label)]


def _codecs(label: str) -> tuple[str, ...]:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # no such encoding, or no name at all
        return ()
    return _READ_AS.get(name, ())


def _decoded(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeError:
        return None
