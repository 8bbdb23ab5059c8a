"""Blocks amid a body that are nothing but links: to other articles, or below the label of an advertisement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.markers import PREFIX
from crawler.addresses import read_address
from crawler.pages.card_words import is_card_words, without_titles
from crawler.pages.normal import normal_of
from crawler.pages.roles import opens_further_reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.document import Document
    from crawler.pages.headings import Marked


def without_linked(blocks: Sequence[Marked], document: Document, key: str) -> list[Marked]:
    """Return the blocks of a body without those that lead to other articles, outside its further reading.

    Where they hold most of the text, they are the text.

    Args:
        blocks: The blocks of the body.
        document: The page.
        key: The key of the page's own article.
    """
    shown = _shown(blocks, document, key)
    if len(shown) < len(blocks) and _size(shown) * 2 < _size(blocks):
        return list(blocks)
    return shown


def _shown(blocks: Sequence[Marked], document: Document, key: str) -> list[Marked]:
    shown = []
    is_reading = is_advertised = False
    for block in blocks:
        text = block.text
        is_reading = "。" not in text and (is_reading or ("延伸閱讀" in text and opens_further_reading(text)))
        leads_away = block.links and not is_reading and _leads_away(block, document, key, is_advertised=is_advertised)
        is_advertised = block.role == "advertisement"
        if not leads_away:
            shown.append(block)
    return shown


def _leads_away(block: Marked, document: Document, key: str, *, is_advertised: bool) -> bool:
    titles = [normal_of(link.title) for link in block.links]
    if not any(titles) or not is_card_words(without_titles(block.text, titles)):
        return False
    if is_advertised and len(block.links) == 1:
        return True
    is_title = PREFIX.match(block.text) is not None
    if block.kind == "heading" and not is_title:
        return False  # a heading may be linked, and heads what follows it
    found = [read_address(link.url, document.sites) for link in block.links]
    return all(address is not None and (is_title or address.key != key) for address in found)


def _size(blocks: Sequence[Marked]) -> int:
    return sum(len(block.text) for block in blocks)
