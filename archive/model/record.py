"""The record that readers get: an article's document, with the fields of `docs/schema.md`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypedDict

from archive.model.article import Access, EvidenceKind, Market
from archive.model.crawl.frontier import PublishedFrom
from archive.model.suspicion import SuspicionKind


class AuthorRecord(TypedDict):
    """Who wrote it."""

    id: str | None
    name: str | None


class SectionRecord(TypedDict):
    """A heading, None before any, and the blocks below it."""

    heading: str | None
    blocks: list[str]


class MentionRecord(TypedDict):
    """A symbol and what it was seen in."""

    symbol: str
    market: Market
    evidence: EvidenceKind
    symbol_today: str | None


class RelatedRecord(TypedDict):
    """A further-reading entry."""

    title: str
    url: str | None
    key: str | None


class ProblemRecord(TypedDict):
    """A field that is absent or in doubt, and why."""

    field: str
    reason: str


class LeftOutRecord(TypedDict):
    """Prose of the page that is not in the text."""

    reason: str
    text: str


class SuspicionRecord(TypedDict):
    """Why the text is in doubt."""

    kind: SuspicionKind
    detail: str


class ExtractorRecord(TypedDict):
    """Which reading it is."""

    name: str
    version: str


class Record(TypedDict):
    """An article; all dates are aware, UTC. Where fields are chosen, only those are there."""

    _id: str
    aliases: list[str]
    source: str
    url: str | None
    column: str | None
    title: str
    headline: str
    author: AuthorRecord
    published_at: datetime | None
    published_from: PublishedFrom | None
    updated_at: datetime | None
    lead: str | None
    sections: list[SectionRecord]
    text: str
    tickers: list[str]
    tw_stocks: list[str]
    mentions: list[MentionRecord]
    tags: list[str]
    related: list[RelatedRecord]
    access: Access
    content_hash: str
    identity_hash: str | None
    text_hash: str | None
    problems: list[ProblemRecord]
    left_out: list[LeftOutRecord]
    suspect: list[SuspicionRecord]
    put_aside: list[str]
    extractor: ExtractorRecord
    first_seen_at: datetime
    fetched_at: datetime
    revision: int
    checked_at: datetime
    last_changed_at: datetime
    known_at: datetime
    status: Literal["live", "gone"]
    gone_at: datetime | None
