"""The main content of a page of no known template, by density of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.pages.body.block_roles import is_discussion_label, opens_further_reading, prose_in
from crawler.pages.body.surroundings import element_beside
from crawler.pages.html.elements import SKIPPED, is_discussion_name, is_no_text

_ELSEWHERE = frozenset({"aside", "footer", "form"})
_NEVER = SKIPPED - {"nav", "form", "dialog", "label"}
_ENOUGH = 150
"""Beside so much prose, what is called a discussion is none of the article, however long it is."""
_ENOUGH_UNLABELLED = 30
"""The same beside navigation, and what begins with the label of a discussion as its heading."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend"})
_DEEPEST_LABEL = 4

INLINE = frozenset(
    [
        "span",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "font",
        "a",
        "sup",
        "sub",
        "mark",
        "small",
        "big",
        "code",
        "abbr",
        "br",
        "s",
        "del",
        "wbr",
    ]
)
"""Elements whose text is part of the block around them."""

_MAIN_SHARE = 0.85

_HIGHEST = 12
_FAR = 4
_FEW = 4
_BLOCKS = frozenset({"p", "li", "td", "th", "tr", "tbody", "dd", "dt", "blockquote", "pre", "text", *INLINE})


@dataclass(slots=True)
class Weights:
    """How much prose each element of a page holds, by its id; elements without any are missing.

    Attributes:
        below: The weight of the element with all below it.
        foreign: The elements whose tag, names or attributes call them no text, and which hold little of the prose.
        sure: Those of them that are left out however much they hold: discussions, navigation.
    """

    below: dict[int, int] = field(default_factory=dict)
    foreign: frozenset[int] = frozenset()
    sure: frozenset[int] = frozenset()

    def of(self, node: LexborNode) -> int:
        """Return the weight of an element."""
        return self.below.get(node.mem_id, 0)


@dataclass(slots=True)
class Suspect:
    """An element called no text.

    Attributes:
        mem_id: Its id.
        around: The suspect that it stands in.
        enough: The prose beside which a discussion or navigation is left out, however long it is; None for anything
            else.
        is_out: Whether it is left out.
    """

    mem_id: int
    around: Suspect | None
    enough: int | None
    is_out: bool = False


def weigh(root: LexborNode) -> Weights:
    """Return how much prose each element of a page holds, in characters beyond those of titles and labels.

    Text in links does not count, nor does what is hidden, noise by its names, or in navigation, unless it is most of
    the page's: what holds most of the prose is text, whatever it is called.
    """
    suspects: list[Suspect] = []
    weights = _walk(root, frozenset(), suspects)
    sure, left = _sure(weights, suspects, weights.of(root))
    foreign = sure | _foreign(weights, suspects, left)
    return Weights(_walk(root, foreign, []).below, foreign, sure) if foreign else weights


def _sure(weights: Weights, suspects: list[Suspect], total: int) -> tuple[frozenset[int], int]:
    """Return the discussions and navigation beside which there is enough prose, and how much prose that is."""
    left = total
    sure: set[int] = set()
    for suspect in suspects:
        if suspect.around is not None and suspect.around.is_out:
            suspect.is_out = True
            continue
        weight = weights.below.get(suspect.mem_id, 0)
        if suspect.enough is not None and left - weight >= suspect.enough:
            sure.add(suspect.mem_id)
            suspect.is_out = True
            left -= weight
    return frozenset(sure), left


def _foreign(weights: Weights, suspects: list[Suspect], total: int) -> frozenset[int]:
    """Return the other suspects that hold little of the prose that is left, outermost first."""
    foreign: set[int] = set()
    left = total
    for suspect in suspects:
        if suspect.is_out:
            continue
        if suspect.around is not None and suspect.around.is_out:
            suspect.is_out = True
            continue
        weight = weights.below.get(suspect.mem_id, 0)
        if weight * 2 < total:
            foreign.add(suspect.mem_id)
            suspect.is_out = True
            left -= weight
    if left * _FEW < total:
        return frozenset(suspect.mem_id for suspect in suspects if not weights.below.get(suspect.mem_id))
    return frozenset(foreign)


