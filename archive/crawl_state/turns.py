"""Whose turn it is to ask a host: one request of all runs of an archive a delay, by the server's clock."""

from __future__ import annotations

from typing import Any

from pymongo import ReturnDocument

from archive.mongo.database import Repository


class Turns(Repository, collection="turns"):
    """The collection `turns`."""

    def take(self, host: str, delay: float) -> float:
        """Return the seconds until the caller may ask a host; that turn is then the caller's.

        Args:
            host: Its name, with a port where it has one.
            delay: Seconds from this turn to the next one of anybody.
        """
        now, milliseconds = "$$NOW", int(delay * 1000)
        turn_at: Any = {"$max": ["$next_at", now]}
        turn = {"taken_at": now, "at": turn_at, "next_at": {"$add": [turn_at, milliseconds]}}
        document: Any = self.collection.find_one_and_update(
            {"_id": host}, [{"$set": turn}], upsert=True, return_document=ReturnDocument.AFTER
        )
        wait = document["at"] - document["taken_at"]
        return float(wait.total_seconds())
