"""Further reading (延伸閱讀): the articles that an article links to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborNode

from archive.model.article import Link, Related
from archive.model.labels import FURTHER_WORD, is_only_titles
from archive.model.text import collapsed, normal_of
from crawler.addresses import Sites, read_address
from crawler.pages.body.block_roles import TAIL_ROLES, RawBlock, after_further_label, begins_further_reading, role_of
from crawler.pages.body.other_articles import HEADINGS, bare_title, is_card_words
from crawler.pages.html.document import Document

_IN_BYTES = FURTHER_WORD.encode()
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
_LABELS = (
    ", ".join(f'{place}:lexbor-contains("{FURTHER_WORD}")' for place in _PLACES) + f', [aria-label*="{FURTHER_WORD}"]'
)
_BLOCKS = "p, div, li, section, aside"  # a node's own match counts among what it finds
_MOST_LABELS = 40
_HIGHEST = 4
_DEEPEST = 200

_LONGEST_TITLE = 80
_LABEL = re.compile(rf"^[\W_]{{0,3}}{FURTHER_WORD}\s*[:：】》>|｜]?\s*")
_LATIN = re.compile(r"[\w,.:]$", re.ASCII)
"""The end of a part behind which a line break is a space."""

_BULLET = re.compile(r"^(?:[•·‧▪●○◆■★☆▶►➤→>*\-–—]+|\(?\d{1,2}[.、)）])\s*")


def reading_outside(document: Document, body: LexborNode, inside: int) -> list[Related]:
    """Return the further reading in boxes outside the body, in order.

    A box has its own label 延伸閱讀; lists under other labels (最新文章, 作者文章…) do not count.

    Args:
        document: The page.
        body: The element that holds the body.
        inside: How often 延伸閱讀 stands in its text.
    """
    if document.html.count(_IN_BYTES) <= inside:
        return []
    readings: list[Related] = []
    for label in document.tree.css(_LABELS)[:_MOST_LABELS]:
        if not _within(label, body) and _is_label(label):
            links = _links(document, _linked_elements(label))
            readings += _whole([related_of(link, document.sites) for link in links if is_reading(link)])
    return readings


def _is_label(node: LexborNode) -> bool:
    text = collapsed(node.text())
    named = collapsed(node.attributes.get("aria-label") or "")
    if role_of(named) == "further":
        return True
    if role_of(text) == "further":
        return True
    return begins_further_reading(text) and after_further_label(text) is not None and len(node.css(_BLOCKS)) <= 1


def _linked_elements(label: LexborNode) -> list[LexborNode]:
    """Return the elements with links under a label: in it, beside it, or beside the element that has only it."""
    if label.css_first("a[href]"):
        return [label]
    node = label
    for _ in range(_HIGHEST):
        elements = _following(node)
        if elements or node.parent is None or node.parent.tag in {"body", "main"}:
            return elements
        node = node.parent
    return []


def _following(node: LexborNode) -> list[LexborNode]:
    elements = []
    sibling = node.next
    while sibling is not None:
        if sibling.is_element_node:
            if _begins_other(sibling):
                break
            if sibling.tag == "a" or sibling.css_first("a[href]"):
                elements.append(sibling)
        sibling = sibling.next
    return elements


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
    links = []
    for element in elements:
        for node in [element] if element.tag == "a" else element.css("a[href]"):
            attributes = node.attributes
            heading = node.css_first(f"{HEADINGS}, [class*=title i]")
            title = collapsed((heading or node).text()) or collapsed(
                attributes.get("aria-label") or attributes.get("title") or ""
            )
            url = document.absolute(attributes.get("href") or "")
            if url and title and not _is_line(node):
                links.append(Link(title, url))
    return links


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


def reading_in(blocks: Sequence[RawBlock], sites: Sites, key: str) -> list[Related]:
    """Return the further reading in a body, in order, each entry once, without the article itself.

    It consists of a label and the links under it, or in the same block, anywhere. Titles without a link count only in
    the tail, if no prose follows before the next label.
    """
    readings: list[Related] = []
    for index, block in enumerate(blocks):
        if block.role == "further":
            readings += _under(blocks[index + 1 :], sites)
        elif FURTHER_WORD in block.text and (rest := _beside_label(block)) is not None:
            readings += _beside(block, rest, sites)
            if is_further_label_line(block, rest):
                readings += _linked(blocks[index + 1 :], sites)
    return once(_whole(readings), key)


def is_further_label_line(block: RawBlock, rest: str) -> bool:
    """Return whether a block with the label has only links, so that the blocks under it may have more."""
    return _is_links(rest, block.links)


def is_reading(link: Link) -> bool:
    """Return whether a link under the label can be an article: it has a title that promotes nothing, and an address."""
    return bool(link.title) and "javascript:" not in link.url and role_of(link.title) != "line"


def related_of(link: Link, sites: Sites) -> Related:
    """Return a link as further reading: canonical address and key where it is an article of CMoney's."""
    address = read_address(link.url, sites)
    title = bare_title(_LABEL.sub("", link.title))
    return Related(title, address.url(sites) if address else link.url, address.key if address else None)


