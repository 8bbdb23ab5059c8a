"""The search's view of the archive: articles, their versions, and changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from archive.articles.past.timeline import KnownState, Timeline
from archive.articles.scan import Scan, decode
from archive.model.change import Change
from archive.model.selection import Selection
from archive.mongo.database import ArchiveDatabase, Document, Repository
from archive.mongo.schema.soundness import sound
from archive.search.language.snippets import Passage

INDEXED: Final = (
    "title", "text", "sections.heading", "column", "author", "published_at", "tickers", "tw_stocks", "tags", "access",
    "problems", "revision", "status",
)  # fmt: skip
"""The fields of an article that the index uses."""

_FIELDS: Final = tuple(name.partition(".")[0] for name in INDEXED if name != "text")

BATCH: Final = 200
"""Articles that are read together."""


class ChangesRead(Protocol):
    """The archive's outbox, as far as the search reads it."""

    identity: str

    def after(self, cursor: int, limit: int) -> list[Change]:
        """Return up to `limit` changes that follow a cursor, in order."""

    def latest(self) -> int:
        """Return the cursor of the newest change; 0 if there is none."""


@dataclass(frozen=True, slots=True)
class IndexedVersion:
    """A state of an article in a time span, for the index: see docs/as-of.md.

    Attributes:
        article: The article's document of that time.
        revision: The number of its revision.
        title: Its whole title.
        text: Its text.
        headings: Its headings.
        since: The beginning of the span; aware, UTC.
        until: Its end, not included; None for the current state.
        is_first: Whether it is the article's first state in the archive.
    """

    article: Mapping[str, Any]
    revision: int
    title: str
    text: str
    headings: Sequence[str]
    since: datetime
    until: datetime | None
    is_first: bool = False

    @property
    def assumed(self) -> datetime:
        """From when it counts by the clock of publication: see `archive.articles.past.clock`."""
        published: datetime | None = self.article["published_at"] if self.is_first else None
        return min(published, self.since) if published else self.since


class SearchSource(Repository):
    """The collections that the index is made of, with read concern `majority`."""

    def __init__(self, database: ArchiveDatabase, changes: ChangesRead) -> None:
        super().__init__(database)
        self.changes = changes
        self._timeline = Timeline(database)

    def scan(self) -> Iterator[list[IndexedVersion]]:
        """Yield all versions of all articles, in batches; those of merged articles come last."""
        for batch in Scan(self.database, Selection(), INDEXED).batches():
            yield self._versions({document["_id"]: document for document in map(_aware, decode(batch))})
        merges = sound(self.database, "changes", self.database["changes"].find({"op": "merge"}, {"key": 1}), ("key",))
        merged = [change["key"] for change in merges]
        for start in range(0, len(merged), BATCH):
            yield self._versions(dict.fromkeys(merged[start : start + BATCH]))

    def versions(self, keys: Collection[str]) -> list[IndexedVersion]:
        """Return all versions of some articles, including merged ones."""
        cursor = self.database["articles"].find({"_id": {"$in": list(keys)}}, INDEXED)
        documents = sound(self.database, "articles", cursor, INDEXED)
        return self._versions(dict.fromkeys(keys) | {document["_id"]: document for document in documents})

    def _versions(self, today: Mapping[str, Document | None]) -> list[IndexedVersion]:
        """Return the versions of some articles, each article's in order.

        Args:
            today: Their documents, by key; None for one that is no document of its own any more.
        """
        kept = {key: document for key, document in today.items() if document is not None}
        versions: list[IndexedVersion] = []
        for states in self._timeline.states(list(today), INDEXED, kept).values():
            for is_first_of_kind, state in _told_apart(states):
                if is_first_of_kind:
                    versions.append(replace(_version(state), is_first=state is states[0]))
                else:
                    versions[-1] = replace(versions[-1], until=state.until)
        return versions


def blocks_of(document: Mapping[str, Any]) -> Iterator[Passage]:
    """Yield the blocks of an article's or a version's text, in order."""
    for section in document["sections"]:
        if section["heading"] is not None:
            yield Passage(section["heading"], is_heading=True)
        for text in section["blocks"]:
            yield Passage(text, is_heading=False)


def _told_apart(states: Sequence[KnownState]) -> Iterator[tuple[bool, KnownState]]:
    """Yield states with whether each differs from the one before it in what is indexed."""
    before: KnownState | None = None
    for state in states:
        same = before is not None and before.until == state.since
        same = (
            same
            and before is not None
            and all(before.document.get(name) == state.document.get(name) for name in _FIELDS)
        )
        yield not same, state
        before = state


def _aware(document: Document) -> Document:
    """Return a document with its dates, which were decoded without zones, aware in UTC."""
    if document["published_at"] is not None:
        document["published_at"] = document["published_at"].replace(tzinfo=UTC)
    return document


def _version(state: KnownState) -> IndexedVersion:
    """Return a state of an article as a version."""
    document = state.document
    headings = [section["heading"] for section in document["sections"] if section["heading"] is not None]
    return IndexedVersion(
        document, document["revision"], document["title"], document["text"], headings, state.since, state.until
    )
