"""The plan of a transaction: the kept documents that it concerns, and its writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from archive.articles.documents import is_as_kept
from archive.crawl_state.discoveries import entry_of, judged, merged
from archive.crawl_state.settlements import GoneRule, new_entry
from archive.model.article import Article
from archive.model.crawl.frontier import DiscoveredUrl
from archive.model.crawl.outcome import Cause, CountedLook, Miss, Unchanged
from archive.model.identity import keys_of, site_of
from archive.mongo.database import Document
from archive.pages.documents import page_id

_NO_TELLING = float("inf")
Outcome = Article | Miss | Unchanged | CountedLook

UNTOLD: Final = frozenset({"text", "checked_at", "fetched_at", "extractor", "source", "put_aside"})
"""Fields without former values in `changes`: `revisions` has the text, and times of checking are no change."""

OLDER = "an older reading than the one kept"
NOTHING_KEPT = "the site answered 304 Not Modified, but no article is kept"


def lookup(keys: list[str], reads: Iterable[Mapping[str, Any] | None] = ()) -> Document:
    """Return the filter that finds every article that a batch may concern: one query, an index for each branch.

    Args:
        keys: Under which articles are kept.
        reads: Readings whose text may be kept under other keys; None for outcomes without an article.
    """
    documents = [read for read in reads if read]
    wanted: list[Document] = [
        {"_id": {"$in": keys}},
        {"aliases": {"$in": keys}, "aliases.0": {"$exists": True}},
    ]
    hashes = {name: list({read[name] for read in documents if read[name]}) for name in ("identity_hash", "text_hash")}
    wanted.extend({name: {"$gt": "", "$in": values}} for name, values in hashes.items() if values)
    return {"$or": wanted}


class Candidates:
    """Documents of `articles`, with text or without, that change while a batch is planned."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents: dict[str, Document] = {}
        self._owners: dict[str, str] = {}
        self._alike: dict[str, set[str]] = {}
        for document in documents:
            self.put(document)

    def __iter__(self) -> Iterator[Document]:
        """Yield every document."""
        return iter(self._documents.values())

    def of(self, key: str) -> Document | None:
        """Return the article that has a key, as its own or as an alias; None if there is none."""
        return self._documents.get(self._owners.get(key, key))

    def same_as(self, document: Mapping[str, Any]) -> Document | None:
        """Return the document of the same article at another site; None if there is none.

        It has the same text (`identity_hash`) and is on another site, since two addresses of one site are two articles.
        Of several, the one published nearest in time.
        """
        names = self._alike.get(document["identity_hash"] or "", ())
        alike = [self._documents[name] for name in names if name in self._documents and name != document["_id"]]
        if not alike:
            return None
        sites = set(map(site_of, keys_of(document)))
        others = [
            other
            for other in alike
            if other["identity_hash"] == document["identity_hash"] and sites.isdisjoint(map(site_of, keys_of(other)))
        ]
        return min(others, key=lambda other: (_apart(document, other), other["_id"]), default=None)

    def has_as_is(self, read: Mapping[str, Any]) -> bool:
        """Return whether a reading equals the document of its key exactly, and concerns no other document.

        Then nothing has to be decided: no other document has its key as an alias, or the same text. Takes whole
        documents.
        """
        kept = self._documents.get(read["_id"])
        return (
            kept is not None and is_as_kept(kept, read) and len(self._alike.get(kept["identity_hash"] or "", ())) <= 1
        )

    def put(self, document: Document) -> None:
        """Add or update a document."""
        self._documents[document["_id"]] = document
        self._owners.update((key, document["_id"]) for key in keys_of(document))
        if document["identity_hash"]:
            self._alike.setdefault(document["identity_hash"], set()).add(document["_id"])

    def drop(self, document: Document) -> None:
        """Remove a document that was merged into another one."""
        del self._documents[document["_id"]]


