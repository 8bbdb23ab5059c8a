"""In which forms the bodies of kept pages are stored, and what room each takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.mongo.documents import moment
from archive.mongo.spoken import Desk, spoken


@dataclass(frozen=True, slots=True)
class Form:
    """The pages whose body is stored in one form.

    Attributes:
        stored: `received`, `zstd`, or `elsewhere`: another page has the same body.
        encoding: The content encoding as received; None if it came plain.
        pages: How many pages.
        received: Bytes of their bodies as received.
        kept: Bytes that their bodies take in the archive, before the database's own compression.
    """

    stored: str
    encoding: str | None
    pages: int
    received: int
    kept: int


class Forms:
    """Looks at the collection `pages` as a whole."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @spoken
    def count(self, since: datetime | None = None, keys: Sequence[str] | None = None) -> int:
        """Return how many responses are kept; received since a moment (aware), or of some keys, if they are given."""
        wanted: dict[str, Any] = {"fetched_at": {"$gte": moment(since)}} if since else {}
        if keys is not None:
            wanted["key"] = {"$in": list(keys)}
        return self.desk.database["pages"].count_documents(wanted, hint="key_fetched")

    @spoken
    def all(self) -> list[Form]:
        """Return every form that there is, the one with most pages first; reads every document."""
        there = {"$eq": [{"$type": "$body"}, "binData"]}
        grouped: list[dict[str, Any]] = [
            {
                "$group": {
                    "_id": {"stored": {"$cond": [there, "$stored", "elsewhere"]}, "encoding": "$encoding"},
                    "pages": {"$sum": 1},
                    "received": {"$sum": "$size"},
                    "kept": {"$sum": {"$cond": [there, {"$binarySize": "$body"}, 0]}},
                }
            },
            {"$sort": {"pages": -1, "_id.stored": 1, "_id.encoding": 1}},
        ]
        rows = self.desk.database["pages"].aggregate(grouped)
        return [
            Form(row["_id"]["stored"], row["_id"]["encoding"], row["pages"], row["received"], row["kept"])
            for row in rows
        ]
