"""What the search reads of the archive: articles, their versions, and what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from archive.articles.scan import Scan
from archive.model.change import Change
from archive.model.selection import Selection
from archive.mongo.database import ArchiveDatabase, Repository
from archive.mongo.raw_bson import decode
from archive.mongo.values import Document
from archive.search.language.snippets import Block

INDEXED: Final = (
    "title", "text", "sections.heading", "column", "author", "published_at", "tickers", "tw_stocks", "tags", "access",
    "problems", "revision", "status", "last_changed_at",
)  # fmt: skip
"""The fields of an article that its versions in the index are made of."""

_OLD: Final = ("key", "revision", "title", "text", "sections.heading", "seen_at")


class Changes(Protocol):
    """The archive's outbox, as far as the search reads it."""

    identity: str

    def after(self, cursor: int, limit: int) -> list[Change]:
        """Return up to `limit` changes that follow a cursor, in order."""

    def latest(self) -> int:
        """Return the cursor of the newest change; 0 if there is none."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article's title and text.

    Attributes:
        article: The article's document as it is now; of an old version too, since only title and text have versions.
        revision: The version's number.
        title: Its whole title.
        text: Its text.
        headings: Its headings.
        since: When the archive first saw it; aware, UTC.
        until: When the archive first saw the next one; None for the current version.
    """

    article: Mapping[str, Any]
    revision: int
    title: str
    text: str
    headings: Sequence[str]
    since: datetime
    until: datetime | None


class Source(Repository):
    """The collections that the search reads, with what a majority has."""

    def __init__(self, database: ArchiveDatabase, changes: Changes) -> None:
        super().__init__(database)
        self.changes = changes

    def scan(self) -> Iterator[list[Version]]:
        """Yield every version of every article, some articles' at once."""
        for batch in Scan(self.database, Selection(), INDEXED).batches():
            yield self._versions([_aware(document) for document in decode(batch)])

    def versions(self, keys: Collection[str]) -> list[Version]:
        """Return every version of those of some articles that are kept under their keys."""
        articles = self.database["articles"].find({"_id": {"$in": list(keys)}}, INDEXED)
        return self._versions(list(articles))

    def count(self) -> int:
        """Return how many articles are kept, by the collection's own count."""
        return self.database["articles"].estimated_document_count()

    def records(self, keys: Collection[str]) -> dict[str, Document]:
        """Return the documents of those of some articles that are kept under their keys, without text, by key."""
        documents = self.database["articles"].find({"_id": {"$in": list(keys)}}, {"text": 0})
        return {document["_id"]: document for document in documents}

    def contents(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Document]:
        """Return the documents of some versions, without text, by key and revision."""
        ids = [f"{key}#{revision}" for key, revision in versions]
        if not ids:
            return {}
        documents = self.database["revisions"].find({"_id": {"$in": ids}}, {"text": 0})
        return {(document["key"], document["revision"]): document for document in documents}

    def _versions(self, articles: Sequence[Document]) -> list[Version]:
        """Return the versions of some articles, each article's in order."""
        revised = [article["_id"] for article in articles if article["revision"] > 1]
        old = self._old(revised)
        versions: list[Version] = []
        for article in articles:
            before = [
                revision for revision in old.get(article["_id"], ()) if revision["revision"] < article["revision"]
            ]
            ends = [*(revision["seen_at"] for revision in before[1:]), article["last_changed_at"]]
            versions += [
                _version(article, revision, revision["seen_at"], end)
                for revision, end in zip(before, ends, strict=False)
            ]
            versions.append(_version(article, article, article["last_changed_at"], None))
        return versions

    def _old(self, keys: Sequence[str]) -> dict[str, list[Document]]:
        """Return the documents of the revisions of some articles, by key, in order."""
        by_key: dict[str, list[Document]] = defaultdict(list)
        if keys:
            documents = self.database["revisions"].find({"key": {"$in": list(keys)}}, _OLD)
            for document in documents.sort([("key", 1), ("revision", 1)]):
                by_key[document["key"]].append(document)
        return by_key


def blocks_of(document: Mapping[str, Any]) -> Iterator[Block]:
    """Yield the blocks of an article's or a version's text, in order."""
    for section in document["sections"]:
        if section["heading"] is not None:
            yield Block(section["heading"], is_heading=True)
        for text in section["blocks"]:
            yield Block(text, is_heading=False)


def _aware(document: Document) -> Document:
    """Return a document that was decoded without zones with its dates as they are: in UTC."""
    for name in ("published_at", "last_changed_at"):
        if document[name] is not None:
            document[name] = document[name].replace(tzinfo=UTC)
    return document


def _version(
    article: Mapping[str, Any], content: Mapping[str, Any], since: datetime, until: datetime | None
) -> Version:
    """Return a version of an article with its content."""
    headings = [section["heading"] for section in content["sections"] if section["heading"] is not None]
    return Version(article, content["revision"], content["title"], content["text"], headings, since, until)
