"""Which pages are too much for a parser: mark-up that would take it quadratic time or memory."""

from __future__ import annotations

import re

_MANY_TAGS = 1_500
_MANY_BYTES = 1 << 17
"""A page below both is read in well under two seconds whatever is in it."""

_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/>\x00]{0,30})((?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+)")
_ATTRIBUTE = re.compile(rb"[^\s=\"'/>]+(?:\s*=\s*(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'>]*))?")
_CLOSED_BY_OTHERS = frozenset(
    b"area base br col embed hr img input link meta source track wbr p li dt dd tr td th tbody thead tfoot".split()
)
_FORMATTING = frozenset(b"a b big code em font i nobr s small strike strong tt u".split())

_MOST_OPEN = 12_000
_MOST_FORMATS_OPEN = 100
_MOST_ATTRIBUTES = 2_000
_LONG_TAG = 8_000


def excess_of(html: bytes) -> str | None:
    """Return what a page has too much of to be parsed, for a person to read, or None if it can be parsed.

    Nested elements cost a parser time by the square of their depth, unclosed formatting elements (`<b>`) and
    attributes by the square of their number; browsers cut all three too.
    """
    if len(html) < _MANY_BYTES and html.count(b"<") < _MANY_TAGS:
        return None
    depth = formats = 0
    for closing, name, attributes in _TAG.findall(html.lower()):
        if len(attributes) > _LONG_TAG and sum(1 for _ in _ATTRIBUTE.finditer(attributes)) > _MOST_ATTRIBUTES:
            return f"an element of more than {_MOST_ATTRIBUTES} attributes"
        step = -1 if closing else 1
        if name in _FORMATTING:
            formats = max(0, formats + step)
        if name not in _CLOSED_BY_OTHERS:
            depth = max(0, depth + step)
        if depth > _MOST_OPEN or formats > _MOST_FORMATS_OPEN:
            return f"{formats} formatting and {depth} other elements are open at once"
    return None
