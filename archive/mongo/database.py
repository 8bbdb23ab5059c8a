"""The archive's database, the base class of its repositories, and values in the form that MongoDB keeps."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from bson.errors import BSONError
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import PyMongoError

from archive.mongo.driver_errors import translate

Document = dict[str, Any]

_LONGEST_TEXT = 2000

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DamagedDocument:
    """A document that breaks the schema.

    Attributes:
        collection: Where it is.
        identity: Its `_id`, as it may be shown.
        reason: What is wrong with it.
    """

    collection: str
    identity: str
    reason: str

    def __str__(self) -> str:
        return f"{self.collection} {self.identity}: {self.reason}"


class ArchiveDatabase:
    """The archive's database and its server's address, for errors; `database["articles"]` is a collection.

    Attributes:
        handle: The driver's database.
        uri: The server's address, with its password: only shown redacted.
        report: Called once for each damaged document that a reader skips; by default it logs a warning.
    """

    def __init__(self, handle: Database[Document], uri: str) -> None:
        self.handle = handle
        self.uri = uri
        self.report: Callable[[DamagedDocument], object] = _warn
        self._passed_over: set[tuple[str, str]] = set()

    def pass_over(self, collection: str, identity: object, reason: str) -> None:
        """Report a damaged document that is skipped, unless it was reported before."""
        name = str(identity)
        if (collection, name) not in self._passed_over:
            self._passed_over.add((collection, name))
            self.report(DamagedDocument(collection, name, reason))

    @property
    def damaged(self) -> int:
        """The number of damaged documents that readers have skipped."""
        return len(self._passed_over)

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


def _warn(damage: DamagedDocument) -> None:
    _logger.warning("%s; it was passed over", damage)


class Repository:
    """Reads and writes collections of the archive; its public methods translate the driver's errors.

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


@contextmanager
def translating_errors(uri: str) -> Iterator[None]:
    """Translate the driver's errors that the block raises into errors of the archive.

    Args:
        uri: The server's address; only its redacted form is shown.

    Raises:
        ArchiveError: What `translate` makes of the driver's error.
    """
    try:
        yield
    except (PyMongoError, BSONError) as error:
        fault = translate(error, uri)
        raise fault from error


def moment(at: datetime) -> datetime:
    """Return a moment as MongoDB keeps it: in UTC, cut to the millisecond.

    Raises:
        ValueError: It has no zone.

    >>> moment(datetime.fromisoformat("2026-08-30T12:04:05.123456+08:00")).isoformat()
    '2026-08-30T04:04:05.123000+00:00'
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no zone: a time in the archive is aware")
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    beyond = utc.microsecond % 1000
    return utc.replace(microsecond=utc.microsecond - beyond) if beyond else utc


def moment_or_none(at: datetime | None) -> datetime | None:
    """Return a moment as MongoDB keeps it; None for None."""
    return None if at is None else moment(at)


def legible(text: str) -> str:
    r"""Return at most 2,000 characters of a text, with lone surrogates escaped, so that UTF-8 can encode it.

    >>> legible("bad \udc80 byte")
    'bad \\udc80 byte'
    """
    return text[:_LONGEST_TEXT].encode("utf-8", "backslashreplace").decode("utf-8")
