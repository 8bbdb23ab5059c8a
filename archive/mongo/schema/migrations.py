"""Migration of older archives: explicit, in numbered steps; opening an archive never migrates it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.database import Database

from archive.errors import NoArchive
from archive.model.identity import text_hash
from archive.mongo.database import ArchiveDatabase, translating_errors
from archive.mongo.schema import setup
from archive.mongo.schema.collections import COLLECTIONS
from archive.mongo.schema.removal import refuse_while_running
from archive.mongo.schema.soundness import fingerprint

_HASHED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a migration.

    Attributes:
        version: The schema version that the archive has after it.
        why: The difference, in one line.
        apply: Changes the documents. Safe to repeat, since it may be killed; validators are off meanwhile.
    """

    version: int
    why: str
    apply: Callable[[Database[dict[str, Any]]], None]


def _add_symbol_today(database: Database[dict[str, Any]]) -> None:
    """Add the field to mentions that lack it; the next `cmoney reparse` finds the symbols of today."""
    lacking = {"mentions": {"$elemMatch": {"symbol_today": {"$exists": False}}}}
    database["articles"].update_many(
        lacking,
        {"$set": {"mentions.$[mention].symbol_today": None}},
        array_filters=[{"mention.symbol_today": {"$exists": False}}],
    )


def _add_looks(database: Database[dict[str, Any]]) -> None:
    """Add the fields of looks to addresses; one that a single answer made gone is due again, unless it was a guess."""
    gone = {"$eq": ["$state", "gone"]}
    named = {"$and": [gone, {"$ne": ["$found_by", "backfill"]}]}
    defaults: dict[str, Any] = {
        "look": None,
        "looks": [],
        "gone_since": {"$cond": [gone, {"$ifNull": ["$checked_at", "$found_at"]}, None]},
        "next_at": {"$cond": [named, "$found_at", "$next_at"]},
    }
    database["frontier"].update_many({"looks": {"$exists": False}}, [{"$set": defaults}])


def _add_knowledge(database: Database[dict[str, Any]]) -> None:
    """Add `before` to changes and `known_at` to articles; the former values of an older program's changes are lost."""
    database["changes"].update_many({"before": {"$exists": False}}, {"$set": {"before": None}})
    last = {"$lookup": {"from": "changes", "localField": "_id", "foreignField": "key", "as": "known_at"}}
    known = {"$set": {"known_at": {"$ifNull": [{"$max": "$known_at.at"}, "$last_changed_at"]}}}
    merge = {"$merge": {"into": "articles", "whenMatched": [{"$set": {"known_at": "$$new.known_at"}}]}}
    only = {"$project": {"known_at": 1}}
    database["articles"].aggregate([{"$match": {"known_at": {"$exists": False}}}, last, known, only, merge])


def _add_doubts(database: Database[dict[str, Any]]) -> None:
    """Add the fields of doubts about pages and of prose that was left out; all are empty."""
    for name, fields in (
        ("articles", {"left_out": [], "suspect": [], "put_aside": []}),
        ("revisions", {"doubt": None, "who": None, "why": None}),
        ("frontier", {"suspect": None}),
    ):
        for field, value in fields.items():
            database[name].update_many({field: {"$exists": False}}, {"$set": {field: value}})


def _add_sources_of_dates(database: Database[dict[str, Any]]) -> None:
    """Add the source of an address's date: the page of a kept article, else the moment in its UUID, or none."""
    kept, dated = {"$eq": ["$state", "kept"]}, {"$gt": ["$published_at", None]}
    news = {"$regexMatch": {"input": "$_id", "regex": "^cmnews:"}}
    source = {"$cond": [{"$and": [news, {"$not": [kept]}]}, "address", "page"]}
    fields = {"published_from": {"$cond": [dated, source, None]}}
    database["frontier"].update_many({"published_from": {"$exists": False}}, [{"$set": fields}])


def _add_text_hashes(database: Database[dict[str, Any]]) -> None:
    """Add the hash of the text alone to articles that lack it, some at a time."""
    lacking = database["articles"].find({"text_hash": {"$exists": False}}, {"text": 1, "access": 1})
    while documents := list(islice(lacking, _HASHED_AT_ONCE)):
        hashes = {
            document["_id"]: text_hash(document["text"]) if document["access"] == "public" else None
            for document in documents
        }
        writes = [UpdateOne({"_id": key}, {"$set": {"text_hash": value}}) for key, value in hashes.items()]
        database["articles"].bulk_write(writes, ordered=False)


def _to_version_2(database: Database[dict[str, Any]]) -> None:
    _add_symbol_today(database)
    _add_looks(database)
    _add_doubts(database)
    _add_text_hashes(database)
    _add_sources_of_dates(database)
    _add_knowledge(database)
    database["runs"].update_many({}, {"$unset": {"settings": ""}})  # it was empty in every document


STEPS: Final = (
    Step(1, "the first schema", setup.apply),
    Step(
        2,
        "mentions have the symbol of today; doubts about pages, empty looks and sources of dates are on record",
        _to_version_2,
    ),
)
"""All steps in order; the last one's version is `collections.VERSION`."""


def migrate(
    database: ArchiveDatabase, place: str, running: Callable[[], Sequence[str]], steps: Sequence[Step] = STEPS
) -> list[Step]:
    """Apply the steps that an archive lacks, and return them in order.

    If it is killed, the archive still counts as older, and the next call goes on.

    Args:
        database: The database of the archive, of any schema version.
        place: The server's address or directory, for messages.
        running: Returns the names of its unfinished runs; called once, if there is something to do.
        steps: All steps in order.

    Raises:
        NoArchive: There is none.
        OperationRefused: A run has not ended.
        ArchiveTooNew: A newer program wrote it.
    """
    with translating_errors(database.uri):
        meta = database["meta"].find_one({"_id": "schema"})
        if meta is None:
            raise NoArchive(setup.absent(place, database.name))
        due = [step for step in steps if step.version > meta["version"]]
        if not due:
            setup.check_version(meta["version"], database.name)
            return []
        refuse_while_running(running())
        _rest_validators(database.handle)
        for step in due:
            step.apply(database.handle)
            database["meta"].update_one({"_id": "schema"}, {"$set": {"version": step.version}})
        setup.apply(database.handle)
        database["meta"].update_one({"_id": "schema"}, {"$set": {"fingerprint": fingerprint()}})
    return due


def _rest_validators(database: Database[dict[str, Any]]) -> None:
    existing = set(database.list_collection_names())
    for collection in COLLECTIONS:
        if collection.name in existing:
            database.command("collMod", collection.name, validationLevel="off")
