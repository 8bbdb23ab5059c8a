"""The queries of coverage; each uses an index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from archive.model.identity import keys_of
from archive.mongo.database import ArchiveDatabase, Document, Repository, moment
from archive.mongo.schema.fields import EPOCH
from archive.mongo.schema.soundness import sound

ENTRY: Final = ("state", "reason", "title", "published_at", "url")
NAMED: Final[Document] = {
    "$nor": [{"found_by": "backfill", "look": {"$ne": None}}, {"found_by": "backfill", "looks.0": {"$exists": True}}]
}
"""Excludes numbers that a backfill only tried, and that have no article."""

AT_ONCE: Final = 1000
"""Keys that are looked up together."""


class UnkeptLink(NamedTuple):
    """A link of further reading: its title, its canonical address, and the key of the article with the link."""

    title: str
    url: str
    linked_from: str


class Census(Repository):
    """Counts articles of some columns, and lists the missing ones.

    Args:
        database: The archive's database.
        columns: Without brackets; None for all.
    """

    def __init__(self, database: ArchiveDatabase, columns: Collection[str] | None) -> None:
        super().__init__(database)
        self._columns = None if columns is None else frozenset(columns)
        self._articles = database["articles"]
        self._frontier = database["frontier"]
        self._index = "newest" if columns is None else "column_newest"

    def span(self) -> tuple[datetime, datetime] | None:
        """Return the publication of the oldest and the newest kept article; None without a dated one."""
        ends: list[datetime] = []
        for column in self._columns or (None,):
            wanted = {"published_at": {"$gt": EPOCH}} | ({} if column is None else {"column": column})
            for order in (1, -1):
                documents = self._articles.find(wanted, {"published_at": 1}).sort("published_at", order).limit(1)
                ends += [document["published_at"] for document in documents]
        return (min(ends), max(ends)) if ends else None

    def count(self, since: datetime, until: datetime) -> int:
        """Return the number of articles published in a span of time."""
        return self._articles.count_documents(self._published(since, until), hint=self._index)

    def moments(self, since: datetime, until: datetime) -> list[int]:
        """Return the moments of publication in a span of time; as of `moments_of`."""
        return moments_of(self.database, self._published(since, until), self._index)

    def waiting(self, since: datetime, until: datetime, passed_over: Collection[str]) -> list[Document]:
        """Return entries that are wanted or failed, in a window or without a date, and skipped ones in the window.

        Numbers that a backfill only tried, and that have no article, are left out.

        Args:
            since: Its beginning; aware; included.
            until: Its end; aware; not included.
            passed_over: The reasons of the skipped entries that are included.
        """
        dated = {"$gte": moment(since), "$lt": moment(until)}
        open_states = {"state": {"$in": ["wanted", "failed"]}}
        wanted: list[Document] = [open_states | {"published_at": dated}, open_states | {"published_at": None, **NAMED}]
        wanted += [{"state": "skipped", "reason": reason, "published_at": dated} for reason in sorted(passed_over)]
        entries = [entry for query in wanted for entry in self._entries(query)]
        kept = self.kept(entry["_id"] for entry in entries)
        return [entry for entry in entries if entry["_id"] not in kept]

    def lost(self, since: datetime, until: datetime) -> list[Document]:
        """Return entries of a window that are gone and whose article was never kept."""
        dated = {"$gte": moment(since), "$lt": moment(until)}
        entries = list(self._entries({"state": "gone", "published_at": dated}))
        kept = self.kept(entry["_id"] for entry in entries)
        return [entry for entry in entries if entry["_id"] not in kept]

    def unkept_reading(self, since: datetime, until: datetime) -> set[str]:
        """Return the keys in the further reading of a window's articles that are not kept."""
        documents = self._articles.find(self._published(since, until), ["related.key"]).hint(self._index)
        own: set[str] = set()
        named: set[str | None] = set()
        for document in sound(self.database, "articles", documents, ("related.key",)):
            own.add(document["_id"])
            named.update(related["key"] for related in document["related"])
        others = {key for key in named if key} - own
        return others - self.kept(others)

    def links(
        self, keys: Collection[str], since: datetime, until: datetime, is_wanted: Callable[[str], bool]
    ) -> dict[str, UnkeptLink]:
        """Return for each of some keys the first link to it in the further reading of a window's articles.

        Args:
            keys: The keys; those without a link of a wanted column are left out.
            since: The window's beginning; aware; included.
            until: Its end; aware; not included.
            is_wanted: Whether a title is one of the wanted columns'.
        """
        if not keys:
            return {}
        fields = {"related": 1, "published_at": 1}
        named: Document = {"related.key": {"$in": list(keys)}} if len(keys) <= AT_ONCE else {}
        documents = self._articles.find(self._published(since, until) | named, fields).sort("published_at", 1)
        if not named:
            documents.hint(self._index)
        return first_links(sound(self.database, "articles", documents, tuple(fields)), keys, is_wanted)

    def entries(self, keys: Iterable[str]) -> dict[str, Document]:
        """Return the frontier's entries of some keys."""
        cursors = (self._frontier.find({"_id": {"$in": some}}, ENTRY) for some in _batches(keys))
        return {entry["_id"]: entry for cursor in cursors for entry in sound(self.database, "frontier", cursor, ENTRY)}

    def kept(self, keys: Iterable[str]) -> set[str]:
        """Return those of some keys that are the key or an alias of a kept article."""
        kept: set[str] = set()
        for some in _batches(keys):
            kept.update(document["_id"] for document in self._articles.find({"_id": {"$in": some}}, ["_id"]))
            others = {"aliases": {"$in": [key for key in some if key not in kept]}, "aliases.0": {"$exists": True}}
            kept.update(key for document in self._articles.find(others, ["aliases"]) for key in keys_of(document))
        return kept

    def _entries(self, wanted: Document) -> Iterator[Document]:
        return sound(self.database, "frontier", self._frontier.find(wanted, ENTRY).hint("state_reason"), ENTRY)

    def _published(self, since: datetime, until: datetime) -> Document:
        wanted: Document = {"published_at": {"$gte": moment(since), "$lt": moment(until)}}
        return wanted if self._columns is None else wanted | {"column": {"$in": sorted(self._columns)}}


def moments_of(database: ArchiveDatabase, wanted: Document, index: str | None) -> list[int]:
    """Return the moments of publication of articles, in order: milliseconds since 1970, UTC; undated ones are left out.

    Args:
        database: The database.
        wanted: The filter of the articles.
        index: The index that covers the filter, so that no article is read; None without one.
    """
    month = {"$dateTrunc": {"date": "$published_at", "unit": "month"}}  # an array of all might be too large
    pipeline: list[Document] = [
        {"$match": {"$and": [{"published_at": {"$gt": EPOCH}}, wanted]}},
        {"$group": {"_id": month, "at": {"$push": {"$toLong": "$published_at"}}}},
    ]
    hint: dict[str, Any] = {"hint": index} if index else {}
    months = list(database["articles"].aggregate(pipeline, **hint))
    return sorted(at for of_month in months for at in of_month["at"])


def first_links(
    documents: Iterable[Document], keys: Collection[str], is_wanted: Callable[[str], bool]
) -> dict[str, UnkeptLink]:
    """Return for each of some keys the first link to it in articles' further reading; as of `Census.links`."""
    linked: dict[str, UnkeptLink] = {}
    for document in documents:
        for related in document["related"]:
            if related["key"] in keys and is_wanted(related["title"]):
                linked.setdefault(related["key"], UnkeptLink(related["title"], related["url"], document["_id"]))
    return linked


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some
