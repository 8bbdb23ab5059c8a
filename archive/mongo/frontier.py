"""The frontier: every article address ever discovered, and who is to ask for it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from archive.frontier import Count, Entry, Found, State, Verdict, Wanted
from archive.mongo.discoveries import NEEDED, entry_of, judged, merged, relaxed, written
from archive.mongo.documents import moment
from archive.mongo.runs import Runs
from archive.mongo.schema import EPOCH
from archive.mongo.settlements import SEEN
from archive.mongo.spoken import Desk, spoken

Document = dict[str, Any]

_NEWEST_FIRST = [("published_at", -1), ("next_at", 1)]
_OF_WANTED = ("url", "title", "published_at", "depth", "attempts", "etag", "last_modified", "state", "reason")
_FREE = [{"$set": {"leased_by": None, "claim": None, "next_at": "$found_at"}}]
"""Frees entries and makes them due: at the moment they were found, which is past by any clock."""


class Frontier:
    """The collection `frontier`.

    What is asked of it costs what is asked for, however large the archive is; only `counts` reads all of an index.
    """

    def __init__(self, desk: Desk, runs: Runs) -> None:
        self.desk = desk
        self._runs = runs
        self._frontier = desk.database["frontier"]
        self._unsure: set[str] = set()

    @spoken
    def discover(self, found: Sequence[Found], now: datetime) -> dict[str, Verdict]:
        """Return a verdict for each key once the finds are durable. Two round trips, whatever their number.

        `new`: it is wanted now (never found before, or skipped until now). `skipped`: it is not wanted. `changed`: its
        article is kept, or gone, but the listing tells of a change it did not tell of before, so it is due again.
        `known`: nothing to do that is not planned already.

        Args:
            found: Finds; of several with one key, the best of each is taken.
            now: When they were found; aware.
        """
        best = merged(found)
        known = self._entries_by_key(list(best), NEEDED)
        verdicts: dict[str, Verdict] = {}
        writes = []
        for key, one in best.items():
            entry = known.get(key)
            if entry is None:
                verdicts[key], document = entry_of(one, now)
                writes.append(UpdateOne({"_id": key}, written(one, document, "$setOnInsert"), upsert=True))
            else:
                verdicts[key], document = judged(one, entry, now)
                writes.append(UpdateOne({"_id": key}, written(one, document, "$set")))
        if writes:
            self._frontier.bulk_write(writes, ordered=False)
        return verdicts

    @spoken
    def claim(  # noqa: PLR0913 -- a lease has a holder, a size, a beginning and an end, and the run has a window
        self,
        run_id: str,
        limit: int,
        now: datetime,
        lease_seconds: float,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        kept: bool = True,
        windows: Sequence[str] | None = None,
    ) -> list[Wanted]:
        """Return up to `limit` addresses that are due and free, newest publication first, now leased to the run.

        Nobody else gets them until they are settled, released, or the lease ends. Safe to repeat after an error: what
        the failed call took is given back first.

        Args:
            run_id: The run that takes them.
            limit: How many at most.
            now: The moment that decides what is due; aware.
            lease_seconds: Seconds until others may take them.
            since: Only what was published then or later; addresses without a known date come too, last.
            until: Only what was published before; likewise.
            kept: Whether re-checks of kept articles are wanted too.
            windows: Of addresses without a known date, only those found for one of these backfills; None for all.
        """
        self._give_back()
        wanted: list[Document] = []
        until_at = moment(now + timedelta(seconds=lease_seconds))
        while len(wanted) < limit:
            due = self._due(now, limit - len(wanted), _windows(since, until, windows), kept=kept)
            if not due:
                break
            wanted += self._lease(due, run_id, moment(now), until_at)
        return [_to_wanted(document) for document in wanted]

    @spoken
    def take(self, run_id: str, key: str, now: datetime, lease_seconds: float) -> Wanted | None:
        """Return one address, now leased to the run; None where it is not due, or another run holds it."""
        free = {"_id": key, "next_at": {"$gt": EPOCH, "$lte": moment(now)}}
        until = moment(now + timedelta(seconds=lease_seconds))
        lease = {"$set": {"leased_by": run_id, "claim": uuid.uuid4().hex, "next_at": until}}
        document = self._frontier.find_one_and_update(free, lease, _OF_WANTED)
        return _to_wanted(document) if document else None

    @spoken
    def held_by_others(self, run_id: str, windows: Sequence[str]) -> int:
        """Return how many addresses without a known date, found for some backfills, other runs hold."""
        others = {"leased_by": {"$gt": "", "$ne": run_id}, "published_at": None, "places": {"$in": list(windows)}}
        return self._frontier.count_documents(others, hint="leases")

    @spoken
    def release(self, run_id: str, keys: Sequence[str] | None = None) -> int:
        """Give back what a run holds (of some keys, if given), at once due for others; return how many that are."""
        held: Document = {"leased_by": run_id} | ({} if keys is None else {"_id": {"$in": list(keys)}})
        return self._frontier.update_many(held, _FREE).modified_count

    @spoken
    def release_dead(self, now: datetime) -> int:
        """Give back what runs hold that ended or died, and return how many that are; dead runs are marked `killed`."""
        self._runs.reap(now)
        holders = self._frontier.distinct("leased_by", {"leased_by": {"$gt": ""}})
        ended = self._runs.ended(holders)
        return self._frontier.update_many({"leased_by": {"$in": ended}}, _FREE).modified_count if ended else 0

    @spoken
    def outstanding(self, run_id: str) -> int:
        """Return how many addresses a run holds."""
        return self._frontier.count_documents({"leased_by": run_id}, hint="leases")

    @spoken
    def counts(self) -> list[Count]:
        """Return how many addresses are in each state for each reason. Reads one index as a whole."""
        pipeline: list[Document] = [
            {"$sort": {"state": 1, "reason": 1}},
            {"$group": {"_id": {"state": "$state", "reason": "$reason"}, "count": {"$sum": 1}}},
            {"$sort": {"_id.state": 1, "count": -1, "_id.reason": 1}},
        ]
        rows = self._frontier.aggregate(pipeline, hint="state_reason")
        return [Count(row["_id"]["state"], row["_id"]["reason"], row["count"]) for row in rows]

    @spoken
    def entries(self, state: State, reason: str | None = None, limit: int = 100) -> list[Entry]:
        """Return entries in a state, newest publication first within a reason; of one reason if it is given."""
        wanted: Document = {"state": state} | ({} if reason is None else {"reason": reason})
        found = self._frontier.find(wanted).sort([("state", 1), ("reason", 1), ("published_at", -1)]).limit(limit)
        return [_to_entry(document) for document in found]

    @spoken
    def retry(self, *, state: State | None = None, reason: str | None = None, keys: Sequence[str] | None = None) -> int:
        """Make entries due now that nobody holds, and return how many; skipped ones are wanted again.

        Args:
            state: Only entries in this state; None for all.
            reason: Only entries with this reason; None for all.
            keys: Only these; None for all.

        Raises:
            ValueError: Nothing says which ones: all of the archive would be asked for again.
        """
        wanted: Document = {} if state is None else {"state": state}
        wanted |= {} if reason is None else {"reason": reason}
        wanted |= {} if keys is None else {"_id": {"$in": list(keys)}}
        if not wanted:
            raise ValueError("retry wants a state, a reason or keys: not the whole archive")
        skipped = {"$eq": ["$state", "skipped"]}
        due = {
            "next_at": "$found_at",
            "state": {"$cond": [skipped, "wanted", "$state"]},
            "reason": {"$cond": [skipped, None, "$reason"]},
        }
        return self._frontier.update_many(wanted | {"leased_by": None}, [{"$set": due}]).matched_count

    @spoken
    def lookup(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return the entries of those keys that were ever discovered. One round trip."""
        found = self._entries_by_key(list(keys), None)
        return {key: _to_entry(document) for key, document in found.items()}

    @spoken
    def newest_kept(self) -> datetime | None:
        """Return the newest publication among kept articles whose last look went well; None if there is none."""
        wanted = {"state": "kept", "reason": None}
        found = self._frontier.find(wanted, {"published_at": 1}).sort("published_at", -1).limit(1)
        return next((document["published_at"] for document in found), None)

    @spoken
    def want_again(self, reasons: Sequence[str], since: datetime, until: datetime, now: datetime) -> int:
        """Want the addresses of a window that were skipped for some reasons, and return how many that are.

        Args:
            reasons: Reasons of runs that wanted less.
            since: Published then or later; addresses without a known date are left alone.
            until: Published before.
            now: From when they are due.
        """
        wanted = {"state": "skipped", "reason": {"$in": list(reasons)}, "published_at": _dated(since, until)}
        seen = {"$cond": [{"$gt": ["$checked_at", None]}, SEEN, None]}
        due = {"state": "wanted", "reason": seen, "detail": None, "next_at": moment(now)}
        return self._frontier.update_many(wanted, [{"$set": due}], hint="state_reason").modified_count

    @spoken
    def within_reach(self, reason: str, depth: int, since: datetime, now: datetime) -> int:
        """Want the addresses that were too deep when found and no longer are, and return how many that are.

        An address is one step deeper than the shallowest article that points at it; a listing may have named that
        article, or one before it, since.

        Args:
            reason: The reason with which addresses were skipped as too deep.
            depth: Steps of further reading from a listing that are followed.
            since: Only addresses found since then.
            now: From when they are due.
        """
        wanted = {"state": "skipped", "reason": reason, "last_found_at": {"$gte": moment(since)}}
        deep = {it["_id"]: it for it in self._frontier.find(wanted, ["depth", "places"]).hint("state_reason")}
        depths = relaxed(deep | self._pointing_at(deep, depth)) if deep else {}
        writes = []
        for key in deep:
            if depths[key] <= depth:
                due = {"state": "wanted", "reason": None, "next_at": moment(now), "depth": depths[key]}
                writes.append(UpdateOne({"_id": key, "state": "skipped"}, {"$set": due}))
        return self._frontier.bulk_write(writes, ordered=False).modified_count if writes else 0

    def _pointing_at(self, entries: dict[str, Document], steps: int) -> dict[str, Document]:
        """Return the entries that point at some, and those that point at these, as many steps up as are followed."""
        known: dict[str, Document] = {}
        latest = entries
        for _ in range(steps):
            above = {place for entry in latest.values() for place in entry["places"]} - known.keys()
            latest = {it["_id"]: it for it in self._frontier.find({"_id": {"$in": list(above)}}, ["depth", "places"])}
            known |= latest
        return known

    def _entries_by_key(self, keys: list[str], names: Sequence[str] | None) -> dict[str, Document]:
        found = self._frontier.find({"_id": {"$in": keys}}, names)
        return {document["_id"]: document for document in found}

    def _due(self, now: datetime, limit: int, windows: list[Document], *, kept: bool) -> list[Document]:
        due: Document = {"next_at": {"$gt": EPOCH, "$lte": moment(now)}}
        if not kept:
            due["state"] = {"$ne": "kept"}
        found: list[Document] = []
        for window in windows:
            if len(found) < limit:
                cursor = self._frontier.find(due | window, _OF_WANTED).sort(_NEWEST_FIRST).hint("due")
                found += cursor.limit(limit - len(found))
        return found

    def _lease(self, due: list[Document], run_id: str, now: datetime, until: datetime) -> list[Document]:
        """Take what of `due` is still free. Which of them is decided by the database, one document at a time."""
        claim = uuid.uuid4().hex
        keys = [document["_id"] for document in due]
        self._unsure.add(claim)
        taken = self._frontier.update_many(
            {"_id": {"$in": keys}, "next_at": {"$gt": EPOCH, "$lte": now}},
            {"$set": {"leased_by": run_id, "claim": claim, "next_at": until}},
        ).modified_count
        if taken < len(keys):
            mine = {it["_id"] for it in self._frontier.find({"_id": {"$in": keys}, "claim": claim}, ["_id"])}
            due = [document for document in due if document["_id"] in mine]
        self._unsure.discard(claim)
        return due

    def _give_back(self) -> None:
        """Free what a claim took whose answer never came."""
        if self._unsure:
            unsure = set(self._unsure)
            self._frontier.update_many({"leased_by": {"$gt": ""}, "claim": {"$in": list(unsure)}}, _FREE)
            self._unsure -= unsure


def _windows(since: datetime | None, until: datetime | None, windows: Sequence[str] | None) -> list[Document]:
    """Return the filters of a window of publication in the order of the index: the dated, then the undated.

    Each says something of `published_at`, or the index `due` would not be searched by `next_at` below it.
    """
    undated: Document = {"published_at": None} | ({} if windows is None else {"places": {"$in": list(windows)}})
    return [{"published_at": _dated(since, until)}, undated]


def _dated(since: datetime | None, until: datetime | None) -> Document:
    dated: Document = {"$gt": EPOCH} if since is None else {"$gte": moment(since)}
    return dated if until is None else dated | {"$lt": moment(until)}


def _to_wanted(document: Document) -> Wanted:
    said = {name: document[name] for name in _OF_WANTED if name not in {"state", "reason"}}
    state, reason = document["state"], document["reason"]
    return Wanted(key=document["_id"], kept=state == "kept", seen=state == "wanted" and reason == SEEN, **said)


_OF_ENTRY = tuple(field.name for field in fields(Entry) if field.name not in {"key", "places"})


def _to_entry(document: Document) -> Entry:
    said = {name: document[name] for name in _OF_ENTRY}
    return Entry(key=document["_id"], places=tuple(document["places"]), **said)
