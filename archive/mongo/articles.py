"""The articles that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Unpack, cast

import bson

from archive.article import Article
from archive.identity import keys_of
from archive.mongo.documents import from_document, moment
from archive.mongo.holdings import lookup
from archive.mongo.record import ARTICLES
from archive.mongo.scan import ORDER, Scan, query
from archive.mongo.spoken import Desk, spoken
from archive.record import Record
from archive.selection import Wanted, choose, select

Document = dict[str, Any]


class Articles:
    """The collection `articles`: each article as it was last read."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._articles = desk.database["articles"]

    def __call__(self, fields: Iterable[str] | None = None, **wanted: Unpack[Wanted]) -> Iterator[Record]:
        """Return the records of articles, oldest first, those without a date before all; with little memory.

        They are as they were at one moment for as long as the server keeps it: see `Scan.batches`.

        Args:
            fields: The fields that records are to have; None for all.
            **wanted: Which articles: see `archive.selection.Wanted`.

        Raises:
            WrongSelection: It cannot be meant; at once, not when the first record is asked for.
        """
        chosen = choose(fields, ARTICLES.field_names)
        scan = Scan(self.desk, select(wanted), chosen if fields is not None else None)
        return self._records(scan, chosen)

    def _records(self, scan: Scan, chosen: tuple[str, ...]) -> Iterator[Record]:
        for batch in scan.batches():
            for document in bson.decode_all(batch, self._articles.codec_options):
                yield cast("Record", {name: document[name] for name in chosen})

    @spoken
    def live(self, limit: int, **wanted: Unpack[Wanted]) -> list[Record]:
        """Return the records of the newest articles that the site still has, newest first, the undated last.

        Raises:
            WrongSelection: What is asked for cannot be meant.
        """
        chosen = {"status": "live"} | query(select(wanted))
        return cast(
            "list[Record]",
            list(self._articles.find(chosen).sort([(name, -direction) for name, direction in ORDER]).limit(limit)),
        )

    @spoken
    def documents(self, keys: Iterable[str]) -> dict[str, Document]:
        """Return the documents of those of some keys that are kept, by key; aliases are not looked at."""
        return {document["_id"]: document for document in self._articles.find({"_id": {"$in": list(keys)}})}

    @spoken
    def kept_as(self, keys: Iterable[str]) -> dict[str, str]:
        """Return under which `_id` the articles of some keys or aliases are kept, by the key asked for."""
        asked = list(keys)
        wanted = {"$or": [{"_id": {"$in": asked}}, {"aliases": {"$in": asked}, "aliases.0": {"$exists": True}}]}
        found = {
            key: it["_id"] for it in self._articles.find(wanted, ["aliases"]) for key in (*it["aliases"], it["_id"])
        }
        return {key: found[key] for key in asked if key in found}

    @spoken
    def get(self, key: str) -> Document | None:
        """Return an article's document by its key or one of its aliases, or None if it is not kept."""
        return self._articles.find_one({"_id": key}) or self._articles.find_one(
            {"aliases": key, "aliases.0": {"$exists": True}}
        )

    @spoken
    def read(self, key: str) -> Article | None:
        """Return an article by its key or one of its aliases, or None if it is not kept."""
        document = self.get(key)
        return from_document(document) if document else None

    @spoken
    def kept(self, keys: Iterable[str]) -> set[str]:
        """Return those of some keys whose article is kept, under them or with them as aliases. One round trip."""
        return set(self.owners(keys))

    @spoken
    def owners(self, keys: Iterable[str]) -> dict[str, str]:
        """Return for each of some keys the key that its article is kept under: itself, or the one it is an alias of.

        What is not kept is left out. Further reading that points at an alias is led to its document by this. One round
        trip.
        """
        wanted = set(keys)
        found = self._articles.find(lookup(list(wanted), []), ["aliases"])
        return {key: document["_id"] for document in found for key in keys_of(document) if key in wanted}

    @spoken
    def newest(self, limit: int, column: str | None = None) -> list[Document]:
        """Return the documents of the newest articles by publication; of one column if it is given."""
        wanted = {} if column is None else {"column": column}
        return list(self._articles.find(wanted).sort("published_at", -1).limit(limit))

    @spoken
    def count(self) -> int:
        """Return how many articles are kept, by the collection's own count."""
        return self._articles.estimated_document_count()

    @spoken
    def newest_note(self) -> tuple[int, datetime] | None:
        """Return number and date of the newest article of the old site, or None if none is kept with a date."""
        return self._note({"$ne": None}, -1)

    @spoken
    def notes_around(
        self, at: datetime, margin: timedelta
    ) -> tuple[tuple[int, datetime] | None, tuple[int, datetime] | None]:
        """Return number and date of the last article of the old site before a moment, and of the first after it.

        Args:
            at: Aware.
            margin: How far from the moment they are at least.
        """
        return self._note({"$lt": moment(at - margin)}, -1), self._note({"$gt": moment(at + margin)}, 1)

    def _note(self, published: Document, order: int) -> tuple[int, datetime] | None:
        wanted = {"_id": {"$regex": "^notes:"}, "published_at": published}
        found = self._articles.find_one(wanted, ["published_at"], sort=[("published_at", order)])
        return (int(found["_id"].partition(":")[2]), found["published_at"]) if found else None
