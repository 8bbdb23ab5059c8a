"""What an unknown template leaves around and in the prose: other articles, bylines, tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.normal_form import normal_text
from crawler.pages.card_words import RELATIVE
from crawler.pages.moments import read_moment
from crawler.pages.noise import is_noise
from crawler.pages.roles import begins_box, begins_further_reading, role_of
from crawler.pages.stamps import stamps_of
from crawler.pages.teasers import is_teaser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawler.pages.document import Document
    from crawler.pages.headings import Marked

_HIGHEST = 12
_ELSEWHERE = frozenset({"nav", "footer", "header"})
_LONGEST_BYLINE = 40
_CREDIT = re.compile(r"(?:作者|撰文|編輯|記者|文)\s*[:/]\s*[^。]{1,20}")
_BARE = re.compile(r"[\d,.萬千kK\s]*(?:次|人|瀏覽|觀看|閱讀|點閱|views?)?[\d,.\s]*", re.IGNORECASE)
_NAVIGATION = re.compile(r"/tag/|[?&]tag=|/user/|/author/|/profile|bloggerid", re.IGNORECASE)
_LEADS_AWAY = re.compile(rf"{_NAVIGATION.pattern}|/article/|note-detail", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")


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


def is_navigation(block: Marked) -> bool:
    """Return whether a block is nothing but links to tags or authors."""
    if not block.links or not all(_NAVIGATION.search(link.url) for link in block.links):
        return False
    text = block.text
    for link in block.links:
        text = text.replace(link.title, "", 1)
    return not _LETTER.search(text)


def is_byline(block: Marked, author: str | None) -> bool:
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
    if node.tag in _ELSEWHERE:
        return True
    if begins_further_reading(text) or role_of(before) == "further" or _is_dropped(node, text):
        return False
    links = node.css("a[href]")
    linked = sum(len(link.text().strip()) for link in links)
    return linked * 2 > len(text) and any(_LEADS_AWAY.search(link.attributes.get("href") or "") for link in links)


def _is_dropped(node: LexborNode, text: str) -> bool:
    return node.tag == "aside" or begins_box(text) or is_noise(node.attributes)
