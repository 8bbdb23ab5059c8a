"""A block as most are: text, with links and words in bold or in spans, and no other block. Read at once, for speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.article import Link
from crawler.pages.elements import SPANS, STRONG
from crawler.pages.lines import Line
from crawler.pages.noise import is_heading_style, is_hidden, is_noise
from crawler.pages.whitespace import collapsed, is_blank

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.pages.document import Document

_PLAIN = frozenset({*STRONG, *SPANS, "a", "em", "i", "u", "sup", "sub"})
_DEEPEST = 4


def read_flat(node: LexborNode, document: Document) -> Line | None:
    """Return the line of a block that holds but text, links, spans and emphasis, or None for any other block."""
    child = node.first_child
    if child is not None and child.is_text_node and child.next is None:
        text = collapsed(child.text_content or "")
        return Line("" if is_blank(text) else text)
    run = Run(document)
    if not run.take(child, 0, strong=False, spanned=False):
        return None
    text = collapsed("".join(run.parts))
    if is_blank(text):
        return None if run.links else Line("")
    return Line(text, tuple(run.links), run.strong, run.spanned)


class Run:
    """The text of a block while it is read.

    Attributes:
        parts: Its texts.
        links: Its links.
        strong: Whether all of its text so far is emphasised.
        spanned: Whether all of its text so far stands in spans.
    """

    def __init__(self, document: Document) -> None:
        self.parts: list[str] = []
        self.links: list[Link] = []
        self.strong = self.spanned = True
        self._document = document

    def take(self, node: LexborNode | None, depth: int, *, strong: bool, spanned: bool) -> bool:
        """Take in a node and all its following siblings; return False if one of them is more than text in a line."""
        while node is not None:
            if node.is_text_node:
                text = node.text_content or ""
                self.parts.append(text)
                if not is_blank(text):
                    self.strong = self.strong and strong
                    self.spanned = self.spanned and spanned
            elif depth == _DEEPEST or not self._take_element(node, depth, strong=strong, spanned=spanned):
                return False
            node = node.next
        return True

    def _take_element(self, node: LexborNode, depth: int, *, strong: bool, spanned: bool) -> bool:
        tag, attributes = node.tag or "", node.attributes
        if tag not in _PLAIN or "id" in attributes:
            return False
        if attributes and (is_hidden(attributes) or is_noise(attributes)):
            return False
        if tag == "a":
            return self._take_link(node, depth, strong=strong, spanned=spanned)
        if tag in STRONG or (tag in SPANS and attributes and is_heading_style(attributes)):
            return self.take(node.first_child, depth + 1, strong=True, spanned=spanned)
        return self.take(node.first_child, depth + 1, strong=strong, spanned=spanned or tag in SPANS)

    def _take_link(self, node: LexborNode, depth: int, *, strong: bool, spanned: bool) -> bool:
        start = len(self.parts)
        if not self.take(node.first_child, depth + 1, strong=strong, spanned=spanned):
            return False
        attributes = node.attributes
        href = attributes.get("href")
        if href and (url := self._document.absolute(href)):
            label = attributes.get("aria-label") or attributes.get("title") or ""
            self.links.append(Link(collapsed("".join(self.parts[start:])) or collapsed(label), url))
        return True
