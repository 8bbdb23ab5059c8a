"""Further reading (延伸閱讀) in a box of its own outside the body element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.article import Link
from crawler.pages.cards import HEADINGS
from crawler.pages.further import is_reading, related_of
from crawler.pages.roles import TAIL_ROLES, after_further_label, begins_further_reading, role_of
from crawler.pages.whitespace import collapsed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from archive.article import Related
    from crawler.pages.document import Document

WORD = "延伸閱讀"
_IN_BYTES = WORD.encode()
_PLACES = (
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "div",
    "span",
    "strong",
    "b",
    "dt",
    "summary",
    "legend",
    "section",
    "aside",
    "nav",
    "ul",
    "li",
)
_LABELS = ", ".join(f'{place}:lexbor-contains("{WORD}")' for place in _PLACES) + f', [aria-label*="{WORD}"]'
_BLOCKS = "p, div, li, section, aside"  # a node's own match counts among what it finds
_MOST_LABELS = 40
_HIGHEST = 4
_DEEPEST = 200


def reading_outside(document: Document, body: LexborNode, inside: int) -> list[Related]:
    """Return the further reading in boxes outside the body, in order.

    A box is what stands under a label of its own; lists under other labels (最新文章, 作者文章…) are none.

    Args:
        document: The page.
        body: The element that holds the body.
        inside: How often its text says 延伸閱讀.
    """
    if document.html.count(_IN_BYTES) <= inside:
        return []
    found: list[Related] = []
    for label in document.tree.css(_LABELS)[:_MOST_LABELS]:
        if not _within(label, body) and _is_label(label):
            links = _links(document, _linked_elements(label))
            found += [related_of(link, document.sites) for link in links if is_reading(link)]
    return found


def _is_label(node: LexborNode) -> bool:
    text = collapsed(node.text())
    named = collapsed(node.attributes.get("aria-label") or "")
    if role_of(named) == "further":
        return True
    if role_of(text) == "further":
        return True
    return begins_further_reading(text) and after_further_label(text) is not None and len(node.css(_BLOCKS)) <= 1


def _linked_elements(label: LexborNode) -> list[LexborNode]:
    """Return the elements with links that stand under a label: in it, beside it, or beside what holds it alone."""
    if label.css_first("a[href]"):
        return [label]
    node = label
    for _ in range(_HIGHEST):
        found = _following(node)
        if found or node.parent is None or node.parent.tag in {"body", "main"}:
            return found
        node = node.parent
    return []


def _following(node: LexborNode) -> list[LexborNode]:
    found = []
    sibling = node.next
    while sibling is not None:
        if sibling.is_element_node:
            if _begins_other(sibling):
                break
            if sibling.tag == "a" or sibling.css_first("a[href]"):
                found.append(sibling)
        sibling = sibling.next
    return found


def _begins_other(node: LexborNode) -> bool:
    first = node.css_first(HEADINGS)  # itself, if it is one
    labels = [first] if first else []
    child = node.first_child
    while child is not None and child.is_text_node and not (child.text_content or "").strip():
        child = child.next
    labels += [child] if child is not None and child.is_element_node else []
    texts = [collapsed(label.text()) for label in (*labels, node)]
    return any(role_of(text) in TAIL_ROLES - {"further"} for text in texts)


def _links(document: Document, elements: list[LexborNode]) -> list[Link]:
    found = []
    for element in elements:
        for node in [element] if element.tag == "a" else element.css("a[href]"):
            attributes = node.attributes
            heading = node.css_first(f"{HEADINGS}, [class*=title i]")
            title = collapsed((heading or node).text()) or collapsed(
                attributes.get("aria-label") or attributes.get("title") or ""
            )
            url = document.absolute(attributes.get("href") or "")
            if url and title and not _is_line(node):
                found.append(Link(title, url))
    return found


def _is_line(link: LexborNode) -> bool:
    """Return whether a link stands in a line of its own that promotes something or names a source."""
    around = link.parent
    return around is not None and role_of(collapsed(around.text())) == "line"


def _within(node: LexborNode, body: LexborNode) -> bool:
    place: LexborNode | None = node
    for _ in range(_DEEPEST):
        if place is None:
            return False
        if place.mem_id == body.mem_id:
            return True
        place = place.parent
    return True
