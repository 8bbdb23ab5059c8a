"""The archive's database, and the base of every class that reads or writes its collections."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from archive.mongo.driver_errors import translating_errors
from archive.mongo.values import Document


class ArchiveDatabase:
    """The archive's database with its server's address, which errors name; `database["articles"]` is a collection.

    Attributes:
        handle: The driver's database.
        uri: The server's address, with its password: only shown redacted.
    """

    def __init__(self, handle: Database[Document], uri: str) -> None:
        self.handle = handle
        self.uri = uri

    def __getitem__(self, collection: str) -> Collection[Document]:
        return self.handle[collection]

    @property
    def name(self) -> str:
        """The database's name on its server."""
        return self.handle.name

    @property
    def client(self) -> MongoClient[Document]:
        """The driver's client."""
        return self.handle.client


class Repository:
    """Reads and writes collections of the archive; its public methods raise `archive.errors` for the driver's errors.

    A class of one collection names it: `class Runs(Repository, collection="runs")`.

    Attributes:
        database: The archive's database.
    """

    _collection: ClassVar[str]

    def __init__(self, database: ArchiveDatabase) -> None:
        self.database = database

    def __init_subclass__(cls, collection: str | None = None) -> None:
        super().__init_subclass__()
        if collection:
            cls._collection = collection
        for name, member in list(vars(cls).items()):
            if inspect.isfunction(member) and not name.startswith("_"):
                setattr(cls, name, _translating(member))

    @property
    def collection(self) -> Collection[Document]:
        """The collection that the class names."""
        return self.database[self._collection]


def _translating(method: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(method):

        @functools.wraps(method)
        def translated(self: Repository, /, *args: Any, **kwargs: Any) -> Any:
            with translating_errors(self.database.uri):
                yield from method(self, *args, **kwargs)

    else:

        @functools.wraps(method)
        def translated(self: Repository, /, *args: Any, **kwargs: Any) -> Any:
            with translating_errors(self.database.uri):
                return method(self, *args, **kwargs)

    return translated
