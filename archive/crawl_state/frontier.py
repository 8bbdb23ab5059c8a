"""The frontier: every article address ever discovered, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import get_args

from pymongo import UpdateOne

from archive.crawl_state.discoveries import NEEDED_TO_DISCOVER, SEEN, entry_of, judged, merged, written
from archive.crawl_state.leases import Leases, dated
from archive.crawl_state.settlements import forgotten
from archive.model.crawl.frontier import Count, DiscoveredUrl, Entry, EntryState, FindVerdict, relaxed
from archive.model.identity import ranges_of_keys
from archive.model.suspicion import SuspicionKind, reason_of
from archive.mongo.database import Document, moment
from archive.mongo.schema.soundness import sound


class Frontier(Leases):
    """The collection `frontier`.

    The cost of each method depends on its result, not on the archive's size; only `counts` reads a whole index.
    """

    def discover(self, finds: Sequence[DiscoveredUrl], now: datetime) -> dict[str, FindVerdict]:
        """Save finds durably, and return a verdict for each key; two round trips for any number.

        `new`: the address is wanted now (new, or skipped until now). `skipped`: it is not wanted. `changed`: its
        article is kept or gone, and the listing states a new change: it is due again. `known`: nothing changes. A key
        that another writer inserts between the two trips takes two more.

        Args:
            finds: The discovered addresses; those with one key are combined.
            now: When they were found; aware.
        """
        best = merged(finds)
        verdicts: dict[str, FindVerdict] = {}
        keys = list(best)
        while keys:
            known = self._entries_by_key(keys, NEEDED_TO_DISCOVER)
            writes = []
            for key in keys:
                find, entry = best[key], known.get(key)
                if entry is None:
                    verdicts[key], document = entry_of(find, now)
                    writes.append(UpdateOne({"_id": key}, written(find, document, "$setOnInsert"), upsert=True))
                else:
                    verdicts[key], document = judged(find, entry, now)
                    writes.append(UpdateOne({"_id": key}, written(find, document, "$set")))
            inserted = self.collection.bulk_write(writes, ordered=False).upserted_ids or {}
            keys = [key for index, key in enumerate(keys) if key not in known and index not in inserted]
        return verdicts

    def counts(self) -> list[Count]:
        """Return how many addresses are in each state for each reason. Reads one index as a whole."""
        pipeline: list[Document] = [
            {"$sort": {"state": 1, "reason": 1}},
            {"$group": {"_id": {"state": "$state", "reason": "$reason"}, "count": {"$sum": 1}}},
            {"$sort": {"_id.state": 1, "count": -1, "_id.reason": 1}},
        ]
        rows = self.collection.aggregate(pipeline, hint="state_reason")
        return [Count(row["_id"]["state"], row["_id"]["reason"], row["count"]) for row in rows]

    def entries(self, state: EntryState, reason: str | None = None, limit: int = 100) -> list[Entry]:
        """Return entries in a state, newest publication first within a reason; of one reason if it is given."""
        wanted: Document = {"state": state} | ({} if reason is None else {"reason": reason})
        cursor = self.collection.find(wanted).sort([("state", 1), ("reason", 1), ("published_at", -1)]).limit(limit)
        return [_to_entry(document) for document in sound(self.database, "frontier", cursor)]

    def retry(
        self, *, state: EntryState | None = None, reason: str | None = None, keys: Sequence[str] | None = None
    ) -> int:
        """Make entries due now, unless a run holds them, and return their number; skipped ones are wanted again.

        Args:
            state: Only entries in this state; None for all.
            reason: Only entries with this reason; None for all.
            keys: Only these; None for all.

        Raises:
            ValueError: No filter is given: the whole archive would be requested again.
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
        return self.collection.update_many(wanted | {"leased_by": None}, [{"$set": due}]).matched_count

    def fetch_again(self, keys: Sequence[str]) -> int:
        """Make addresses due without validators, so that no 304 comes; return how many are free."""
        bare = {"etag": None, "last_modified": None}
        self.collection.update_many({"_id": {"$in": list(keys)}}, {"$set": bare})
        return self.retry(keys=keys)

    def lookup(self, keys: Sequence[str]) -> dict[str, Entry]:
        """Return the entries of some keys; unknown ones are left out. One round trip."""
        documents = self._entries_by_key(list(keys), None).values()
        return {document["_id"]: _to_entry(document) for document in sound(self.database, "frontier", documents)}

    def beginning_with(self, beginning: str, limit: int) -> list[str]:
        """Return up to `limit` keys of this beginning; see `archive.model.identity.ranges_of_keys`."""
        begins = [{"_id": {"$gte": first, "$lt": end}} for first, end in ranges_of_keys(beginning)]
        cursor = self.collection.find({"$or": begins}, ["_id"]).limit(limit) if begins else ()
        return sorted(document["_id"] for document in cursor)

    def looked_at(self, run_id: str, limit: int) -> list[str]:
        """Return up to `limit` keys at which a run found no article, and whose check does not count yet."""
        cursor = self.collection.find({"look.run": run_id}, ["_id"]).hint("looks").limit(limit)
        return [document["_id"] for document in cursor]

    def forget_looks(self, run_id: str) -> int:
        """Remove the checks of a run that did not end well; their addresses are due as failed. Return their number."""
        forgotten_looks = 0
        while entries := list(
            self.collection.find({"look.run": run_id}, ["look", "attempts"]).hint("looks").limit(1000)
        ):
            writes = [
                UpdateOne({"_id": entry["_id"], "look.run": run_id}, {"$set": forgotten(entry)}) for entry in entries
            ]
            forgotten_looks += self.collection.bulk_write(writes, ordered=False).matched_count
        return forgotten_looks

    def doubts_due(self, run_id: str) -> int:
        """Make the addresses due whose pages a run held in doubt, and return their number."""
        reasons = [reason_of(kind) for kind in get_args(SuspicionKind)]
        doubted = {"state": {"$in": ["kept", "failed"]}, "reason": {"$in": reasons}, "suspect.run": run_id}
        due = [{"$set": {"next_at": "$found_at"}}]
        return self.collection.update_many(doubted | {"leased_by": None}, due, hint="state_reason").modified_count

    def want_again(self, reasons: Sequence[str], since: datetime, until: datetime, now: datetime) -> int:
        """Make skipped addresses of a window wanted again, and return their number.

        Args:
            reasons: Reasons of skipping, of runs with a narrower scope.
            since: Published then or later; addresses without a known date are left alone.
            until: Published before.
            now: From when they are due.
        """
        wanted = {"state": "skipped", "reason": {"$in": list(reasons)}, "published_at": dated(since, until)}
        seen = {"$cond": [{"$gt": ["$checked_at", None]}, SEEN, None]}
        due = {"state": "wanted", "reason": seen, "detail": None, "next_at": moment(now)}
        return self.collection.update_many(wanted, [{"$set": due}], hint="state_reason").modified_count

    def within_reach(self, reason: str, depth: int, since: datetime, now: datetime) -> int:
        """Make addresses wanted that were too deep at discovery and no longer are, and return their number.

        An address is one step deeper than the shallowest article that links to it. A listing may since have named that
        article, or one above it.

        Args:
            reason: The reason with which addresses were skipped as too deep.
            depth: How many steps of further reading from a listing are followed.
            since: Only addresses found since then.
            now: From when they are due.
        """
        wanted = {"state": "skipped", "reason": reason, "last_found_at": {"$gte": moment(since)}}
        deep = {entry["_id"]: entry for entry in self.collection.find(wanted, ["depth", "places"]).hint("state_reason")}
        depths = relaxed(deep | self._pointing_at(deep, depth)) if deep else {}
        writes = []
        for key in deep:
            if depths[key] <= depth:
                due = {"state": "wanted", "reason": None, "next_at": moment(now), "depth": depths[key]}
                writes.append(UpdateOne({"_id": key, "state": "skipped"}, {"$set": due}))
        return self.collection.bulk_write(writes, ordered=False).modified_count if writes else 0

    def _pointing_at(self, entries: dict[str, Document], steps: int) -> dict[str, Document]:
        """Return the entries that link to some entries, directly or over as many steps as are followed."""
        known: dict[str, Document] = {}
        latest = entries
        for _ in range(steps):
            above = {place for entry in latest.values() for place in entry["places"]} - known.keys()
            latest = {
                entry["_id"]: entry
                for entry in self.collection.find({"_id": {"$in": list(above)}}, ["depth", "places"])
            }
            known |= latest
        return known

    def _entries_by_key(self, keys: list[str], names: Sequence[str] | None) -> dict[str, Document]:
        cursor = self.collection.find({"_id": {"$in": keys}}, names)
        return {document["_id"]: document for document in cursor}


_OF_ENTRY = tuple(field.name for field in fields(Entry) if field.name not in {"key", "places"})


def _to_entry(document: Document) -> Entry:
    values = {name: document[name] for name in _OF_ENTRY}
    return Entry(key=document["_id"], places=tuple(document["places"]), **values)
