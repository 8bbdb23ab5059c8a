"""The queries of coverage, as of a moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final

from archive.articles.walk import Walk
from archive.coverage.census import ENTRY, NAMED, Census, UnkeptLink, first_links
from archive.market_calendar import milliseconds
from archive.model.identity import keys_of
from archive.model.selection import Selection
from archive.mongo.database import ArchiveDatabase, Document, moment
from archive.mongo.schema.soundness import sound

_FIELDS: Final = ("_id", "published_at", "related")
_READ: Final = (*ENTRY, "checked_at", "looks")
_WAITS: Final = ("wanted", "failed")


class PastCensus(Census):
    """Counts the articles that were known at a moment, and lists the addresses found by then.

    The frontier has no history. An address that was not requested since has the state of then; one that was answered
    since, and whose article was not kept then, was waiting.

    Args:
        database: The archive's database.
        columns: Without brackets; None for all.
        as_of: The moment; aware.
    """

    def __init__(self, database: ArchiveDatabase, columns: Collection[str] | None, as_of: datetime) -> None:
        super().__init__(database, columns)
        self._as_of = as_of
        self._kept: set[str] = set()
        self._known: list[Document] = []
        for document in Walk(database, Selection(), as_of).documents():
            self._kept.update(keys_of(document))
            if document["published_at"] and (columns is None or document["column"] in columns):
                self._known.append({name: document[name] for name in _FIELDS})

    def span(self) -> tuple[datetime, datetime] | None:
        """Return the publication of the oldest and the newest article known then; None without a dated one."""
        return (self._known[0]["published_at"], self._known[-1]["published_at"]) if self._known else None

    def count(self, since: datetime, until: datetime) -> int:
        """Return the number of articles of a span that were known then."""
        return len(self._within(since, until))

    def moments(self, since: datetime, until: datetime) -> list[int]:
        """Return the moments of publication in a span that were known then; as of `moments_of`."""
        return sorted(milliseconds(entry["published_at"]) for entry in self._within(since, until))

    def waiting(self, since: datetime, until: datetime, passed_over: Collection[str]) -> list[Document]:
        """Return entries of a window, or without a date, that waited then; arguments as of `Census.waiting`."""
        entries = self._unkept(since, until, {"published_at": None, **NAMED})
        return [
            entry
            for entry in entries
            if entry["state"] in _WAITS
            or (entry["published_at"] and entry["state"] == "skipped" and entry["reason"] in passed_over)
        ]

    def lost(self, since: datetime, until: datetime) -> list[Document]:
        """Return entries of a window that were gone then and whose article was not kept."""
        return [entry for entry in self._unkept(since, until) if entry["state"] == "gone"]

    def unkept_reading(self, since: datetime, until: datetime) -> set[str]:
        """Return the keys in the further reading of a window's articles that were not kept then."""
        named = {related["key"] for entry in self._within(since, until) for related in entry["related"]}
        return named - self._kept - {None}

    def links(
        self, keys: Collection[str], since: datetime, until: datetime, is_wanted: Callable[[str], bool]
    ) -> dict[str, UnkeptLink]:
        """Return for each of some keys the first link to it in a window's articles then; as of `Census.links`."""
        return first_links(self._within(since, until), keys, is_wanted)

    def entries(self, keys: Iterable[str]) -> dict[str, Document]:
        """Return the entries of some keys that had been found then."""
        cursor = self.database["frontier"].find({"_id": {"$in": list(keys)}, **self._found()}, _READ)
        return {entry["_id"]: self._then(entry) for entry in sound(self.database, "frontier", cursor, _READ)}

    def kept(self, keys: Iterable[str]) -> set[str]:
        """Return those of some keys that were the key or an alias of an article known then."""
        return self._kept.intersection(keys)

    def _within(self, since: datetime, until: datetime) -> list[Document]:
        return [entry for entry in self._known if since <= entry["published_at"] < until]

    def _unkept(self, since: datetime, until: datetime, *others: Document) -> list[Document]:
        """Return the entries of a window, and others, that had been found then and whose article was not kept."""
        dated = {"published_at": {"$gte": moment(since), "$lt": moment(until)}}
        wanted = {"$or": [dated, *others], **self._found()}
        entries = sound(self.database, "frontier", self.database["frontier"].find(wanted, _READ), _READ)
        return [self._then(entry) for entry in entries if entry["_id"] not in self._kept]

    def _found(self) -> Document:
        return {"found_at": {"$lte": moment(self._as_of)}}

    def _then(self, entry: Document) -> Document:
        """Return an entry with its state of then, as far as it is known."""
        answered = entry["looks"][-1] if entry["state"] == "gone" and entry["looks"] else entry["checked_at"]
        if entry["_id"] in self._kept:
            return entry | {"state": "kept", "reason": None}
        if entry["state"] != "skipped" and answered and answered > self._as_of:
            return entry | {"state": "wanted", "reason": None}
        return entry
