"""The main content of a page of no known template, by density of text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.model.text import normal_text
from crawler.pages.body.block_roles import begins_box, begins_further_reading, role_of
from crawler.pages.body.card_words import RELATIVE
from crawler.pages.body.other_articles import is_teaser
from crawler.pages.fields.dates import stamps_of
from crawler.pages.html.elements import SKIPPED, is_no_text, is_noise
from crawler.pages.html.timestamps import read_moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawler.pages.body.raw_block import RawBlock
    from crawler.pages.html.document import Document

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

_HIGHEST = 12
_FURNITURE = frozenset({"nav", "footer", "header"})
_LONGEST_BYLINE = 40
_CREDIT = re.compile(r"(?:作者|撰文|編輯|記者|文)\s*[:/]\s*[^。]{1,20}")
_BARE = re.compile(r"[\d,.萬千kK\s]*(?:次|人|瀏覽|觀看|閱讀|點閱|views?)?[\d,.\s]*", re.IGNORECASE)
_NAVIGATION = re.compile(r"/tag/|[?&]tag=|/user/|/author/|/profile|bloggerid", re.IGNORECASE)
_LEADS_AWAY = re.compile(rf"{_NAVIGATION.pattern}|/article/|note-detail", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")


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


def climbed(document: Document, core: LexborNode, heading: LexborNode | None) -> LexborNode:
    """Return the largest element around the prose that holds neither the page's heading nor something foreign."""
    above_heading = {node.mem_id for node in _ancestors(heading)}
    node = core
    for _ in range(_HIGHEST):
        parent = node.parent
        if (
            parent is None
            or parent.tag in {"body", "html"}
            or parent.mem_id in above_heading
            or _has_foreign(document, parent, node)
        ):
            break
        node = parent
    return node


def is_navigation(block: RawBlock) -> bool:
    """Return whether a block is nothing but links to tags or authors."""
    if not block.links or not all(_NAVIGATION.search(link.url) for link in block.links):
        return False
    text = block.text
    for link in block.links:
        text = text.replace(link.title, "", 1)
    return not _LETTER.search(text)


def is_byline(block: RawBlock, author: str | None) -> bool:
    """Return whether a block before the text is a date, a count, the author, or a link."""
    text = normal_text(block.text)
    if len(text) > _LONGEST_BYLINE:
        return False
    if "。" in block.text or "，" in block.text:
        return False
    if RELATIVE.search(text) or _BARE.fullmatch(text) or text == normal_text(author or ""):
        return True
    return (
        bool(stamps_of(text))
        or read_moment(text) is not None
        or _CREDIT.fullmatch(text) is not None
        or any(link.title == block.text for link in block.links)
    )


def _ancestors(node: LexborNode | None) -> Iterator[LexborNode]:
    place = node.parent if node is not None else None
    while place is not None:
        yield place
        place = place.parent


def _has_foreign(document: Document, parent: LexborNode, node: LexborNode) -> bool:
    child, before = parent.first_child, ""
    while child is not None:
        if child.is_element_node:
            text = child.text().strip()
            is_other = text and child.mem_id != node.mem_id and _is_foreign(child, text, before)
            if is_other and not is_teaser(document, child):  # a card alone is taken out of the body later
                return True
            before = text or before
        child = child.next
    return False


def _is_foreign(node: LexborNode, text: str, before: str) -> bool:
    if node.tag in _FURNITURE:
        return True
    if begins_further_reading(text) or role_of(before) == "further" or _is_dropped(node, text):
        return False
    links = node.css("a[href]")
    linked = sum(len(link.text().strip()) for link in links)
    return linked * 2 > len(text) and any(_LEADS_AWAY.search(link.attributes.get("href") or "") for link in links)


def _is_dropped(node: LexborNode, text: str) -> bool:
    return node.tag == "aside" or begins_box(text) or is_noise(node.attributes)
