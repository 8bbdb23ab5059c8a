"""What an archive holds, and how all of it is taken away: on purpose, or to make room for one that is restored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from archive.errors import NoArchive, OperationRefused
from archive.mongo.database import ArchiveDatabase, moment, translating_errors
from archive.mongo.schema import setup
from archive.mongo.schema.collections import COLLECTIONS

RESTORATION: Final = "restoration"
"""The collection that is there only while an archive is being restored."""

_HELD: Final = ("articles", "pages", "frontier", "changes")
_META: Final = "meta"


def holdings(database: ArchiveDatabase) -> dict[str, int]:
    """Return how many documents there are of what an archive is kept for, by collection; nothing in an empty archive.

    Articles, pages, frontier and changes count; counters, the list of runs and the like come of themselves.
    """
    with translating_errors(database.uri):
        counts = {name: database[name].count_documents({}) for name in _HELD}
    return {name: count for name, count in counts.items() if count}


def identity(database: ArchiveDatabase) -> str:
    """Return the identity of the archive in a database, whatever its version; empty where there is none."""
    with translating_errors(database.uri):
        meta = database[_META].find_one({"_id": "schema"})
    return str(meta["archive_id"]) if meta else ""


def remove(database: ArchiveDatabase, place: str, running: Callable[[], Sequence[str]]) -> dict[str, int]:
    """Remove an archive with all its collections; return what it held, as `holdings` does.

    Killed in the middle, it leaves something that no command opens, and goes on when called again. Collections that
    are not the archive's stay.

    Args:
        database: The archive's database, whatever its schema's version.
        place: Where the server's data is, as it may be shown.
        running: Gives the ids of the runs that are going on in it.

    Raises:
        NoArchive: There is none.
        OperationRefused: A run is going on in it.
    """
    with translating_errors(database.uri):
        if database[_META].find_one({"_id": "schema"}) is None:
            raise NoArchive(setup.absent(place, database.name))
        refuse_while_running(running())
        held = holdings(database)
        mark(database, setup.HALF_REMOVED)
        for collection in COLLECTIONS:
            if collection.name != _META:
                database[collection.name].drop()
        database[RESTORATION].drop()
        database[_META].drop()
    return held


def clear(database: ArchiveDatabase) -> None:
    """Remove every document of an archive but its mark; collections, validators and indexes stay."""
    for collection in COLLECTIONS:
        if collection.name != _META:
            database[collection.name].delete_many({})
    database[_META].delete_many({"_id": {"$ne": "schema"}})


def mark(database: ArchiveDatabase, version: int) -> None:
    """Mark a database as holding no archive that can be opened, by one of the versions that `setup` names."""
    fields = {"version": version, "fingerprint": "0" * 64, "archive_id": "", "created_at": moment(datetime.now(UTC))}
    database[_META].replace_one({"_id": "schema"}, fields, upsert=True)


def refuse_while_running(running: Sequence[str]) -> None:
    """Refuse to go on while runs are going on.

    Raises:
        OperationRefused: They are; the message names them.
    """
    if running:
        raise OperationRefused(f"These runs are still going on in the archive: {', '.join(running)}. Stop them first.")
