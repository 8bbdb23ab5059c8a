"""The base class of page objects of articles: one method a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import ClassVar

from selectolax.lexbor import LexborNode

from archive.model.article import Access, Article, Author, Block, Extractor, LeftOut, Related
from archive.model.labels import FURTHER_WORD
from archive.model.site_file import site
from archive.model.text import collapsed, normal_text
from crawler.addresses import ArticleAddress
from crawler.pages.body.block_reader import read_body
from crawler.pages.body.block_roles import RawBlock, below_notices
from crawler.pages.body.other_articles import TAG_LINKS, teasers_in, without_contents, without_linked
from crawler.pages.body.structure import with_headings, with_lists
from crawler.pages.body.surroundings import ASIDE, copy_without, drop_next_articles, stands_in, stands_in_one_of
from crawler.pages.fields.author import author_name, linked_name
from crawler.pages.fields.dates import (
    HEAD_LINES,
    Statement,
    byline_stamps,
    date_article,
    elements_between,
    stamps_of,
    unread_date,
)
from crawler.pages.fields.further_reading import once, reading_in, reading_outside
from crawler.pages.fields.paywall import asks_to_log_in, ends_at_login, without_invitation
from crawler.pages.fields.tags import tags_beside
from crawler.pages.fields.title import heading_of, title_of
from crawler.pages.html.document import Document
from crawler.pages.html.json_ld import author_of, date_of

VERSION = "11" + site().suffix
"""Raise the number when a reading changes: kept pages are read again by version. A user's site file is part of it."""

_NO_TEXT_ROLES = frozenset({"advertisement", "caption"})
_CHANGES = {
    word.encode(): re.compile(f"{word}(?:時間|日期|於)?\\s*(?:：|:)?\\s*20[0-9]{{2}}".encode())
    for word in ("更新", "修改")
}
"""Words of change, and each with a year behind it: a pattern that begins with one word is searched for fast."""

_MOST_DATES = 2
_MOST_OVER = 2_000
_SHORTER = 3
"""A body counts as the article's if no other is more than so many times longer."""

_MOST_BELOW = 2_000
_REMARK = 2
"""Sentences that may be left out without a word: a caption, a call, the beginning of another article."""

_UNDECODED = "\ufffd"


