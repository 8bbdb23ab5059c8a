"""Articles in either order, from a place on: current ones, or as of a moment."""

from __future__ import annotations

import base64
import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import total_ordering
from itertools import islice
from typing import Any, Final

import bson

from archive.articles.past.clock import ByPublication
from archive.articles.past.timeline import Timeline
from archive.articles.scan import ORDER, behind, query
from archive.model.selection import Selection
from archive.mongo.database import ArchiveDatabase, Document, Repository, moment
from archive.mongo.schema.soundness import sound

AT_ONCE: Final = 200
"""Articles whose former states are read together."""

_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


@total_ordering
@dataclass(frozen=True, slots=True)
class Place:
    """A place among articles, oldest first, undated ones before all.

    Attributes:
        published_at: Publication of the article there; aware; None if it is undated.
        key: Its key.
    """

    published_at: datetime | None
    key: str

    def __lt__(self, other: Place) -> bool:
        own, others = self.published_at or _BEGINNING, other.published_at or _BEGINNING
        return own < others or (own == others and self.key > other.key)


def place_of(document: Mapping[str, Any]) -> Place:
    """Return the place of an article's document."""
    return Place(document["published_at"], document["_id"])


def place_text(place: Place) -> str:
    """Return a place as text for an address."""
    at = place.published_at
    text = json.dumps([None if at is None else int(at.timestamp() * 1000 + 0.5), place.key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_from(text: str) -> Place:
    """Return the place from the text in an address.

    Raises:
        ValueError: The text is no place.

    >>> place_from(place_text(Place(None, "notes:7")))
    Place(published_at=None, key='notes:7')
    """
    try:
        at, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        published = None if at is None else datetime.fromtimestamp(int(at) / 1000, UTC)
    except (TypeError, OverflowError, OSError) as error:
        raise ValueError(str(error)) from error
    return Place(published, str(key))


class Walk(Repository):
    """Walks through the articles of a selection.

    Args:
        database: Where the archive is.
        selection: Which articles.
        as_of: The moment of the states to read; aware; None for now.
        newest: Whether the newest come first and undated ones last; else the reverse.
        fields: The fields of `batches`; `_id` and `published_at` are always included; None for all.
    """

    def __init__(
        self,
        database: ArchiveDatabase,
        selection: Selection,
        as_of: datetime | None = None,
        *,
        newest: bool = False,
        fields: tuple[str, ...] | None = None,
    ) -> None:
        super().__init__(database)
        self._selection = selection
        self._as_of = as_of
        self._newest = newest
        self._fields = fields
        self._timeline = Timeline(database)

    def documents(self, after: Place | None = None, at_once: int = AT_ONCE) -> Iterator[Document]:
        """Yield the records after a place, from the first one for None; `at_once` is the size of a batch."""
        if self._as_of is None:
            yield from self._find({}, after, at_once)
            return
        moved = set(self._timeline.moved(self._as_of))
        clocks = ("first_seen_at", "published_at") if isinstance(self._as_of, ByPublication) else ("first_seen_at",)
        seen = {"$or": [{clock: {"$lte": moment(self._as_of)}} for clock in clocks]}
        still = (document for document in self._find(seen, after) if document["_id"] not in moved)
        streams = (self._known(still), self._moved(moved, after))
        yield from heapq.merge(*streams, key=place_of, reverse=self._newest)

    def page(self, limit: int, after: Place | None = None) -> list[Document]:
        """Return records after a place, at most `limit`."""
        return list(islice(self.documents(after, min(limit, AT_ONCE)), limit))

    def batches(self) -> Iterator[bytes]:
        """Yield the records as concatenated BSON documents, in batches, as `Scan.batches` does."""
        for some in _some(self.documents()):
            yield b"".join(bson.encode(self._chosen(document)) for document in some)

    def count(self) -> int:
        """Return how many articles there are."""
        if self._as_of is None:
            return self.database["articles"].count_documents(query(self._selection))
        return sum(1 for _ in self.documents())

    def _chosen(self, document: Document) -> Document:
        if self._fields is None:
            return document
        return {name: document[name] for name in dict.fromkeys((*self._fields, "_id", "published_at"))}

    def _find(self, further: Document, after: Place | None, at_once: int = AT_ONCE) -> Iterator[Document]:
        wanted = {"$and": [query(self._selection), further]}
        if after is not None:
            wanted = {"$and": [wanted, _before(after) if self._newest else behind(after.key, after.published_at)]}
        order = [(name, -direction if self._newest else direction) for name, direction in ORDER]
        cursor = self.database["articles"].find(wanted).sort(order).batch_size(at_once)
        yield from sound(self.database, "articles", cursor)

    def _known(self, documents: Iterator[Document]) -> Iterator[Document]:
        """Yield articles as of the moment; articles unknown then are left out."""
        for some in _some(documents):
            today = {document["_id"]: document for document in some}
            known = self._timeline.at(self._as_of, today, today=today) if self._as_of else today
            yield from (known[key] for key in today if key in known)

    def _moved(self, keys: Iterable[str], after: Place | None) -> list[Document]:
        """Return the articles of some keys that matched the selection then, in order."""
        known = self._timeline.at(self._as_of, keys).values() if self._as_of else ()
        matches = [document for document in known if self._selection.matches(document)]
        if after is not None:
            matches = [
                document
                for document in matches
                if (place_of(document) < after if self._newest else place_of(document) > after)
            ]
        return sorted(matches, key=place_of, reverse=self._newest)


def _before(place: Place) -> Document:
    """Return the filter for the articles before a place in `ORDER`: after it, newest first.

    >>> _before(Place(None, "notes:7"))
    {'published_at': None, '_id': {'$gt': 'notes:7'}}
    """
    beside = {"published_at": place.published_at, "_id": {"$gt": place.key}}
    if place.published_at is None:
        return beside
    return {"$or": [beside, {"published_at": {"$lt": place.published_at}}, {"published_at": None}]}


def _some(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while some := list(islice(documents, AT_ONCE)):
        yield some
