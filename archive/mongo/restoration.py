"""A restoration under way: what is loaded already, and a mark that keeps every other program out meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import bson

from archive.errors import OperationRefused
from archive.mongo import setup
from archive.mongo.bulk import Bulk
from archive.mongo.definition import VERSION
from archive.mongo.spoken import Desk, spoken

META: Final = "meta"
"""The collection that says of an archive that it is one; it is filled last."""

_STATE: Final = "restoration"
_NOT_YET: Final = 2**31 - 1
"""The schema version of an archive that is half restored: no program has it, so none opens it."""


class Restoration:
    """The collection `restoration`, which is there only while a database is being filled.

    Args:
        desk: The database.
        backup_id: The backup's identity.
    """

    def __init__(self, desk: Desk, backup_id: str) -> None:
        self.desk = desk
        self._backup_id = backup_id
        self._state = desk.database[_STATE]
        self._bulk = Bulk(desk)
        self._archive_id = ""

    @spoken
    def begin(self) -> None:
        """Mark the database as being filled from this backup.

        Raises:
            OperationRefused: It is not empty, or is being filled from another backup.
        """
        name = self.desk.database.name
        begun = self._state.find_one({"_id": "backup"})
        if begun is None:
            if filled := self._bulk.filled():
                told = ", ".join(f"{count} {collection}" for collection, count in filled.items())
                raise OperationRefused(
                    f"The database {name!r} is not empty ({told}): restore into another one (MONGODB_DATABASE)."
                )
            begun = {"_id": "backup", "backup": self._backup_id, "archive_id": uuid.uuid4().hex}
            self._state.insert_one(begun)
        elif begun["backup"] != self._backup_id:
            raise OperationRefused(
                f"The database {name!r} holds a part of another backup: finish that one, or drop the database."
            )
        self._archive_id = str(begun["archive_id"])
        mark = {"version": _NOT_YET, "fingerprint": "0" * 64, "archive_id": "", "created_at": datetime.now(UTC)}
        self.desk.database[META].update_one({"_id": "schema"}, {"$setOnInsert": mark}, upsert=True)

    @spoken
    def done(self) -> set[str]:
        """Return the names of the parts that are loaded."""
        return {str(document["_id"]) for document in self._state.find({"loaded": True})}

    @spoken
    def note(self, part: str) -> None:
        """Note that a part is loaded."""
        self._state.update_one({"_id": part}, {"$set": {"loaded": True}}, upsert=True)

    def check(self, counts: Mapping[str, int]) -> None:
        """Check that each collection has as many documents as it should.

        Raises:
            OperationRefused: One has not.
        """
        for name, wanted in counts.items():
            there = self._bulk.count(name)
            if there != wanted:
                raise OperationRefused(
                    f"The collection {name} holds {there} documents after restoring, not {wanted}: somebody else "
                    "writes to this database. Drop it, and restore again."
                )

    @spoken
    def unlock(self, version: int) -> None:
        """Put validators and indexes in place, and take the mark away, so that `meta` can be filled.

        Args:
            version: The schema version of the documents; of an older one, `scrapy migrate` does the rest.
        """
        if version == VERSION:
            setup.apply(self.desk.database)
        self.desk.database[META].delete_one({"_id": "schema", "version": _NOT_YET})

    def identified(self, document: bytes) -> bytes:
        """Return a document of `meta` with the restored archive's own identity, the same one however often it is begun.

        The archive that was saved may have grown since, and its readers may have seen how: a place in its feed says
        nothing about this one.
        """
        said = bson.decode(document)
        return bson.encode(said | {"archive_id": self._archive_id} if "archive_id" in said else said)

    @spoken
    def forget(self) -> None:
        """End the restoration: the database is an archive."""
        self._state.drop()
