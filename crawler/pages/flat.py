"""A block as most are: text, with a few links and words in bold, and nothing deeper. Read at once, for speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archive.article import Link
from crawler.pages.elements import STRONG
from crawler.pages.whitespace import collapsed, is_blank

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.pages.document import Document

_PLAIN = frozenset({*STRONG, "em", "i", "u", "sup", "sub"})


class Flat(NamedTuple):
    """A block's text (empty if it is blank), its links, and whether all of it is in `strong` or `b`."""

    text: str
    links: tuple[Link, ...]
    strong: bool


def read_flat(node: LexborNode, document: Document) -> Flat | None:
    """Return a block that holds but text, links and plain emphasis of text, or None for any other."""
    parts: list[str] = []
    links: list[Link] = []
    strong = True
    child = node.first_child
    while child is not None:
        holder = child
        if not child.is_text_node:
            inner = child.first_child
            if inner is None or not inner.is_text_node or inner.next is not None or not _is_flat(child):
                return None
            holder = inner
        text = holder.text_content or ""
        parts.append(text)
        if holder is child or child.tag not in STRONG:
            strong = strong and is_blank(text)
        if holder is not child and child.tag == "a" and (link := _link(child, text, document)):
            links.append(link)
        child = child.next
    text = collapsed("".join(parts))
    return Flat("" if is_blank(text) else text, tuple(links), strong)


def _is_flat(node: LexborNode) -> bool:
    """Return whether an element is a link without names of its own, or plain emphasis without attributes."""
    if node.tag == "a":
        attributes = node.attributes
        return "class" not in attributes and "style" not in attributes and "id" not in attributes
    return node.tag in _PLAIN and not node.attributes


def _link(node: LexborNode, text: str, document: Document) -> Link | None:
    attributes = node.attributes
    url = document.absolute(attributes.get("href") or "") if attributes.get("href") else None
    title = collapsed(text)
    return Link(title or collapsed(attributes.get("aria-label") or attributes.get("title") or ""), url) if url else None