def _apart(document: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Return the seconds between two publications; infinite where one is unknown."""
    first, second = document["published_at"], other["published_at"]
    return abs((first - second).total_seconds()) if first and second else _NO_TELLING


@dataclass(frozen=True, slots=True)
class Policy:
    """The circumstances of a batch.

    Attributes:
        cause: `site` for what was fetched now; `extractor` for kept pages that were read again; `revert` for an earlier
            version that is put back.
        recheck_days: Days after publication in which articles are checked again.
        gone: When an article counts as gone.
        who: The person of a revert; None for another cause.
        why: Their reason; None for another cause.
    """

    cause: Cause
    recheck_days: float
    gone: GoneRule = field(default_factory=GoneRule)
    who: str | None = None
    why: str | None = None


@dataclass(slots=True)
class Plan:
    """The writes of one batch; `articles` and `entries` show planned changes at once.

    Attributes:
        policy: The circumstances of the batch.
        now: When it is written; UTC, milliseconds.
        articles: Kept articles, without text; as planned so far.
        entries: Frontier entries, by key, with the needed fields; as planned so far.
        inserts: New articles by key.
        updates: Fields to set of kept articles, by key.
        deletes: Keys of articles that were merged into others.
        revisions: New revisions.
        changes: New changes in order, without their numbers.
        discoveries: New frontier entries by key.
        settled: Fields to set of frontier entries, by key.
        before: Former values of the fields that are set, by key, until a change takes them; None for a new article.
    """

    policy: Policy
    now: datetime
    articles: Candidates
    entries: dict[str, Document]
    inserts: dict[str, Document] = field(default_factory=dict)
    updates: dict[str, Document] = field(default_factory=dict)
    deletes: list[str] = field(default_factory=list)
    revisions: list[Document] = field(default_factory=list)
    changes: list[Document] = field(default_factory=list)
    discoveries: dict[str, Document] = field(default_factory=dict)
    settled: dict[str, Document] = field(default_factory=dict)
    before: dict[str, Document | None] = field(default_factory=dict)

    @property
    def rereads(self) -> bool:
        """Whether kept pages are re-extracted, without requests to the site."""
        return self.policy.cause == "extractor"

    def insert(self, document: Document) -> None:
        """Plan a new article."""
        self.inserts[document["_id"]] = document
        self.before[document["_id"]] = None
        self.articles.put(document)

    def update(self, kept: Document, fields: Document) -> None:
        """Plan fields to be set in a kept article."""
        before = self.before.setdefault(kept["_id"], {})
        if before is not None:
            for name in fields.keys() - UNTOLD - before.keys():
                if kept[name] != fields[name]:
                    before[name] = kept[name]
        kept |= fields
        self.articles.put(kept)
        if kept["_id"] not in self.inserts:
            self.updates.setdefault(kept["_id"], {}).update(fields)

    def merge(self, goes: Document, stays: Document) -> None:
        """Plan that a kept article is merged into another one, so that its document ends."""
        key = goes["_id"]
        self.articles.drop(goes)
        self.updates.pop(key, None)
        if self.inserts.pop(key, None) is None:
            self.deletes.append(key)
        self.before[key] = {name: value for name, value in goes.items() if name not in {"text", "sections"}}
        self.change("merge", goes, into=stays["_id"])

    def revise(self, article: Article, read: Document, seen_at: datetime, doubt: str | None = None) -> None:
        """Plan a new version of an article; `doubt` is the reason for an earlier doubt."""
        copied = {name: read[name] for name in ("title", "text", "sections", "content_hash", "extractor", "revision")}
        self.revisions.append(
            copied
            | {
                "_id": f"{read['_id']}#{read['revision']}",
                "key": read["_id"],
                "seen_at": seen_at,
                "cause": self._cause_of(article.key, read),
                "page": page_id(article.page) if article.page else None,
                "doubt": doubt,
                "who": self.policy.who,
                "why": self.policy.why,
            }
        )

    def change(self, op: str, document: Document, into: str | None = None) -> None:
        """Plan a change in the outbox, with the former values."""
        if op != "merge":
            self.update(document, {"known_at": self.now})
        before = self.before.pop(document["_id"], {})
        if before and "revision" in before:
            before.pop("sections", None)  # of the former revision: `revisions` has them
        self.changes.append(
            {
                "op": op,
                "key": document["_id"],
                "revision": document["revision"],
                "cause": self._cause_of(document["source"], document) if op == "upsert" else self.policy.cause,
                "at": self.now,
                "into": into,
                "before": before,
            }
        )

    def _cause_of(self, source: str, document: Document) -> Cause:
        """Return the cause of a change: for a capture always `extractor`, since its key is made of its text."""
        is_reread_capture = site_of(source) == "capture" and document["revision"] > 1
        return "extractor" if is_reread_capture else self.policy.cause

    def discover(self, discovered: Iterable[DiscoveredUrl]) -> None:
        """Plan the discovery of addresses in the frontier."""
        for key, find in merged(discovered).items():
            entry = self.entries.get(key)
            if entry is None:
                self.discoveries[key] = self.entries[key] = entry_of(find, self.now)[1]
            else:
                self.settle(key, None, judged(find, entry, self.now)[1])

    def settle(self, key: str, url: str | None, fields: Document) -> None:
        """Plan fields of an address's entry, which is created if it is missing and the address is known."""
        if key not in self.entries:
            if url is None:
                return
            self.discoveries[key] = self.entries[key] = new_entry(key, url, self.now)
        self.entries[key] |= fields
        if key not in self.discoveries:
            self.settled.setdefault(key, {}).update(fields)
