"""A block as most are: text, with links and words in bold or in spans, and no other block. Read at once, for speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.model.article import Link
from crawler.pages.html.elements import SPANS, STRONG, Attributes, is_heading_style, is_no_text
from crawler.pages.html.text import collapsed, is_blank, shown

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.pages.html.document import Document

Flat = tuple[str, tuple[Link, ...], bool, bool]
"""A block's text, its links, and whether all of it is emphasised or stands in spans; see `Line`."""

_PLAIN = frozenset({*STRONG, *SPANS, "a", "em", "i", "u", "sup", "sub"})
_BARE = _PLAIN - {"a"}
_DEEPEST = 4


def read_flat(node: LexborNode, document: Document) -> Flat | None:
    """Return a block that holds but text, links, spans and emphasis, or None for any other block."""
    strong = spanned = False
    child = first = node.first_child
    for _ in range(_DEEPEST):  # most hold one text, right in them or in one element
        if child is None or child.next is not None:
            break
        if child.is_text_node:
            return shown(child.text_content or ""), (), strong, spanned
        if (tag := child.tag) not in _BARE or child.attributes:
            break
        strong, spanned = strong or tag in STRONG, spanned or tag in SPANS
        child = child.first_child
    run = Run(document)
    if not run.take(first):
        return None
    text = shown("".join(run.parts))
    if text:
        return text, tuple(run.links), run.strong, run.spanned
    return None if run.links else ("", (), False, False)


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
        self._depth = self._open_strong = self._open_spans = 0

    def take(self, node: LexborNode | None) -> bool:
        """Take in a node and all its following siblings; return False if one of them is more than text in a line."""
        while node is not None:
            if node.is_text_node:
                text = node.text_content or ""
                self.parts.append(text)
                if (self.strong or self.spanned) and not is_blank(text):
                    self.strong = self.strong and self._open_strong > 0
                    self.spanned = self.spanned and self._open_spans > 0
            elif not self._take_element(node):
                return False
            node = node.next
        return True

    def _take_element(self, node: LexborNode) -> bool:
        tag, attributes = node.tag or "", node.attributes
        if tag not in _PLAIN or self._depth == _DEEPEST:
            return False
        if attributes and ("id" in attributes or is_no_text(attributes)):
            return False
        is_strong = tag in STRONG or (bool(attributes) and tag in SPANS and is_heading_style(attributes))
        is_span = not is_strong and tag in SPANS
        start = len(self.parts)
        self._depth, self._open_strong, self._open_spans = (
            self._depth + 1,
            self._open_strong + is_strong,
            self._open_spans + is_span,
        )
        if not self.take(node.first_child):
            return False
        self._depth -= 1
        self._open_strong -= is_strong
        self._open_spans -= is_span
        if tag == "a":
            self._keep_link(attributes, start)
        return True

    def _keep_link(self, attributes: Attributes, start: int) -> None:
        href = attributes.get("href")
        if href and (url := self._document.absolute(href)):
            label = attributes.get("aria-label") or attributes.get("title") or ""
            self.links.append(Link(collapsed("".join(self.parts[start:])) or collapsed(label), url))
