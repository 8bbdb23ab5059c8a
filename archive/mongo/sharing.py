"""What workers that share a crawl ask of the frontier: leases that pass between them, and who still holds any."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from archive.frontier import Wanted
from archive.mongo.documents import moment
from archive.mongo.leases import OF_WANTED, to_wanted
from archive.mongo.runs import KILLED
from archive.mongo.spoken import Desk, spoken

Document = dict[str, Any]


class Sharing:
    """The leases of `frontier`, among the runs of one crawl."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._frontier = desk.database["frontier"]
        self._runs = desk.database["runs"]

    @spoken
    def take_over(self, key: str, holder: str, run_id: str, now: datetime, lease_seconds: float) -> Wanted | None:
        """Return an address whose lease was another run's and now is this one's; None where it was not that run's.

        Safe to repeat: what this run holds already is given again.

        Args:
            key: The article key.
            holder: The run that claimed it, as the offer says.
            run_id: The run that takes it.
            now: The moment; aware.
            lease_seconds: Seconds until others may take it.
        """
        said = {
            "leased_by": run_id,
            "claim": uuid.uuid4().hex,
            "next_at": moment(now + timedelta(seconds=lease_seconds)),
        }
        held = {"_id": key, "leased_by": {"$in": [holder, run_id]}}
        document = self._frontier.find_one_and_update(held, {"$set": said}, OF_WANTED)
        return to_wanted(document) if document else None

    @spoken
    def held_among(self, run_id: str, keys: Sequence[str]) -> set[str]:
        """Return those of some keys that a run holds."""
        held = self._frontier.find({"_id": {"$in": list(keys)}, "leased_by": run_id}, ["_id"])
        return {document["_id"] for document in held}

    @spoken
    def companions(self, spider: str, kind: str, run_id: str) -> list[str]:
        """Return the runs of the same spider and kind that have not ended, but one."""
        wanted = {"ended_at": None, "spider": spider, "kind": kind, "_id": {"$ne": run_id}}
        return [document["_id"] for document in self._runs.find(wanted, ["_id"])]

    @spoken
    def is_any_held(self, run_ids: Sequence[str]) -> bool:
        """Return whether some runs hold any address."""
        held = {"leased_by": {"$in": list(run_ids)}}
        return bool(run_ids) and self._frontier.count_documents(held, hint="leases", limit=1) > 0

    @spoken
    def has_ended_itself(self, run_id: str) -> bool:
        """Return whether a run has written down its own end; one that was found dead has not."""
        run = self._runs.find_one({"_id": run_id}, ["ended_at", "outcome"])
        return run is not None and run["ended_at"] is not None and run["outcome"] != KILLED
