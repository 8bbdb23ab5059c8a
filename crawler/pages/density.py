"""Where on an unknown page the prose stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.pages.elements import SKIPPED
from crawler.pages.noise import is_no_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_ELSEWHERE = frozenset({"aside", "nav", "footer"})
_INLINE = frozenset(
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
_SENTENCE_SIGNS = ("，", "。", "、", "；", ",")
_NOT_PROSE = 30
"""How many characters of a block count for nothing: titles and labels are no longer."""

_MAIN_SHARE = 0.75


@dataclass(slots=True)
class Weights:
    """How much prose each element of a page holds, by its id; elements without any are missing.

    Attributes:
        below: The weight of the element with all below it.
        order: Elements with weight, each before those in it.
    """

    below: dict[int, int] = field(default_factory=dict)

    def of(self, node: LexborNode) -> int:
        """Return the weight of an element."""
        return self.below.get(node.mem_id, 0)


def weigh(root: LexborNode) -> Weights:
    """Return how much prose each element of a page holds, in characters beyond those of titles and labels.

    Text in links does not count, nor does what is hidden, noise by its names, or in navigation.
    """
    weights = Weights()
    own: dict[int, list[str]] = {}
    path: list[LexborNode] = [root]
    node = root.first_child
    while path:
        if node is None:
            done = path.pop()
            _settle(weights, own, done, path)
            node = done.next if path else None
        elif node.is_text_node:
            own.setdefault(path[-1].mem_id, []).append((node.text_content or "").strip())
            node = node.next
        elif _counts(node):
            path.append(node)
            node = node.first_child
        else:
            node = node.next
    return weights


def main_element(root: LexborNode, weights: Weights) -> LexborNode:
    """Return the smallest element that holds three quarters of what the element around it holds, from the root down."""
    node = root
    while True:
        heaviest = _heaviest(node, weights)
        if heaviest is None or weights.of(heaviest) < weights.of(node) * _MAIN_SHARE:
            return node
        node = heaviest


def _heaviest(node: LexborNode, weights: Weights) -> LexborNode | None:
    found, child = None, node.first_child
    while child is not None:
        if weights.of(child) > (weights.of(found) if found else 0):
            found = child
        child = child.next
    return found


def _counts(node: LexborNode) -> bool:
    tag = node.tag or ""
    if tag in SKIPPED or tag in _ELSEWHERE:
        return False
    return not is_no_text(node.attributes)


def _settle(weights: Weights, own: dict[int, list[str]], node: LexborNode, path: list[LexborNode]) -> None:
    """Give a finished element's text to the block it stands in, and its weight to the element around it."""
    texts = own.pop(node.mem_id, [])
    if not path:
        return
    around = path[-1].mem_id
    tag = node.tag or ""
    if tag in _INLINE:
        if tag != "a":
            own.setdefault(around, []).extend(texts)
    elif texts:
        text = "".join(texts)
        if any(sign in text for sign in _SENTENCE_SIGNS) and len(text) > _NOT_PROSE:
            weights.below[node.mem_id] = weights.of(node) + len(text) - _NOT_PROSE
    if weight := weights.of(node):
        weights.below[around] = weights.below.get(around, 0) + weight
