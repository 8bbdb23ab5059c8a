"""What an element stands in and under."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.model.labels import FURTHER_WORD
from archive.model.text import normal_text
from crawler.pages.body.block_roles import opens_further_reading

ASIDE = frozenset({"aside", "nav", "footer", "a", "li"})
"""Where other articles, lists and the site itself are shown."""

_HIGHEST = 200
_HIGHEST_READING = 12
_BACK = 24


def stands_in(node: LexborNode | None, tags: Collection[str]) -> bool:
    """Return whether an element is, or stands in, one of the given tags; in one too far up is as good as in none."""
    for _ in range(_HIGHEST):
        if node is None:
            return False
        if node.tag in tags:
            return True
        node = node.parent
    return False


def element_beside(node: LexborNode, way: Literal["prev", "next"]) -> LexborNode | None:
    """Return the next element before or after another, past the text between them."""
    sibling = node.prev if way == "prev" else node.next
    while sibling is not None and not sibling.is_element_node:
        sibling = sibling.prev if way == "prev" else sibling.next
    return sibling


class Reading:
    """The further reading in a body: what stands under the label 延伸閱讀, with no prose between them."""

    def __init__(self, body: LexborNode) -> None:
        self._body = body.mem_id
        self._known: dict[int, bool] = {}

    def holds(self, node: LexborNode) -> bool:
        """Return whether an element in the body stands there; many of one place cost hardly more than one."""
        places: list[LexborNode] = []
        place: LexborNode | None = node
        while place is not None and place.mem_id != self._body and len(places) < _HIGHEST_READING:
            places.append(place)
            place = place.parent
        return any(self._is_labelled(place) for place in reversed(places))

    def _is_labelled(self, node: LexborNode) -> bool:
        known = self._known.get(node.mem_id)
        if known is None:
            known = opens_further_reading(_beginning(node)) or _follows_label(node)
            self._known[node.mem_id] = known
        return known


def _beginning(node: LexborNode) -> str:
    """Return the first text in an element that is not blank; cheaper than all of its text."""
    place, text = node.first_child, ""
    for _ in range(_HIGHEST):
        if place is None:
            return text
        if place.is_text_node and (text := (place.text_content or "").strip()):
            return text
        place = place.next if place.is_text_node or place.first_child is None else place.first_child
    return text


def _follows_label(node: LexborNode) -> bool:
    sibling = node.prev
    for _ in range(_BACK):
        if sibling is None or "。" in (text := sibling.text()):
            return False
        if FURTHER_WORD in text and opens_further_reading(_beginning(sibling) or text):
            return True
        sibling = sibling.prev
    return False


def copy_without(root: LexborNode, omitted: Collection[int]) -> LexborNode:
    """Return a copy of an element without those in it that have the given ids; the page itself stays as it is.

    Args:
        root: The element; it is returned itself where nothing is omitted.
        omitted: Ids (`mem_id`) of elements; one may stand in another.
    """
    if not omitted:
        return root
    copy = root.clone()
    twins = [twin for node, twin in zip(root.traverse(), copy.traverse(), strict=True) if node.mem_id in omitted]
    ids = frozenset(twin.mem_id for twin in twins)
    for twin in [twin for twin in twins if not stands_in_one_of(twin.parent, ids)]:
        twin.decompose()
    return copy


def stands_in_one_of(node: LexborNode | None, ids: Collection[int]) -> bool:
    """Whether an element is, or stands in, one of those with the given ids (`mem_id`)."""
    while node is not None and ids:
        if node.mem_id in ids:
            return True
        node = node.parent
    return False


def drop_next_articles(tree: LexborHTMLParser, bodies: str, title: str) -> None:
    """Take articles that follow a page's own out of its tree, each of which has a heading h1 over its body.

    Args:
        tree: The page.
        bodies: The selector of bodies.
        title: The page's own title: what has it for its heading is no other article.
    """
    around, place = _next_article(tree, bodies)
    if place is None or normal_text(place.text()) == normal_text(title):
        return
    while place.parent is not None and place.parent.mem_id not in around:
        place = place.parent
    sibling: LexborNode | None = place
    while sibling is not None:
        gone, sibling = sibling, sibling.next
        if gone.tag != "script":
            gone.decompose()


def _next_article(tree: LexborHTMLParser, bodies: str) -> tuple[set[int], LexborNode | None]:
    """Return the ids of the first body and of what it stands in, and the heading of an article that follows."""
    around: set[int] = set()
    own: frozenset[int] = frozenset()
    heading = None
    for node in tree.css(f"h1, {bodies}"):
        if node.tag == "h1":
            heading = heading if stands_in_one_of(node, own) else node
        elif not around:
            around, own, heading = _ids_around(node), frozenset({node.mem_id}), None
        elif heading is not None:
            return around, heading
    return around, None


def _ids_around(node: LexborNode) -> set[int]:
    ids = {node.mem_id}
    while node.parent is not None:
        node = node.parent
        ids.add(node.mem_id)
    return ids
