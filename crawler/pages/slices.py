"""The part of a page that an article is read off: all but its scripts and styles, which are most of it."""

from __future__ import annotations

import re

_TAG = re.compile(rb"<(/?)([sS](?:[cC][rR][iI][pP][tT]|[tT][yY][lL][eE]))(?=[\s/>])([^>]*+)>")
_DATA = b"ld+json"


def without_scripts(html: bytes) -> bytes:
    """Return a page without the elements `script` and `style`, JSON-LD excepted; it parses to the same text.

    A page is returned whole where an end is not sure: an element that is not closed, or that seems to hold another of
    its kind, as when a comment or an attribute holds only its beginning.

    >>> without_scripts(b"<p>a<script>b < c</script>d</p>")
    b'<p>ad</p>'
    >>> without_scripts(b"<!-- <script> --><p>a</p><script>b</script>")
    b'<!-- <script> --><p>a</p><script>b</script>'
    """
    kept: list[bytes] = []
    start = 0
    opened: re.Match[bytes] | None = None
    for tag in _TAG.finditer(html):
        closes, name, _ = tag.groups()
        if opened is None:
            opened = None if closes else tag
        elif name.lower() == opened[2].lower():
            if not closes:
                return html
            if _DATA not in opened[3].lower():
                kept.append(html[start : opened.start()])
                start = tag.end()
            opened = None
    if opened is not None:
        return html
    kept.append(html[start:])
    return b"".join(kept)
