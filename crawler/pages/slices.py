"""The part of a page that an article is read off: all but its scripts and styles, which are most of it."""

from __future__ import annotations

import re

_TAG = re.compile(rb"<(/?)([sS](?:[cC][rR][iI][pP][tT]|[tT][yY][lL][eE]))(?=[\s/>])([^>]*+)>")
_DATA = b"ld+json"


def without_scripts(html: bytes) -> bytes:
    """Return a page without the elements `script` and `style`, JSON-LD excepted; it parses to the same text.

    A page is returned whole where an element's beginning or end is not sure: one that is not closed, that seems to hold
    another of its kind, or whose beginning stands in a comment or in another tag.

    >>> without_scripts(b"<p>a<script>b < c</script>d</p>")
    b'<p>ad</p>'
    >>> without_scripts(b"<!-- <script> --><p>a</p><script>b</script>")
    b'<!-- <script> --><p>a</p><script>b</script>'
    """
    kept: list[bytes] = []
    start = place = 0
    while tag := _TAG.search(html, place):
        if not tag[1]:
            end = _end_of(html, tag)
            if end is None or _is_within_other(html, place, tag.start()):
                return html
            if _DATA not in tag[3].lower():
                kept.append(html[start : tag.start()])
                start = end
            place = end
        else:
            place = tag.end()
    kept.append(html[start:])
    return b"".join(kept)


def _end_of(html: bytes, opened: re.Match[bytes]) -> int | None:
    """Return where an element ends; None if it does not, or may hold another of its kind.

    Going from sign to sign is several times faster than searching a script, which has few of them, for a pattern.
    """
    name = opened[2].lower()
    place = html.find(b"<", opened.end())
    while place >= 0:
        tag = _TAG.match(html, place)
        if tag and tag[2].lower() == name:
            return tag.end() if tag[1] else None
        place = html.find(b"<", place + 1)
    return None


def _is_within_other(html: bytes, start: int, place: int) -> bool:
    """Return whether a tag seems to stand in a comment or in another tag that begins behind `start`."""
    if html.rfind(b"<", start, place) > html.rfind(b">", start, place):
        return True
    comment = html.rfind(b"<!--", start, place)
    return comment >= 0 and comment > html.rfind(b"-->", start, place)
