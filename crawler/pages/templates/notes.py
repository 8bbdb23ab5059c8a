"""The old site's article page, 投資網誌 (docs/site.md §3)."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from archive.model.site_file import site
from archive.model.text import collapsed
from crawler.addresses import read_address
from crawler.pages.body.block_roles import begins_further_reading
from crawler.pages.body.other_articles import target_of
from crawler.pages.body.surroundings import element_beside
from crawler.pages.templates.article_page import ArticlePage

_SELECTORS = site().page["old"]
_HIGHEST = 8
_SHORTEST_TEXT = 20


class NotesPage(ArticlePage):
    """An article of the old site, as of autumn 2026; its body element holds author and tags too."""

    NAME = "notes"
    BODY = _SELECTORS["body"]
    BODY_END = _SELECTORS["body_end"]
    TITLE: ClassVar[tuple[str, ...]] = tuple(_SELECTORS["title"])
    AUTHOR: ClassVar[tuple[str, ...]] = tuple(_SELECTORS["author"])
    PUBLISHED = _SELECTORS["published"]
    NO_TEXT = _SELECTORS["no_text"]
    TAG_LINKS: ClassVar[str] = _SELECTORS["tag_links"]

    def tags(self) -> list[str]:
        """Return the tags that stand in the body element after its text, in order, each once."""
        texts = (collapsed(link.text()) or link.attributes.get("title") or "" for _, link in self._tag_items)
        tags = [tag for tag in dict.fromkeys(text.lstrip("#＃").strip() for text in texts) if tag]
        return tags or super().tags()

    def not_text(self, body: LexborNode) -> list[LexborNode]:
        """Return the author and the tags."""
        items = [item for item, _ in self._tag_items]
        return super().not_text(body) + items

    @cached_property
    def _tag_items(self) -> list[tuple[LexborNode, LexborNode]]:
        """Return the list items that hold a tag's link and nothing else, with the link."""
        if self.body is None:
            return []
        author = {link.mem_id for link in self.body.css(f"{self.NO_TEXT} {self.TAG_LINKS}")}
        links = [link for link in self.body.css(self.TAG_LINKS) if link.mem_id not in author]
        items = [(_item_of(link), link) for link in links]
        return [(item, link) for item, link in items if item is not None and self._is_tag(item, link)]

    def _is_tag(self, item: LexborNode, link: LexborNode) -> bool:
        href = link.attributes.get("href") or ""
        if collapsed(item.text()) != collapsed(link.text()) or read_address(
            href, self.document.sites, self.document.base_url
        ):
            return False
        if "tag" in href.lower():
            return True
        return self._is_own(href) and self._stands_after_text(item) and not self._is_reading(item)

    def _is_own(self, href: str) -> bool:
        address = self.document.absolute(href) if href else self.document.url
        return address is not None and self.document.sites.path_of(urlsplit(address)) is not None

    def _stands_after_text(self, item: LexborNode) -> bool:
        return (
            self.body is not None
            and _has_text_before(item, self.body)
            and not _has_text_after(item)
            and not _is_within(item, self.BODY_END)
        )

    def _is_reading(self, item: LexborNode) -> bool:
        """Return whether the list that an item stands in leads to articles, or stands under the label 延伸閱讀."""
        whole = item.parent
        if whole is None or any(target_of(self.document, link) for link in whole.css("a[href]")):
            return True
        above = element_beside(whole, "prev")
        return above is not None and begins_further_reading(above.text())


def _item_of(link: LexborNode) -> LexborNode | None:
    node = link.parent
    while node is not None and node.tag != "li":
        node = node.parent
    return node


def _has_text_before(item: LexborNode, body: LexborNode) -> bool:
    """Return whether something long enough to be a paragraph stands in the body before an item."""
    node: LexborNode | None = item
    while node is not None and node.mem_id != body.mem_id:
        before = node.prev
        while before is not None:
            if len(before.text().strip()) >= _SHORTEST_TEXT:
                return True
            before = before.prev
        node = node.parent
    return False


def _has_text_after(item: LexborNode) -> bool:
    """Return whether a paragraph follows the list that an item stands in."""
    node = item.parent.next if item.parent else None
    while node is not None:
        if node.tag in {"p", "h2", "h3"} and node.text().strip():
            return True
        node = node.next
    return False


def _is_within(node: LexborNode, identity: str) -> bool:
    place: LexborNode | None = node
    for _ in range(_HIGHEST):
        if place is None:
            return False
        if place.id == identity:
            return True
        place = place.parent
    return False