def _walk(root: LexborNode, left_out: frozenset[int], suspects: list[Suspect]) -> Weights:
    weights = Weights()
    own: dict[int, list[str]] = {}
    path: list[LexborNode] = [root]
    around: list[Suspect] = []
    node = root.first_child
    while path:
        if node is None:
            done = path.pop()
            if around and around[-1].mem_id == done.mem_id:
                around.pop()
            _settle(weights, own, done, path)
            node = done.next if path else None
        elif node.is_text_node:
            own.setdefault(path[-1].mem_id, []).append((node.text_content or "").strip())
            node = node.next
        elif node.tag in _NEVER or node.mem_id in left_out:
            node = node.next
        else:
            if suspect := _suspect(node, around[-1] if around else None):
                suspects.append(suspect)
                around.append(suspect)
            path.append(node)
            node = node.first_child
    return weights


def _suspect(node: LexborNode, around: Suspect | None) -> Suspect | None:
    attributes = node.attributes
    if is_discussion_name(attributes):
        return Suspect(node.mem_id, around, _ENOUGH)
    if node.tag not in INLINE and _begins_discussion(node):
        return Suspect(node.mem_id, around, _ENOUGH_UNLABELLED)
    if node.tag == "nav":
        return Suspect(node.mem_id, around, _ENOUGH_UNLABELLED)
    if node.tag in _ELSEWHERE or is_no_text(attributes):
        return Suspect(node.mem_id, around, None)
    return None


def _begins_discussion(node: LexborNode) -> bool:
    """Return whether an element begins with a heading that is the label of a discussion."""
    place: LexborNode | None = node
    for _ in range(_DEEPEST_LABEL):
        place = place.first_child if place is not None else None
        while place is not None and not place.is_element_node:
            if place.is_text_node and (place.text_content or "").strip():
                return False
            place = place.next
        if place is not None and place.tag in _HEADINGS:
            return is_discussion_label(place.text())
    return False


def main_element(root: LexborNode, weights: Weights) -> LexborNode:
    """Return the smallest element that holds three quarters of what the element around it holds, from the root down."""
    node = root
    while True:
        heaviest = _heaviest(node, weights)
        if heaviest is None or weights.of(heaviest) < weights.of(node) * _MAIN_SHARE:
            return node
        node = heaviest


def _heaviest(node: LexborNode, weights: Weights) -> LexborNode | None:
    heaviest, child = None, node.first_child
    while child is not None:
        if weights.of(child) > (weights.of(heaviest) if heaviest else 0):
            heaviest = child
        child = child.next
    return heaviest


def _settle(weights: Weights, own: dict[int, list[str]], node: LexborNode, path: list[LexborNode]) -> None:
    """Give a finished element's text to the block it stands in, and its weight to the element around it."""
    texts = own.pop(node.mem_id, [])
    if not path:
        return
    around = path[-1].mem_id
    tag = node.tag or ""
    if tag in INLINE:
        if tag != "a":
            own.setdefault(around, []).extend(texts)
    elif texts and (weight := prose_in("".join(texts))):
        weights.below[node.mem_id] = weights.of(node) + weight
    if weight := weights.of(node):
        weights.below[around] = weights.below.get(around, 0) + weight


def climbed(core: LexborNode, weights: Weights, heading: LexborNode | None) -> LexborNode:
    """Return the largest element around the prose that adds prose or further reading to it, below the page's heading.

    What makes a block, as a paragraph or a cell does, is no body of its own.
    """
    above_heading = {node.mem_id for node in _ancestors(heading)}
    largest = node = core
    for _ in range(_HIGHEST):
        parent = node.parent
        if parent is None or parent.tag in {"body", "html"} or parent.mem_id in above_heading:
            break
        if weights.of(parent) > weights.of(node) or largest.tag in _BLOCKS or _reads_further(node):
            largest = parent
        node = parent
    return largest


def _reads_further(node: LexborNode) -> bool:
    """Return whether the further reading stands beside an element, right below it or a little further down."""
    beside = element_beside(node, "next")
    for _ in range(_FAR):
        if beside is None:
            return False
        if opens_further_reading(beside.text()):
            return True
        beside = element_beside(beside, "next")
    return False


def _ancestors(node: LexborNode | None) -> Iterator[LexborNode]:
    place = node.parent if node is not None else None
    while place is not None:
        yield place
        place = place.parent
