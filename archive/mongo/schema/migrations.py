"""Bringing an older archive up to date: explicit, in numbered steps, never when it is merely opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pymongo.database import Database

from archive.errors import NoArchive
from archive.mongo.database import ArchiveDatabase
from archive.mongo.driver_errors import translating_errors
from archive.mongo.schema import setup
from archive.mongo.schema.collections import COLLECTIONS, fingerprint
from archive.mongo.schema.removal import refuse_while_running


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a migration.

    Attributes:
        version: The schema version that the archive has after it.
        why: What is different from then on, in one line.
        apply: Changes the documents. Safe to repeat, since it may be killed in the middle; validators rest meanwhile.
    """

    version: int
    why: str
    apply: Callable[[Database[dict[str, Any]]], None]


def _add_symbol_today(database: Database[dict[str, Any]]) -> None:
    """Add the field to mentions that lack it; what a symbol is called today is read by the next `scrapy reparse`."""
    lacking = {"mentions": {"$elemMatch": {"symbol_today": {"$exists": False}}}}
    database["articles"].update_many(
        lacking,
        {"$set": {"mentions.$[mention].symbol_today": None}},
        array_filters=[{"mention.symbol_today": {"$exists": False}}],
    )


def _add_doubts(database: Database[dict[str, Any]]) -> None:
    """Add what is known of pages that were not believed: nothing so far."""
    for name, fields in (
        ("articles", {"suspect": [], "put_aside": []}),
        ("revisions", {"doubt": None}),
        ("frontier", {"suspect": None}),
    ):
        for field, value in fields.items():
            database[name].update_many({field: {"$exists": False}}, {"$set": {field: value}})


def _to_version_2(database: Database[dict[str, Any]]) -> None:
    _add_symbol_today(database)
    _add_doubts(database)


STEPS: Final = (
    Step(1, "the first schema", setup.apply),
    Step(2, "a mention has the symbol of today, and an article says why its page is in doubt", _to_version_2),
)
"""All steps in order; the last one's version is `definition.VERSION`."""


def migrate(
    database: ArchiveDatabase, place: str, running: Callable[[], Sequence[str]], steps: Sequence[Step] = STEPS
) -> list[Step]:
    """Return the steps that were applied, in order; none where the archive is up to date.

    Killed in the middle, it leaves an archive that still counts as older, and goes on when run again.

    Args:
        database: The database of the archive, whatever its schema's version.
        place: Where the server's data is, as it may be shown.
        running: Gives the names of the runs that are going on in it; called once, if there is something to do.
        steps: All steps in order.

    Raises:
        NoArchive: There is none.
        OperationRefused: A run is going on in it.
        ArchiveTooNew: A newer program's.
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
    there = set(database.list_collection_names())
    for collection in COLLECTIONS:
        if collection.name in there:
            database.command("collMod", collection.name, validationLevel="off")
