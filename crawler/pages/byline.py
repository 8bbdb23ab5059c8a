"""What stands between an article's title and its body: dates, mostly."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from crawler.pages.moments import read_moment
from crawler.pages.stamps import stamps_of
from crawler.pages.whitespace import collapsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_PLACES = frozenset({"time", "span", "li", "p", "div", "small", "em", "i", "a", "b", "strong"})
_MOST_PLACES = 80
_LONGEST = 80
_DEEPEST = 500


def byline_stamps(heading: LexborNode | None, body: LexborNode) -> list[dict[str, str]]:
    """Return what the short texts between the article's heading and its body state as dates; see `stamps_of`.

    A text with a date and other words counts only where it states a time too.
    """
    found: list[dict[str, str]] = []
    for text in _texts(heading, body):
        stamp = stamps_of(text)
        moment = None if stamp else read_moment(text)
        if stamp:
            found.append(stamp)
        elif moment and not moment.day_only:
            found.append({"published": text})
    return found


def _texts(heading: LexborNode | None, body: LexborNode) -> list[str]:
    texts: dict[str, None] = {}
    for element in _elements(heading, body):
        for node in islice(chain((element,), _places(element)), _MOST_PLACES):
            is_leaf = len(list(islice(_places(node), 2))) <= 1  # a node's own match counts
            text = collapsed(node.text()) if is_leaf or _has_own_text(node) else ""
            if text and len(text) <= _LONGEST and (is_leaf or stamps_of(text)):
                texts[text] = None
    return list(texts)


def _places(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that can hold a date, a node itself and those in it, in the page's order."""
    return (place for place in node.traverse() if place.tag in _PLACES)


def _has_own_text(node: LexborNode) -> bool:
    child = node.first_child
    while child is not None:
        if child.is_text_node and (child.text_content or "").strip():
            return True
        child = child.next
    return False


def _elements(heading: LexborNode | None, body: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that follow the heading before the body begins."""
    around = _around(body)
    node = heading
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