class ArticlePage:
    """A page of one article; each template is a subclass that names its selectors.

    Attributes:
        NAME: The extractor's name.
        BODY: The element that holds the body.
        BODY_END: The id of the element in it at which the text ends; empty if it ends with the element.
        TITLE: Where the title stands, best first.
        AUTHOR: Where the template shows the author's name, best first.
        AUTHOR_ELSEWHERE: Where it can stand if neither the template nor the head names the author.
        TAGS: The links of the tags.
        PUBLISHED: The elements that state publication, in `notedate`, `datetime` or their text.
        PUBLISHED_METAS: The meta elements that state publication, strongest first.
        UPDATED_METAS: The meta elements that state the last change.
        NO_TEXT: Elements in the body element that are no text.
    """

    NAME: ClassVar[str]
    BODY: ClassVar[str] = ""
    BODY_END: ClassVar[str] = ""
    TITLE: ClassVar[tuple[str, ...]] = ()
    AUTHOR: ClassVar[tuple[str, ...]] = ()
    AUTHOR_ELSEWHERE: ClassVar[tuple[str, ...]] = (
        '[itemprop="author"] [itemprop="name"]',
        '[itemprop="author"], [rel="author"]',
    )
    TAGS: ClassVar[str] = ""
    PUBLISHED: ClassVar[str] = ""
    PUBLISHED_METAS: ClassVar[tuple[str, ...]] = (
        "article:published_time",
        "og:published_time",
        "og:article:published_time",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish_date",
        "parsely-pub-date",
        "dc.date.issued",
        "dcterms.issued",
        "date",
    )
    UPDATED_METAS: ClassVar[tuple[str, ...]] = (
        "article:modified_time",
        "og:modified_time",
        "og:updated_time",
        "datemodified",
        "lastmod",
    )
    NO_TEXT: ClassVar[str] = ""

    def __init__(self, document: Document, address: ArticleAddress) -> None:
        self.document = document
        self.address = address
        self.left_out: list[LeftOut] = []
        if self.BODY and len(document.tree.css(self.BODY)) > 1:
            drop_next_articles(document.tree, self.BODY, title_of(document, self.TITLE))

    @cached_property
    def body(self) -> LexborNode | None:
        """Return the element that holds the body; None if none.

        Of several it is the first that is not much shorter than the longest: another article can follow.
        """
        bodies = self.document.tree.css(self.BODY)
        longest = max((len(node.text()) for node in bodies), default=0) if len(bodies) > 1 else 0
        return next((node for node in bodies if not longest or len(node.text()) * _SHORTER > longest), None)

    @cached_property
    def marked(self) -> list[RawBlock]:
        """Return the body as the page marks it up, with stamps and prompts."""
        if self.body is None:
            return []
        text = copy_without(self.body, self._omitted)
        read = read_body(self.document, text, self.BODY_END, self.left_out)
        blocks = without_contents(without_linked(read, self.document, self.address.key), self.document)
        end = below_notices(blocks)
        if prose := [normal_text(block.text) for block in blocks[end:] if "。" in block.text]:
            self.left_out.append(LeftOut("below the disclaimer", "\n".join(prose)[:_MOST_BELOW]))
        return blocks[:end]

    def not_text(self, body: LexborNode) -> list[LexborNode]:
        """Return the elements in the body element that do not belong to its article."""
        own = body.css(self.NO_TEXT) if self.NO_TEXT else []
        return own + teasers_in(self.document, body)

    @cached_property
    def _omitted(self) -> frozenset[int]:
        """The ids (`mem_id`) of the elements in `not_text`; their content does not belong to the article."""
        return frozenset(node.mem_id for node in self.not_text(self.body)) if self.body is not None else frozenset()

    @cached_property
    def title(self) -> str:
        """Return the title; empty if the page has none."""
        return title_of(self.document, self.TITLE)

    def blocks(self) -> list[Block]:
        """Return the body's blocks in order, with its tail."""
        shown = [block for block, stamp in self._stamped if not stamp]
        shown = without_invitation(shown, is_asked=self.access == "members")
        return with_headings(with_lists([block for block in shown if not _is_no_text(block)]))

    def published(self) -> Iterator[Statement]:
        """Yield the page's statements on its publication, strongest first."""
        yield from self._stated(self.PUBLISHED_METAS, "datePublished")
        for statement in self._dates:
            stamp = stamps_of(statement.text)
            if "updated" not in stamp:
                yield statement
            elif "published" in stamp:
                yield Statement(statement.source, stamp["published"])
        yield from (Statement("the head", stamp["published"]) for stamp in self._stamps if "published" in stamp)

    def updated(self) -> Iterator[Statement]:
        """Yield the page's statements on its last change, strongest first."""
        yield from self._stated(self.UPDATED_METAS, "dateModified")
        for statement in self._dates:
            if stated := stamps_of(statement.text).get("updated"):
                yield Statement(statement.source, stated)
        yield from (Statement("the head", stamp["updated"]) for stamp in self._stamps if "updated" in stamp)

    def author(self) -> Author:
        """Return the author: the slug in the address, and the name on the page."""
        shown = (self.document.text(selector) for selector in self.AUTHOR)
        unsure = (self.document.text(selector) for selector in self.AUTHOR_ELSEWHERE)
        stated = (author_of(self.document.linked_data), self.document.metas.get("author"))
        name = author_name(chain(shown, stated, unsure), self.document)
        return Author(self.address.author, name or author_name([self.byline()], self.document))

    def byline(self) -> str | None:
        """Return the name in the link to a user between title and body; None without one."""
        return linked_name(self._header(), self.address.author)

    def tags(self) -> list[str]:
        """Return the tags, in order, each once; where the template has none, those that are the article's by place."""
        links = self.document.tree.css(self.TAGS) if self.TAGS else []
        if not links and self.body is not None and self.TAGS != TAG_LINKS:
            links = tags_beside(self.document, self.body)
        texts = (collapsed(link.text()).lstrip("#＃").strip() for link in links)
        return [tag for tag in dict.fromkeys(texts) if tag]

    def related(self) -> list[Related]:
        """Return the further reading in the body and in boxes of its own, in order, each once."""
        inside = reading_in(self.marked, self.document.sites, self.address.key)
        mentions = self._text.count(FURTHER_WORD)
        outside = reading_outside(self.document, self.body, mentions) if self.body is not None else []
        return once([*inside, *outside], self.address.key) if outside else inside

    @cached_property
    def access(self) -> Access:
        """Return `members` if the page prompts to log in within or right around the body, or the body ends so."""
        if self.body is None:
            return "public"
        return "members" if asks_to_log_in(self.document, self.body) or ends_at_login(self.marked) else "public"

    def read(self) -> Article | None:
        """Return the article, or None if the page has no title or no body where this template has them."""
        blocks = self.blocks()
        title = self.title
        if not title or not blocks:
            return None
        article = Article(
            key=self.address.key,
            url=self.address.url(self.document.sites),
            title=title,
            blocks=blocks,
            extractor=Extractor(self.NAME, VERSION),
            published_at=self.address.published_at,
            published_from=self.address.published_from if self.address.published_at else None,
            author=self.author(),
            tags=self.tags(),
            related=self.related(),
            access=self.access,
        )
        self._note_left_out(article)
        is_listed = self.address.published_from == "listing"
        derived_at = self.address.derived_at if is_listed else self.address.published_at
        date_article(article, self.published(), self.updated(), derived_at)
        if article.published_at is None:
            self._note_undated(article)
        if _UNDECODED in title or (_UNDECODED in self._text and _UNDECODED in article.text):
            article.doubt("text", "the page holds characters that could not be decoded")
        return article

    def _note_undated(self, article: Article) -> None:
        """Note why an article has no date: a text that may be one, and the address that has none."""
        heading = heading_of(self.document, article.title)
        unread = unread_date(self.document, heading, self.body) if self.body is not None else None
        if unread is not None and not any(problem.field == "published_at" for problem in article.problems):
            article.doubt("published_at", f"{unread.source} has {unread.text[:60]!r}, which is not read as its date")
        if self.address.is_imported:
            article.doubt("published_at", "the page states none, and the address was minted in an import")

    def _note_left_out(self, article: Article) -> None:
        """Record omitted prose, above the body too; more than a remark is a problem."""
        texts = (node.text() for node in self._header())
        over = [LeftOut("between title and body", normal_text(text)[:_MOST_OVER]) for text in texts if "。" in text]
        article.left_out = [*over[:_MOST_DATES], *self.left_out]
        count = sum(prose.text.count("。") for prose in article.left_out)
        if count > _REMARK:
            reasons = ", ".join(dict.fromkeys(prose.reason for prose in article.left_out))
            article.doubt("text", f"{count} sentences of the page are left out: {reasons[:200]}")

    def _header(self) -> Iterator[LexborNode]:
        """Yield the elements between title and body; none where the title stands in the body."""
        heading = heading_of(self.document, self.title)
        if heading is not None and self.body is not None:
            own = self.body.mem_id
            yield from (
                node for node in elements_between(heading, self.body) if not node.parent or node.parent.mem_id != own
            )

    @cached_property
    def _text(self) -> str:
        """Return the text of the body as the page marks it up, a line a block."""
        return "\n".join([block.text for block in self.marked])

    @cached_property
    def _dates(self) -> list[Statement]:
        """Return the texts of the elements that state publication; some state the last change too."""
        nodes = self.document.tree.css(self.PUBLISHED) if self.PUBLISHED else []
        nodes = [node for node in nodes if not stands_in_one_of(node, self._omitted)][:_MOST_DATES]
        return [_statement(node) for node in nodes if node.tag != "time" or not stands_in(node, ASIDE)]

    @cached_property
    def _is_dated(self) -> bool:
        """Whether the head or an element of its own states the publication."""
        return bool(self._dates) or any(self._stated(self.PUBLISHED_METAS, "datePublished"))

    @cached_property
    def _stamps(self) -> list[dict[str, str]]:
        """Return the stamps at the body's beginning and above it; the latter only if they can add something."""
        own = [stamp for _, stamp in self._stamped if stamp]
        if self.body is None or (self._is_dated and not _tells_of_change(self.document.html)):
            return own
        heading = heading_of(self.document, self.title) or self.document.tree.css_first("h1")
        return own + byline_stamps(heading, self.body, self._omitted)

    @cached_property
    def _stamped(self) -> list[tuple[RawBlock, dict[str, str]]]:
        return [(block, stamps_of(block.text) if index < HEAD_LINES else {}) for index, block in enumerate(self.marked)]

    def _stated(self, names: tuple[str, ...], member: str) -> Iterator[Statement]:
        """Yield what the head states: meta elements by their names, and a member of the JSON-LD."""
        metas = self.document.metas
        yield from (Statement(f"meta {name}", metas[name]) for name in names if name in metas)
        if text := date_of(self.document.linked_data, member):
            yield Statement(f"JSON-LD {member}", text)


def _is_no_text(block: RawBlock) -> bool:
    """Return whether a block is a caption, or an advertisement's label; as a heading or item 廣告 is a business."""
    is_business = block.role == "advertisement" and block.kind in {"heading", "item"}
    return block.role in _NO_TEXT_ROLES and not is_business


def _tells_of_change(html: bytes) -> bool:
    return any(word in html and dated.search(html) for word, dated in _CHANGES.items())


def _statement(node: LexborNode) -> Statement:
    attributes = node.attributes
    name = next((name for name in ("notedate", "datetime", "content") if attributes.get(name)), None)
    place = f"{node.tag}.{(attributes.get('class') or '').partition(' ')[0]}"
    return (
        Statement(f"{place}[{name}]", attributes.get(name) or "") if name else Statement(place, collapsed(node.text()))
    )
