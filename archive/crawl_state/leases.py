"""Leases of the frontier: which run may request an address, and which runs share the work."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from archive.crawl_state.discoveries import SEEN
from archive.crawl_state.runs import Runs
from archive.model.crawl.frontier import ADDRESS_ERRS, LeasedUrl
from archive.mongo.database import ArchiveDatabase, Document, Repository, moment
from archive.mongo.schema.fields import EPOCH
from archive.mongo.schema.soundness import first_sound

_NEWEST_FIRST = [("published_at", -1), ("next_at", 1)]
OF_WANTED = (
    "url",
    "title",
    "published_at",
    "published_from",
    "depth",
    "attempts",
    "etag",
    "last_modified",
    "state",
    "reason",
)
_NO_VAIN_GUESS: Document = {"$nor": [{"found_by": "backfill", "state": "failed"}]}
_FREE = [{"$set": {"leased_by": None, "claim": None, "next_at": "$found_at"}}]
"""Frees entries and makes them due at their moment of discovery, which is past by any clock."""


class Leases(Repository, collection="frontier"):
    """The leases in the collection `frontier`."""

    def __init__(self, database: ArchiveDatabase, runs: Runs) -> None:
        super().__init__(database)
        self._runs = runs
        self._unsure: set[str] = set()

    def claim(  # noqa: PLR0913 -- a lease has a holder, a size, a beginning and an end, and the run has a window
        self,
        run_id: str,
        limit: int,
        now: datetime,
        lease_seconds: float,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        windows: Sequence[str] | None = None,
        besides: Collection[str] = (),
    ) -> list[LeasedUrl]:
        """Return up to `limit` addresses that are due and free, newest publication first, now leased to the run.

        No other run gets them until they are settled or released, or the lease ends. Safe to repeat after an error: the
        addresses that the failed call took are released first.

        Args:
            run_id: The run that takes them.
            limit: How many at most.
            now: The moment that decides which are due; aware.
            lease_seconds: Seconds until others may take them.
            since: Only those published then or later, and undated ones, last.
            until: Only those published before, and undated ones.
            windows: Of undated addresses, only those of these backfills; None for all except numbers that a backfill
                tried in vain and that no source names.
            besides: Hosts whose addresses are left out.
        """
        self._give_back()
        wanted: list[Document] = []
        spans = _windows(since, until, windows)
        until_at = moment(now + timedelta(seconds=lease_seconds))
        while len(wanted) < limit:
            due = self._due(now, limit - len(wanted), [_elsewhere(besides) | window for window in spans])
            if not due:
                break
            wanted += self._lease(due, run_id, moment(now), until_at)
        return [to_wanted(document) for document in wanted]

    def take(self, run_id: str, key: str, now: datetime, lease_seconds: float) -> LeasedUrl | None:
        """Return one address, now leased to the run; None if it is not due, or another run holds it."""
        free = {"_id": key, "next_at": {"$gt": EPOCH, "$lte": moment(now)}}
        lease = {"$set": _lease_of(run_id, now, lease_seconds)}
        document = self.collection.find_one_and_update(free, lease, OF_WANTED)
        return to_wanted(document) if document else None

    def held_by_others(self, run_id: str, windows: Sequence[str]) -> int:
        """Return how many undated addresses of some backfills other runs hold."""
        unstated = [{"published_from": {"$in": [None, "address"]}}, {"published_at": None}]
        stated_nowhere = {"$or": unstated, "places": {"$in": list(windows)}}
        others = {"leased_by": {"$gt": "", "$ne": run_id}} | stated_nowhere
        return self.collection.count_documents(others, hint="leases")

    def release(self, run_id: str, keys: Sequence[str] | None = None) -> int:
        """Release the addresses of a run (of some keys, if given), due at once; return their number."""
        held: Document = {"leased_by": run_id} | ({} if keys is None else {"_id": {"$in": list(keys)}})
        return self.collection.update_many(held, _FREE).modified_count

    def release_dead(self, now: datetime) -> int:
        """Release the addresses of ended and dead runs, and return their number; dead runs are marked `killed`."""
        self._runs.reap(now)
        holders = self.collection.distinct("leased_by", {"leased_by": {"$gt": ""}})
        ended = self._runs.ended(holders)
        return self.collection.update_many({"leased_by": {"$in": ended}}, _FREE).modified_count if ended else 0

    def take_over(self, key: str, holder: str, run_id: str, now: datetime, lease_seconds: float) -> LeasedUrl | None:
        """Take over an address's lease from another run; None if that run does not hold it.

        Safe to repeat: an address that this run holds already is returned again.

        Args:
            key: The article key.
            holder: The run that claimed it, as in the offer.
            run_id: The run that takes it.
            now: The moment; aware.
            lease_seconds: Seconds until others may take it.
        """
        held = {"_id": key, "leased_by": {"$in": [holder, run_id]}}
        lease = {"$set": _lease_of(run_id, now, lease_seconds)}
        document = self.collection.find_one_and_update(held, lease, OF_WANTED)
        return to_wanted(document) if document else None

    def held_among(self, run_id: str, keys: Sequence[str]) -> set[str]:
        """Return those of some keys that a run holds."""
        held = self.collection.find({"_id": {"$in": list(keys)}, "leased_by": run_id}, ["_id"])
        return {document["_id"] for document in held}

    def is_any_held(self, run_ids: Sequence[str]) -> bool:
        """Return whether some runs hold any address."""
        held = {"leased_by": {"$in": list(run_ids)}}
        return bool(run_ids) and self.collection.count_documents(held, hint="leases", limit=1) > 0

    def _due(self, now: datetime, limit: int, windows: list[Document]) -> list[Document]:
        due: Document = {"next_at": {"$gt": EPOCH, "$lte": moment(now)}}
        documents: list[Document] = []
        for window in windows:
            if len(documents) < limit:
                cursor = self.collection.find(due | window, OF_WANTED).sort(_NEWEST_FIRST).hint("due")
                documents += first_sound(self.database, "frontier", cursor, limit - len(documents), OF_WANTED)
        return documents

    def _lease(self, due: list[Document], run_id: str, now: datetime, until: datetime) -> list[Document]:
        """Take those of `due` that are still free; the database decides, one document at a time."""
        claim = uuid.uuid4().hex
        keys = [document["_id"] for document in due]
        self._unsure.add(claim)
        taken = self.collection.update_many(
            {"_id": {"$in": keys}, "next_at": {"$gt": EPOCH, "$lte": now}},
            {"$set": {"leased_by": run_id, "claim": claim, "next_at": until}},
        ).modified_count
        if taken < len(keys):
            own = {entry["_id"] for entry in self.collection.find({"_id": {"$in": keys}, "claim": claim}, ["_id"])}
            due = [document for document in due if document["_id"] in own]
        self._unsure.discard(claim)
        return due

    def _give_back(self) -> None:
        """Free the leases of a claim whose response was lost."""
        if self._unsure:
            unsure = set(self._unsure)
            self.collection.update_many({"leased_by": {"$gt": ""}, "claim": {"$in": list(unsure)}}, _FREE)
            self._unsure -= unsure


def _lease_of(run_id: str, now: datetime, seconds: float) -> Document:
    """Return the fields of a new lease."""
    return {"leased_by": run_id, "claim": uuid.uuid4().hex, "next_at": moment(now + timedelta(seconds=seconds))}


def _windows(since: datetime | None, until: datetime | None, windows: Sequence[str] | None) -> list[Document]:
    """Return the filters of a window of publication in the order of the index: the dated, then the undated.

    Each has a condition on `published_at`, without which the index `due` is not used for `next_at`.
    """
    own: Document = _NO_VAIN_GUESS if windows is None else {"places": {"$in": list(windows)}}
    unsure = [{"published_at": span, "published_from": "address"} | own for span in _beside(since, until)]
    return [{"published_at": dated(since, until)}, *unsure, {"published_at": None} | own]


def _elsewhere(hosts: Collection[str]) -> Document:
    """Return the filter of addresses that are on none of some hosts."""
    if not hosts:
        return {}
    return {"url": {"$not": {"$regex": f"^https?://(?:{'|'.join(map(re.escape, hosts))})/"}}}


def _beside(since: datetime | None, until: datetime | None) -> list[Document]:
    """Return the spans beside a window whose articles may belong to it, since addresses err by `ADDRESS_ERRS`."""
    before = [] if since is None else [{"$gte": moment(since - ADDRESS_ERRS), "$lt": moment(since)}]
    return before if until is None else [*before, {"$gte": moment(until)}]


def dated(since: datetime | None, until: datetime | None) -> Document:
    """Return MongoDB's condition for publications from `since` to before `until`; None for no bound."""
    bounds: Document = {"$gt": EPOCH} if since is None else {"$gte": moment(since)}
    return bounds if until is None else bounds | {"$lt": moment(until)}


def to_wanted(document: Document) -> LeasedUrl:
    """Return an entry, with what `OF_WANTED` names, as the run that holds it takes it."""
    values = {name: document[name] for name in OF_WANTED if name not in {"state", "reason"}}
    state, reason = document["state"], document["reason"]
    return LeasedUrl(key=document["_id"], kept=state == "kept", seen=state == "wanted" and reason == SEEN, **values)
