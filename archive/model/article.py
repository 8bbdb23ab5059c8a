"""An article between page, stages and archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from archive.model.crawl.frontier import DiscoveredUrl, PublishedFrom
from archive.model.crawl.page import Page
from archive.model.suspicion import Suspicion

BlockKind = Literal["heading", "paragraph", "item", "row"]
Access = Literal["public", "members"]
Market = Literal["US", "TW"]
EvidenceKind = Literal["link", "tag", "bracket", "text", "row"]

BLOCK_JOINT = "\n\n"
"""The separator of two blocks of a text: one blank line."""


class Link(NamedTuple):
    """A link that stands in a block of the body.

    Attributes:
        title: The link's text or its aria-label, as on the page; empty if it has none.
        url: Its absolute address, as the page has it.
    """

    title: str
    url: str


class Block(NamedTuple):
    """One block of a body: a heading, a paragraph, a list item or a table row. A page has dozens.

    Attributes:
        kind: How the page marks it up. Table cells of a row are joined by `` | ``.
        text: Its text; as the page has it until stage `normalise`, in the normal form after it.
        links: The links that stand in it, in order.
    """

    kind: BlockKind
    text: str
    links: tuple[Link, ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether the block heads what follows it."""
        return self.kind == "heading"


class Section(NamedTuple):
    """A heading and the blocks below it; the first section's heading is None where text stands before any heading."""

    heading: str | None
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote the article.

    Attributes:
        id: The slug in a new-site address (`cmoneyaicurator`); None where no address has one.
        name: The name shown on the page; None where none is shown.
    """

    id: str | None = None
    name: str | None = None


class Related(NamedTuple):
    """A further-reading (延伸閱讀) entry.

    Attributes:
        title: Its title.
        url: Its absolute address; None where the page gives a title without a link (text captures).
        key: The article key in the address; None where it is no article of CMoney's.
    """

    title: str
    url: str | None
    key: str | None


class Mention(NamedTuple):
    """A company's symbol, with its evidence.

    Attributes:
        symbol: A US symbol with a dot for the share class (`BRK.B`), or a Taiwanese code (`2317`).
        market: `US` or `TW`.
        evidence: `link` (a stock link in the body), `tag` (a stock tag of the page), `bracket` (after a name), `text`
            (`$NVDA` or `NVDA.US` in a sentence) or `row` (a cell of a table).
        symbol_today: The symbol of today, where the one written was given up (`META` for `FB`); None where it is used
            still, or by nobody.
    """

    symbol: str
    market: Market
    evidence: EvidenceKind
    symbol_today: str | None = None


class LeftOut(NamedTuple):
    """Prose in or above the body element that is left out of the text.

    Attributes:
        reason: The reason, in words that can be counted: `hidden`, `named faq-list`, `under the label 最新文章`.
        text: The first 2,000 characters, in the normal form.
    """

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that is missing or in doubt.

    Attributes:
        field: The field's name in the document.
        reason: One line for a person: the value found, and the reason for the doubt.
    """

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extractor:
    """Which page object read the article, and in which version of its reading."""

    name: str
    version: str


