"""The outbox: every change of the archive, in order of commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.model.change import Change, Cursor
from archive.mongo.database import ArchiveDatabase, Repository
from archive.mongo.schema.soundness import sound

_READ = ("op", "key", "revision", "cause", "at", "into")
_LONGEST_WAIT = 60.0
"""Seconds that one look at the change stream may take: less than after which a silent socket is given up."""


class Outbox(Repository):
    """The collection `changes`, read with a majority's concern: a change once read is never rolled back."""

    def __init__(self, database: ArchiveDatabase, identity: str) -> None:
        super().__init__(database)
        self.identity = identity
        self._changes = database["changes"]

    def cursor(self) -> str:
        """Return the cursor of the newest change: what comes after it is new."""
        return str(Cursor(self.identity, self.latest()))

    def firsts(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the number of the first change of each of some keys."""
        groups: list[dict[str, Any]] = [
            {"$match": {"key": {"$in": list(keys)}}},
            {"$group": {"_id": "$key", "first": {"$min": "$_id"}}},
        ]
        return {group["_id"]: int(group["first"]) for group in self._changes.aggregate(groups)}

    def after(self, cursor: int, limit: int) -> list[Change]:
        """Return up to `limit` changes that follow a cursor, in order; 0 is before the first."""
        documents = self._changes.find({"_id": {"$gt": cursor}}, _READ).sort("_id", 1).limit(limit)
        return [_to_change(document) for document in sound(self.database, "changes", documents, _READ)]

    def latest(self) -> int:
        """Return the cursor of the newest change; 0 if there is none."""
        newest = self._changes.find_one(sort=[("_id", -1)], projection=["_id"])
        return int(newest["_id"]) if newest else 0

    def watch(self, cursor: int, seconds: float) -> bool:
        """Return whether there is a change after a cursor, waiting for one (change stream) for some seconds at most."""
        added: list[dict[str, Any]] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        wait = min(seconds, _LONGEST_WAIT)
        with self._changes.watch(added, max_await_time_ms=max(1, int(wait * 1000))) as stream:
            left = seconds
            while self.latest() <= cursor:  # asked after the stream is open, so that none slips through between
                if left <= 0:
                    return False
                stream.try_next()
                left -= wait
        return True


def _to_change(document: dict[str, Any]) -> Change:
    fields = {name: document[name] for name in _READ}
    return Change(cursor=int(document["_id"]), **fields)
