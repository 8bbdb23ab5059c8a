"""The writes of one batch of outcomes, collected before anything is written; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.article import Article
from archive.frontier import Found
from archive.mongo import settlements
from archive.mongo.discoveries import entry_of, judged, merged
from archive.mongo.holdings import Holdings
from archive.mongo.pages import page_id
from archive.outcomes import Miss, Unchanged
from archive.saved import Cause

Document = dict[str, Any]
Outcome = Article | Miss | Unchanged

OLDER = "an older reading than the one kept"
NOTHING_KEPT = "the site says unchanged, but no article is kept"


@dataclass(frozen=True, slots=True)
class Policy:
    """How outcomes are taken.

    Attributes:
        cause: `site` for what was fetched now; `extractor` for kept pages that were read again.
        recheck_days: Days after publication in which articles are looked at again.
    """

    cause: Cause
    recheck_days: float


@dataclass(slots=True)
class Plan:
    """The writes of one batch. What is planned is at once seen in `articles` and `entries`.

    Attributes:
        policy: How outcomes are taken.
        now: When it is written; UTC, milliseconds.
        articles: Articles kept, without text; as planned so far.
        entries: Frontier entries, by key, with what `NEEDED` of settlements and discoveries names; as planned so far.
        inserts: New articles by key.
        updates: Fields to set of kept articles, by key.
        deletes: Keys of articles that others have taken in.
        revisions: New revisions.
        changes: New changes in order, without their numbers.
        discoveries: New frontier entries by key.
        settled: Fields to set of frontier entries, by key.
    """

    policy: Policy
    now: datetime
    articles: Holdings
    entries: dict[str, Document]
    inserts: dict[str, Document] = field(default_factory=dict)
    updates: dict[str, Document] = field(default_factory=dict)
    deletes: list[str] = field(default_factory=list)
    revisions: list[Document] = field(default_factory=list)
    changes: list[Document] = field(default_factory=list)
    discoveries: dict[str, Document] = field(default_factory=dict)
    settled: dict[str, Document] = field(default_factory=dict)

    def insert(self, document: Document) -> None:
        """Plan a new article."""
        self.inserts[document["_id"]] = document
        self.articles.put(document)

    def update(self, kept: Document, fields: Document) -> None:
        """Plan fields to be set in a kept article."""
        kept |= fields
        self.articles.put(kept)
        if kept["_id"] not in self.inserts:
            self.updates.setdefault(kept["_id"], {}).update(fields)

    def merge(self, goes: Document, stays: Document) -> None:
        """Plan that one kept article ceases to be a document of its own, for another one has taken it in."""
        key = goes["_id"]
        self.articles.drop(goes)
        self.updates.pop(key, None)
        if self.inserts.pop(key, None) is None:
            self.deletes.append(key)
        self.change("merge", goes, into=stays["_id"])

    def revise(self, article: Article, read: Document, seen_at: datetime) -> None:
        """Plan a new version of an article."""
        copied = {name: read[name] for name in ("title", "text", "sections", "content_hash", "extractor", "revision")}
        self.revisions.append(
            copied
            | {
                "_id": f"{read['_id']}#{read['revision']}",
                "key": read["_id"],
                "seen_at": seen_at,
                "cause": self.policy.cause,
                "page": page_id(article.page) if article.page else None,
            }
        )

    def change(self, op: str, document: Document, into: str | None = None) -> None:
        """Plan a change in the outbox."""
        self.changes.append(
            {
                "op": op,
                "key": document["_id"],
                "revision": document["revision"],
                "cause": self.policy.cause,
                "at": self.now,
                "into": into,
            }
        )

    def discover(self, found: Iterable[Found]) -> None:
        """Plan what the frontier makes of finds."""
        for key, one in merged(found).items():
            entry = self.entries.get(key)
            if entry is None:
                self.discoveries[key] = self.entries[key] = entry_of(one, self.now)[1]
            else:
                self.settle(key, None, judged(one, entry, self.now)[1])

    def settle(self, key: str, url: str | None, fields: Document) -> None:
        """Plan fields to be set in an address's entry, which is made where there is none and the address is known."""
        if key not in self.entries:
            if url is None:
                return
            self.discoveries[key] = self.entries[key] = settlements.new_entry(key, url, self.now)
        self.entries[key] |= fields
        if key not in self.discoveries:
            self.settled.setdefault(key, {}).update(fields)
