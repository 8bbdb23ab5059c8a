"""The generic reader, for pages of an unknown template, such as after a redesign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from archive.model.article import Article
from archive.model.labels import FURTHER_WORD
from archive.model.text import collapsed, normal_text
from crawler.addresses import read_address
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.body.other_articles import TAG_LINKS, teasers_in
from crawler.pages.body.surroundings import ASIDE, stands_in, stands_in_one_of
from crawler.pages.fields.dates import Statement
from crawler.pages.fields.paywall import is_login_page
from crawler.pages.fields.title import heading_of
from crawler.pages.templates.article_page import ArticlePage
from crawler.pages.templates.foreign import foreign_in
from crawler.pages.templates.main_content import Weights, climbed, main_element, weigh
from crawler.pages.templates.trimming import trimmed

_LEAST_PROSE = 60
_MUCH_PROSE = 150
"""With so much prose, a title of any length is an article's."""

_SENTENCES = 4
"""So many sentences under a long title are an article's, though each is short."""

_LONG_TITLE = 12
_LEAST_TITLE = 6
_SHORT_TITLE = 16
_OTHER_PAGE = re.compile(
    r"維護|登入|驗證|首頁|access denied|just a moment|forbidden|^\d{3}\b|error|錯誤", re.IGNORECASE
)
_HEAD_BLOCKS = 15
_SITE = frozenset({"aside", "nav", "footer", "header"})
_MANY_CARDS = 5


class GenericPage(ArticlePage):
    """A page of an unknown template: its body is the element with the most prose."""

    NAME = "generic"
    AUTHOR: ClassVar[tuple[str, ...]] = (".status-msg-wrap a",)
    AUTHOR_ELSEWHERE: ClassVar[tuple[str, ...]] = (
        *ArticlePage.AUTHOR_ELSEWHERE,
        'main a[href*="/user/"], article a[href*="/user/"]',
        'main a[href*="/author/"], article a[href*="/author/"]',
        'a[href*="bloggerId" i]',
    )
    BODY_END = "info-useful"
    PUBLISHED = "[notedate], [itemprop=datePublished][datetime], meta[itemprop=datePublished], li.pt__li--publish"
    TAGS = TAG_LINKS
    NO_TEXT = ".status-msg-wrap"

    @cached_property
    def heading(self) -> LexborNode | None:
        """Return the element that shows the title; None if the title is only stated in the head."""
        return heading_of(self.document, self.title)

    @cached_property
    def body(self) -> LexborNode | None:
        """Return the largest element that holds mainly the prose; None on a page without prose."""
        root = self.document.root
        if root is None or not self._prose:
            return None
        return climbed(main_element(root, self._weights), self._weights, self.heading)

    @cached_property
    def _weights(self) -> Weights:
        return weigh(self.document.root) if self.document.root is not None else Weights()

    @property
    def _prose(self) -> int:
        """How much prose the whole page holds, in characters."""
        return self._weights.of(self.document.root) if self.document.root is not None else 0

    def not_text(self, body: LexborNode) -> list[LexborNode]:
        """Return the author, cards of other articles, discussions, and footers without further reading."""
        footers = [node for node in body.css("footer") if FURTHER_WORD not in node.text()]
        sure = self._weights.sure
        discussions = [node for node in body.traverse() if node.mem_id in sure] if sure else []
        return super().not_text(body) + footers + discussions + foreign_in(body)

    @cached_property
    def marked(self) -> list[RawBlock]:
        """Return the blocks of the body below the title and its byline, without links to tags and authors."""
        return trimmed(super().marked, self.title, self.author().name)

    def published(self) -> Iterator[Statement]:
        """Yield what the page states of its publication, strongest first."""
        yield from super().published()
        for node in self.document.tree.css("time[datetime]"):
            if not stands_in(node, ASIDE) and not stands_in_one_of(node, self._omitted):
                yield Statement("time[datetime]", node.attributes.get("datetime") or "")
                return

    def tags(self) -> list[str]:
        """Return the texts of links to tag listings that stand in no navigation and no card, in order, each once."""
        nodes = (node for node in self.document.tree.css(self.TAGS) if not stands_in(node, _SITE))
        texts = (collapsed(node.text()).lstrip("#＃").strip() for node in nodes)
        return [tag for tag in dict.fromkeys(texts) if tag]

    def read(self) -> Article | None:
        """Return the article, or None if the page has no title or no prose, or is none of an article."""
        if self.body is None or not self._is_article():
            return None
        return super().read()

    def _is_article(self) -> bool:
        """Return whether the page is an article by its own statement, by title or length, and is no other page."""
        metas = self.document.metas
        stated = metas.get("og:url") or self._canonical()
        if (stated and self._is_other_page(stated)) or is_login_page(
            self.document, has_prose=self._prose >= _MUCH_PROSE
        ):
            return False
        if (
            self.document.linked_data
            or metas.get("og:type", "").lower() == "article"
            or "article:published_time" in metas
        ):
            return True
        title = normal_text(self.title)
        if title.startswith("【"):
            return True
        if len(title) <= _SHORT_TITLE and _OTHER_PAGE.search(title):
            return False
        if len(title) < _LEAST_TITLE and self._prose < _MUCH_PROSE:
            return False
        enough = (
            self._prose >= _LEAST_PROSE
            or FURTHER_WORD.encode() in self.document.html
            or (len(title) >= _LONG_TITLE and self.body is not None and self.body.text().count("。") >= _SENTENCES)
        )
        return enough and not self._is_listing()

    def _is_other_page(self, stated: str) -> bool:
        """Return whether an address that the page states as its own is one of the site's that holds no article."""
        sites, absolute = self.document.sites, self.document.absolute(stated, self.document.url)
        is_ours = absolute is not None and sites.path_of(urlsplit(absolute)) is not None
        return is_ours and read_address(stated, sites, self.document.url) is None

    def _is_listing(self) -> bool:
        return self.body is not None and len(teasers_in(self.document, self.body)) >= _MANY_CARDS

    def _canonical(self) -> str | None:
        node = self.document.tree.css_first('link[rel="canonical"][href]')
        return node.attributes.get("href") if node else None
