"""Removal of an archive: on purpose, or to make room for a restored one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from archive.errors import NoArchive, OperationRefused
from archive.mongo.database import ArchiveDatabase, moment, translating_errors
from archive.mongo.schema import setup
from archive.mongo.schema.collections import COLLECTIONS

RESTORATION: Final = "restoration"
"""The collection that exists only while an archive is being restored."""

_HELD: Final = ("articles", "pages", "frontier", "changes")
_META: Final = "meta"


def holdings(database: ArchiveDatabase) -> dict[str, int]:
    """Return how many articles, pages, frontier entries and changes there are, by collection, without zeros."""
    with translating_errors(database.uri):
        counts = {name: database[name].count_documents({}) for name in _HELD}
    return {name: count for name, count in counts.items() if count}


def identity(database: ArchiveDatabase) -> str:
    """Return the identity of the archive in a database, of any schema version; empty if there is none."""
    with translating_errors(database.uri):
        meta = database[_META].find_one({"_id": "schema"})
    return str(meta["archive_id"]) if meta else ""


def remove(database: ArchiveDatabase, place: str, running: Callable[[], Sequence[str]]) -> dict[str, int]:
    """Remove an archive with all its collections, and return its `holdings`; other collections stay.

    If it is killed, no command opens what is left, and the next call goes on.

    Args:
        database: The archive's database, of any schema version.
        place: The server's address or directory, for messages.
        running: Returns the ids of its unfinished runs.

    Raises:
        NoArchive: There is none.
        OperationRefused: A run has not ended.
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
    """Remove every document of an archive but that of `mark`; collections, validators and indexes stay."""
    for collection in COLLECTIONS:
        if collection.name != _META:
            database[collection.name].delete_many({})
    database[_META].delete_many({"_id": {"$ne": "schema"}})


def mark(database: ArchiveDatabase, version: int) -> None:
    """Mark a database by one of the versions of `setup` that no program opens."""
    fields = {"version": version, "fingerprint": "0" * 64, "archive_id": "", "created_at": moment(datetime.now(UTC))}
    database[_META].replace_one({"_id": "schema"}, fields, upsert=True)


def refuse_while_running(running: Sequence[str]) -> None:
    """Refuse to go on if runs have not ended.

    Raises:
        OperationRefused: There are some; the message names them.
    """
    if running:
        raise OperationRefused(f"These runs are still going on in the archive: {', '.join(running)}. Stop them first.")
