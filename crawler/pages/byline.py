"""What stands between an article's title and its body: dates, mostly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.pages.moments import read_moment
from crawler.pages.stamps import stamps_of
from crawler.pages.whitespace import collapsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawler.pages.document import Document

_PLACES = "time, span, li, p, div, small, em, i, a, b, strong"
_MOST_PLACES = 80
_LONGEST = 80
_DEEPEST = 500


def byline_stamps(document: Document, body: LexborNode) -> list[dict[str, str]]:
    """Return what the short texts between the page's main heading and its body state as dates; see `stamps_of`.

    A text with a date and other words counts only where it states a time too.
    """
    found: list[dict[str, str]] = []
    for text in _texts(document, body):
        stamp = stamps_of(text)
        moment = None if stamp else read_moment(text)
        if stamp:
            found.append(stamp)
        elif moment and not moment.day_only:
            found.append({"published": text})
    return found


def _texts(document: Document, body: LexborNode) -> list[str]:
    texts: dict[str, None] = {}
    for element in _elements(document, body):
        nodes = [element, *element.css(_PLACES)][:_MOST_PLACES]
        leaves = (node for node in nodes if len(node.css(_PLACES)) <= 1)  # a node's own match counts
        texts.update(
            dict.fromkeys(text for leaf in leaves if (text := collapsed(leaf.text())) and len(text) <= _LONGEST)
        )
    return list(texts)


def _elements(document: Document, body: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that follow the heading before the body begins."""
    around = _around(body)
    node = document.tree.css_first("h1")
    while node is not None and node.parent is not None and node.parent.tag != "html":
        sibling = node.next
        while sibling is not None:
            if sibling.mem_id in around:
                return
            if sibling.is_element_node:
                yield sibling
            sibling = sibling.next
        node = node.parent
        if node.mem_id in around:
            return


def _around(body: LexborNode) -> frozenset[int]:
    found = {body.mem_id}
    node = body.parent
    while node is not None and len(found) < _DEEPEST:
        found.add(node.mem_id)
        node = node.parent
    return frozenset(found)
