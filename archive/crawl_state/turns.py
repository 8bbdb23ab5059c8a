"""Politeness shared by all runs: turns of requests to a host, by the server's clock, and rests after walls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pymongo import ReturnDocument

from archive.mongo.database import Document, Repository, moment

_WALLS: Document = {"$ifNull": ["$walls", 0]}
_UNTOUCHED: Document = {
    "walls": _WALLS,
    "walled_at": {"$ifNull": ["$walled_at", None]},
    "rests_until": {"$ifNull": ["$rests_until", None]},
}


class Rest(NamedTuple):
    """A resting host: how many runs in a row met walls there, and the end of its rest; aware, UTC."""

    walls: int
    until: datetime


class Turns(Repository, collection="turns"):
    """The collection `turns`."""

    def take(self, host: str, delay: float) -> float:
        """Take the next turn at a host; return the seconds until it.

        Args:
            host: Its name, with a port where it has one.
            delay: Seconds between this turn and the next.
        """
        now, milliseconds = "$$NOW", int(delay * 1000)
        turn_at: Any = {"$max": ["$next_at", now]}
        turn = {"taken_at": now, "at": turn_at, "next_at": {"$add": [turn_at, milliseconds]}}
        document: Any = self.collection.find_one_and_update(
            {"_id": host}, [{"$set": turn | _UNTOUCHED}], upsert=True, return_document=ReturnDocument.AFTER
        )
        wait = document["at"] - document["taken_at"]
        return float(wait.total_seconds())

    def resting(self) -> dict[str, Rest]:
        """Return the hosts that rest now, by name."""
        cursor = self.collection.find({"$expr": {"$gt": ["$rests_until", "$$NOW"]}}).hint("_id_")  # few hosts
        return {document["_id"]: Rest(document["walls"], document["rests_until"]) for document in cursor}

    def note_walls(self, walled: Mapping[str, float], began: datetime, wait: float, longest: float) -> None:
        """Let the hosts rest at which a run met walls, longer for each run in a row.

        Args:
            walled: The hosts, with the seconds of their Retry-After; 0 without one.
            began: When the run began; aware. Of runs that met walls at the same time, one counts.
            wait: Seconds after the first run; they double with each.
            longest: Most seconds.
        """
        for host, requested in walled.items():
            is_another = {"$lt": ["$walled_at", moment(began)]}  # nothing is less than any date
            grown = {"$multiply": [wait, {"$pow": [2, {"$subtract": ["$walls", 1]}]}]}
            seconds = {"$min": [longest, {"$max": [requested, grown]}]}
            rest = {"$add": ["$$NOW", {"$toLong": {"$multiply": [seconds, 1000]}}]}
            turn = {name: {"$ifNull": [f"${name}", "$$NOW"]} for name in ("taken_at", "at", "next_at")}
            walls = {"walls": {"$cond": [is_another, {"$add": [_WALLS, 1]}, _WALLS]}, "walled_at": "$$NOW"}
            update: list[Document] = [{"$set": turn | walls}, {"$set": {"rests_until": rest}}]
            self.collection.update_one({"_id": host}, update, upsert=True)

    def note_welcome(self, hosts: Collection[str]) -> None:
        """Reset the walls of hosts at which a run met none."""
        nothing = {"walls": 0, "walled_at": None, "rests_until": None}
        self.collection.update_many({"_id": {"$in": list(hosts)}, "walls": {"$gt": 0}}, {"$set": nothing})
