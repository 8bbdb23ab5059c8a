"""Empty archives that tests use by turns: to make one costs the server more than most tests do."""

from __future__ import annotations

import os
import uuid
from collections import deque
from typing import Any

from pymongo.database import Database

from archive.archive import Archive
from archive.mongo.client import Connection
from archive.mongo.database import Document

RESTING = 3
"""Databases that rest before one is used again, so that what a killed program has left on the way arrives before."""
MOST_DOCUMENTS = 5_000
"""A database with more is dropped: that is cheaper than to empty it."""


class EmptyArchives:
    """Gives databases with an empty archive, and takes them back to be emptied and used again.

    One whose collections, validators or indexes were changed is dropped.

    Args:
        connection: To the server; its address goes to `Archive.open`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._resting: deque[str] = deque()
        self._schema: dict[str, Any] = {}
        self._documents: dict[str, list[Document]] = {}

    def take(self) -> Database[Document]:
        """Return a database with an empty archive of an identity of its own."""
        while len(self._resting) > RESTING:
            database = self._connection.database(self._resting.popleft())
            if self._empty(database):
                return database
            self._connection.client.drop_database(database.name)
        return self._make()

    def give_back(self, database: Database[Document]) -> None:
        """Take a database back, whatever it holds."""
        self._resting.append(database.name)

    def _make(self) -> Database[Document]:
        database = self._connection.database(fresh_name())
        Archive.open(self._connection.uri, database.name, create=True).close()
        if not self._schema:
            self._schema = _schema_of(database)
            self._documents = {name: documents for name in self._schema if (documents := list(database[name].find()))}
        return database

    def _empty(self, database: Database[Document]) -> bool:
        """Return whether a database is an empty archive again; False where it cannot be made one cheaply."""
        if database.command("dbStats")["objects"] > MOST_DOCUMENTS or _schema_of(database) != self._schema:
            return False
        for name in self._schema:
            database[name].delete_many({})
        for name, documents in self._documents.items():
            database[name].insert_many(documents)
        database["meta"].update_one({"_id": "schema"}, {"$set": {"archive_id": uuid.uuid4().hex}})
        return True


def fresh_name() -> str:
    """Return a name for a database that no other test has."""
    return f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}"


def _schema_of(database: Database[Document]) -> dict[str, Any]:
    """Return what every collection or view is made of by its name: its kind, its options and its indexes."""
    return {
        info["name"]: (
            info["type"],
            info.get("options"),
            database[info["name"]].index_information() if info["type"] == "collection" else None,
        )
        for info in database.list_collections()
    }
