"""The suspicions that two kept articles are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne

from archive.mongo.documents import moment
from archive.mongo.faults import speaking_to
from archive.mongo.schema import EPOCH
from archive.mongo.spoken import Desk, spoken
from archive.suspicion import Suspicion, Text

Document = dict[str, Any]


class Suspicions:
    """The collection `suspicions`, and the texts that give rise to them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._articles = desk.database["articles"]
        self._suspicions = desk.database["suspicions"]

    def texts(self, since: datetime | None, until: datetime | None) -> Iterator[Text]:
        """Yield the texts of a window's articles, oldest first; undated ones are of no day and left out.

        Args:
            since: Its beginning; aware; included; None for no bound.
            until: Its end; aware; not included; None for no bound.
        """
        with speaking_to(self.desk.uri):
            found = self._articles.find({"published_at": _within(since, until)}, ["title", "text", "published_at"])
            for document in found.sort([("published_at", 1), ("_id", -1)]):
                yield Text(document["_id"], document["title"], document["text"], document["published_at"])

    @spoken
    def record(self, found: Sequence[Suspicion], since: datetime | None, until: datetime | None, now: datetime) -> None:
        """Write down what a look through a window found; what it did not find again is forgotten.

        Args:
            found: All suspicions of the window.
            since: As of `texts`.
            until: As of `texts`.
            now: When it was found; aware.
        """
        documents = [_to_document(one, now) for one in found]
        if documents:
            self._suspicions.bulk_write([ReplaceOne({"_id": it["_id"]}, it, upsert=True) for it in documents])
        stale = {"published_at": _within(since, until), "found_at": {"$lt": moment(now)}}
        self._suspicions.delete_many(stale)

    @spoken
    def about(self, key: str) -> list[str]:
        """Return the keys of the articles that are suspected to be the same as one."""
        found = self._suspicions.find({"keys": key}).sort("_id", 1)
        return [other for document in found for other in document["keys"] if other != key]


def _within(since: datetime | None, until: datetime | None) -> Document:
    wanted: Document = {"$gte": moment(since)} if since else {"$gt": EPOCH}
    return wanted | ({"$lt": moment(until)} if until else {})


def _to_document(one: Suspicion, now: datetime) -> Document:
    keys = sorted((one.first.key, one.second.key))
    return {
        "_id": " ".join(keys),
        "keys": keys,
        "similarity": one.similarity,
        "published_at": moment(one.second.published_at),
        "found_at": moment(now),
    }
