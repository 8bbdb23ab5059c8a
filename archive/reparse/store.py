"""The queries of a re-extraction: keys with pages, and their articles and entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.articles.decisions import Decisions
from archive.articles.documents import to_document
from archive.articles.plan import Candidates, Plan, Policy, lookup
from archive.crawl_state.settlements import NEEDED_TO_SETTLE
from archive.model.article import Article
from archive.model.crawl.outcome import Miss, Saved
from archive.mongo.database import ArchiveDatabase, Document, Repository, moment

_KEYS_READ = 4000
"""Most pages whose keys are read at once: a key that was fetched often has many."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The result that a writer would have for an outcome.

    Attributes:
        saved: The writer's result.
        before: The article's document now; None if none is kept.
        after: The document afterwards; None if none would be kept.
        settles: Whether the address's entry in the frontier would change; False, unchecked, for an unchanged document.
    """

    saved: Saved
    before: Document | None
    after: Document | None
    settles: bool


class Rereadings(Repository):
    """The queries of a re-extraction."""

    def __init__(self, database: ArchiveDatabase) -> None:
        super().__init__(database)
        self._pages = database["pages"]

    def keys(self, after: str, since: datetime | None, limit: int) -> list[str]:
        """Return up to `limit` keys that have pages, in order, each once.

        Args:
            after: Only keys after this one; empty for all.
            since: Only keys with a page received then or later; aware; None for all.
            limit: The number of keys at most; fewer may come, none only at the end.
        """
        wanted = {"key": {"$gt": after}} | _since(since)
        documents = self._pages.find(wanted, {"_id": 0, "key": 1}).sort("key", 1).hint("key_fetched").limit(_KEYS_READ)
        return list(dict.fromkeys(document["key"] for document in documents))[:limit]

    def count(self, since: datetime | None) -> int:
        """Return the number of keys with pages, or with one received since a moment (aware)."""
        keys: list[Document] = [{"$match": _since(since)}, {"$sort": {"key": 1}}, {"$group": {"_id": "$key"}}]
        return next((row["keys"] for row in self._pages.aggregate([*keys, {"$count": "keys"}], hint="key_fetched")), 0)

    def kept(self, keys: Sequence[str]) -> Candidates:
        """Return the articles with some keys or aliases."""
        return Candidates(self.database["articles"].find(lookup(list(keys))))

    def entries(self, keys: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """Return state and reason of those of some keys that are in the frontier."""
        documents = self.database["frontier"].find({"_id": {"$in": list(keys)}}, {"state": 1, "reason": 1})
        return {document["_id"]: (document["state"], document["reason"]) for document in documents}

    def rehearse(self, outcomes: Sequence[Article | Miss], kept: Candidates, now: datetime) -> list[Rehearsed]:
        """Return the results that a writer would have for outcomes of a re-reading, in order; nothing is written.

        Args:
            outcomes: In the order of writing.
            kept: The articles with the keys of their pages; more are added, and all are changed as if written.
            now: The time of the changes; aware.
        """
        reads = [_read(outcome, now) for outcome in outcomes]
        keys = [outcome.key for outcome in outcomes]
        identities = [read["identity_hash"] for read in reads if read and read["identity_hash"]]
        self._add_others(kept, keys, reads)
        counts = Counter([None, *keys, *identities])  # two of one article are decided one after the other
        stand = [
            read is not None and counts[read["_id"]] == counts[read["identity_hash"]] == 1 and kept.has_as_is(read)
            for read in reads
        ]
        keys = [outcome.key for outcome, stands in zip(outcomes, stand, strict=True) if not stands]
        plan = Plan(Policy("extractor", 0), moment(now), kept, self._entries(keys) if keys else {})
        return [
            _standing(plan, outcome.key) if stands else _rehearsed(plan, outcome, read)
            for outcome, read, stands in zip(outcomes, reads, stand, strict=True)
        ]

    def _add_others(self, kept: Candidates, keys: list[str], reads: list[Document | None]) -> None:
        """Add the other articles that readings concern: by their own keys, or by their text."""
        wanted = lookup([key for key in keys if kept.of(key) is None], reads)
        others = {"_id": {"$nin": [article["_id"] for article in kept]}}
        for document in self.database["articles"].find(wanted | others):
            kept.put(document)

    def _entries(self, keys: list[str]) -> dict[str, Document]:
        entries = self.database["frontier"].find({"_id": {"$in": keys}}, NEEDED_TO_SETTLE)
        return {entry["_id"]: entry for entry in entries}


def _read(outcome: Article | Miss, now: datetime) -> Document | None:
    """Return an article's document; None for a miss, and for an article that cannot be a document."""
    try:
        return to_document(outcome, now) if isinstance(outcome, Article) else None
    except (ValueError, OverflowError):
        return None


def _standing(plan: Plan, key: str) -> Rehearsed:
    document = plan.articles.of(key)
    return Rehearsed(
        Saved(key, "same", "", document["revision"] if document else None), document, document, settles=False
    )


def _rehearsed(plan: Plan, outcome: Article | Miss, read: Document | None) -> Rehearsed:
    if isinstance(outcome, Article) and read is None:
        return Rehearsed(Saved(outcome.key, "refused", "no document can be made of it"), None, None, settles=True)
    before, entry = _copy(plan.articles.of(outcome.key)), _copy(plan.entries.get(outcome.key))
    saved = Decisions(plan).decide(outcome, read)
    after = _copy(plan.articles.of(outcome.key))
    return Rehearsed(saved, before, after, entry != plan.entries.get(outcome.key))


def _copy(document: Document | None) -> Document | None:
    return None if document is None else dict(document)


def _since(since: datetime | None) -> Document:
    return {"fetched_at": {"$gte": moment(since)}} if since else {}