def _whole(entries: Iterable[Related]) -> list[Related]:
    """Return entries with the parts of titles joined that a line break or a second link to the same address split."""
    wholes: list[Related] = []
    for entry in entries:
        before = wholes[-1] if wholes else None
        if before and entry.url and before.url == entry.url and _goes_on(before.title, entry.title):
            parts = f"{before.title} {entry.title}" if _LATIN.search(before.title) else before.title + entry.title
            wholes[-1] = Related(parts, entry.url, entry.key)
        else:
            wholes.append(entry)
    return wholes


def _goes_on(title: str, more: str) -> bool:
    """Whether a text can be the rest of a title, and is neither the title again nor a card's words or summary."""
    is_new = normal_of(more) not in normal_of(title) and normal_of(title) not in normal_of(more)
    return is_new and not more.startswith("【") and len(title) + len(more) <= _LONGEST_TITLE and _is_title(more)


def once(entries: Iterable[Related], key: str) -> list[Related]:
    """Return entries in order, each address once with the first title that it has, without the article itself."""
    by_identity: dict[str, Related] = {}
    for entry in entries:
        identity = entry.key or entry.url or normal_of(entry.title)
        known = by_identity.get(identity)
        if entry.key != key and (known is None or not known.title):
            by_identity[identity] = entry
    return list(by_identity.values())


def titles_in(blocks: Sequence[RawBlock]) -> list[str]:
    """Return the titles under (or beside) the labels of a text capture, in order, each once."""
    known: dict[str, None] = {}
    for index, block in enumerate(blocks):
        if block.role == "further":
            titles = _titles(_until_marker(blocks[index + 1 :]))
        else:
            rest = after_further_label(block.text)
            titles = [rest] if rest and _is_title(rest) else []
        known.update(dict.fromkeys(titles))
    return list(known)


def _under(blocks: Sequence[RawBlock], sites: Sites) -> list[Related]:
    region = _until_marker(blocks)
    if not all(_is_entry(block) for block in region):
        return _linked(region, sites)
    readings: list[Related] = []
    for block in region:
        links = _readings(block, sites)
        readings += links or [Related(title, None, None) for title in _titles([block])]
    return readings


def _linked(blocks: Sequence[RawBlock], sites: Sites) -> list[Related]:
    readings: list[Related] = []
    for block in blocks:
        if block.role == "line" or is_card_words(block.text):
            continue
        if not _is_links(normal_of(block.text), block.links) or block.role in TAIL_ROLES:
            break
        readings += _readings(block, sites)
    return readings


def _beside_label(block: RawBlock) -> str | None:
    """Return the rest of the block after the label; without a sign between, only if all of it is links."""
    rest = after_further_label(block.text)
    if rest is None and block.links:
        glued = _LABEL.sub("", normal_of(block.text), count=1)
        rest = glued if glued != normal_of(block.text) and _is_links(glued, block.links) else None
    return rest


def _beside(block: RawBlock, rest: str, sites: Sites) -> list[Related]:
    return _readings(block, sites) if _is_links(rest, block.links) else []


def _readings(block: RawBlock, sites: Sites) -> list[Related]:
    """Return the links of a block; none of a line that promotes something or names a source."""
    return [related_of(link, sites) for link in block.links if block.role != "line" and is_reading(link)]


def _until_marker(blocks: Sequence[RawBlock]) -> Sequence[RawBlock]:
    end = next((index for index, block in enumerate(blocks) if block.role in TAIL_ROLES), len(blocks))
    return blocks[:end]


def _titles(blocks: Iterable[RawBlock]) -> list[str]:
    texts = (_BULLET.sub("", block.text.strip()) for block in blocks)
    return [text for text in texts if _is_title(text)]


def _is_entry(block: RawBlock) -> bool:
    text = normal_of(block.text)
    return _is_normal_title(text) or role_of(text) == "line" or is_card_words(text) or _is_links(text, block.links)


def _is_title(text: str) -> bool:
    return _is_normal_title(normal_of(text))


def _is_normal_title(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_TITLE
        and role_of(text) != "line"
        and not text.endswith("。")
        and not is_card_words(text)
    )


def _is_links(text: str, links: Sequence[Link]) -> bool:
    """Whether a text in the normal form holds links, signs and numbers of a list, and no other word."""
    titles = [normal_of(title) for link in links for title in (link.title, _LABEL.sub("", link.title))]
    return is_only_titles(text, titles)