@dataclass(slots=True)
class Article:
    """One article, as read by a page object and refined by the stages.

    A page object sets every field but those marked with a stage. Text is as the page has it until `normalise`.

    Attributes:
        key: `cmnews:{uuid}`, `notes:{nid}` or `capture:{16 hex}`.
        url: The canonical address; None for a text capture.
        title: The whole title, with the column's prefix; empty if the page has none.
        blocks: The body in page order, with its tail until stage `boilerplate` drops it.
        published_at: Aware, UTC; None when neither page, listing nor address has it.
        published_from: Where `published_at` was read; None with it.
        updated_at: The last change that the page states; aware, UTC; None if it states none.
        author: Who wrote it.
        tags: The page's tags, in its order; a stock tag reads `亞馬遜(AMZN)`.
        related: Further reading, in its order.
        access: `members` when only the public beginning of the body was served.
        extractor: Which reading this is.
        problems: Missing and doubtful fields. Every stage may add to it.
        left_out: Prose of the page that is not in the text, in the page's order.
        suspect: Doubts whether the page shows the whole article; empty without any. Every stage may add to it, and the
            archive does after comparing the reading with the kept article.
        is_ended: Whether the body ends with something that only tails have; stage `boilerplate` may set it too.
        aliases: Other keys of the same article.
        column: The column of the title's prefix, without brackets; None if it has none. Set by `normalise`.
        headline: The title without its prefix. Set by `normalise`.
        tickers: US symbols, sorted, unique. Set by `tickers`.
        tw_stocks: Taiwanese codes, sorted, unique. Set by `tickers`.
        mentions: The evidence for both, in order of first appearance. Set by `tickers`.
        in_place_of: For re-extraction: the reception time of a page whose reading this one replaces, because it proved
            not to show the article; else None.
        finds: Its further reading, for the frontier; set by the spider. It is written with the article, so that no link
            of a kept article is lost.
        page: The raw page that it was read from; None for a text capture. Stored separately.
        fetched_at: When that page was received; aware, UTC. For a capture: when it was read.
    """

    key: str
    url: str | None
    title: str
    blocks: list[Block]
    extractor: Extractor
    published_at: datetime | None = None
    published_from: PublishedFrom | None = None
    updated_at: datetime | None = None
    author: Author = field(default_factory=Author)
    tags: list[str] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    access: Access = "public"
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    suspect: list[Suspicion] = field(default_factory=list)
    is_ended: bool = False
    aliases: list[str] = field(default_factory=list)
    column: str | None = None
    headline: str = ""
    tickers: list[str] = field(default_factory=list)
    tw_stocks: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    in_place_of: datetime | None = None
    finds: tuple[DiscoveredUrl, ...] = ()
    page: Page | None = None
    fetched_at: datetime | None = None

    def __str__(self) -> str:
        """Return key and title, for logs and Scrapy's console; `repr` has all fields."""
        return f"{self.key} {self.title}"

    @property
    def lead(self) -> str | None:
        """The first heading, or None if the body has none."""
        return next((block.text for block in self.blocks if block.is_heading), None)

    @property
    def sections(self) -> list[Section]:
        """The body cut at its headings; two headings in a row make a section without blocks."""
        return [Section(heading, tuple(texts)) for heading, texts in cut_at_headings(self.blocks)]

    @property
    def text(self) -> str:
        """Headings and blocks in order, joined by one blank line."""
        return BLOCK_JOINT.join([block.text for block in self.blocks])

    @property
    def content_hash(self) -> str:
        """The sha256 of title and text, 64 hex digits; two readings differ if it does."""
        return content_hash(self.title, self.text)

    def but(self, **fields: Any) -> Article:
        """Return a copy in which some fields are others."""
        copied = Article(*_values_of(self))
        for name, value in fields.items():
            setattr(copied, name, value)
        return copied

    def doubt(self, field_name: str, reason: str) -> None:
        """Record that a field is absent or in doubt; the same doubt is recorded once."""
        problem = Problem(field_name, reason)
        if problem not in self.problems:
            self.problems.append(problem)


def cut_at_headings(blocks: Iterable[Block]) -> list[tuple[str | None, list[str]]]:
    """Return each heading of a body, None for what stands before any, with the texts of the blocks below it."""
    cut: list[tuple[str | None, list[str]]] = []
    for kind, text, _ in blocks:
        if kind == "heading":
            cut.append((text, []))
        elif cut:
            cut[-1][1].append(text)
        else:
            cut.append((None, [text]))
    return cut


def content_hash(title: str, text: str) -> str:
    """Return the sha256 of a title, a line feed and a text, 64 hex digits."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


_values_of = attrgetter(*(field.name for field in fields(Article)))
