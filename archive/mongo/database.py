"""The archive's database, the base of every class that reads or writes its collections, and the driver's errors."""

from __future__ import annotations

import functools
import inspect
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from bson.errors import BSONError
from dns.exception import DNSException
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
    WTimeoutError,
)

from archive.errors import (
    AccessDenied,
    ArchiveError,
    DatabaseUnavailable,
    DiskFull,
    DocumentRefused,
    OperationRefused,
    WrongAddress,
)
from archive.mongo.uri import redacted
from archive.mongo.values import Document

_ACCESS = {11, 13, 18, 31, 33, 8000}  # UserNotFound, Unauthorized, AuthenticationFailed, roles, Atlas
_DISK = {14031}  # OutOfDiskSpace
_DOCUMENT = {121, 2, 10334, 17280, 17419, 17420}  # DocumentValidationFailure, BadValue and too large, in inserts
_AWAY = {64, 91, 189, 262, 10107, 11600, 11602, 13435, 13436}  # no majority, stepping down, shutting down, not primary
_LONGEST = 400

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DamagedDocument:
    """A document that is not what the schema promises.

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
    """The archive's database with its server's address, which errors name; `database["articles"]` is a collection.

    Attributes:
        handle: The driver's database.
        uri: The server's address, with its password: only shown redacted.
        report: Called once with each damaged document that a reader passes over; by default a warning is logged.
    """

    def __init__(self, handle: Database[Document], uri: str) -> None:
        self.handle = handle
        self.uri = uri
        self.report: Callable[[DamagedDocument], object] = _warn
        self._passed_over: set[tuple[str, str]] = set()

    def pass_over(self, collection: str, identity: object, reason: str) -> None:
        """Name a damaged document that is passed over, if it was not named before."""
        name = str(identity)
        if (collection, name) not in self._passed_over:
            self._passed_over.add((collection, name))
            self.report(DamagedDocument(collection, name, reason))

    @property
    def damaged(self) -> int:
        """How many damaged documents readers have passed over."""
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


@contextmanager
def translating_errors(uri: str) -> Iterator[None]:
    """Let what the driver raises inside come out as an error of the archive.

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


def translate(error: PyMongoError | BSONError, uri: str) -> ArchiveError:
    """Return the archive's error for one of the driver's: one line that names the database, without its password."""
    where = redacted(uri)
    if isinstance(error, BSONError):
        return DocumentRefused(f"A document cannot be stored at {where}: {_brief(str(error))}.")
    if isinstance(error, (ConfigurationError, InvalidURI)) and not isinstance(error.__cause__, DNSException):
        return WrongAddress(f"The address {where} does not work: {_brief(str(error))}. Check MONGODB_URI.")
    if isinstance(error, OperationFailure):
        return _of_answer(error, where)
    if isinstance(error, (ConnectionFailure, WaitQueueTimeoutError, ConfigurationError)) or error.timeout:
        return DatabaseUnavailable(
            f"MongoDB at {where} cannot be reached: {_brief(str(error))}. Is it running, and is the address right?"
        )
    return OperationRefused(f"MongoDB's driver could not do this at {where}: {_brief(str(error))}.")


def _of_answer(error: OperationFailure, where: str) -> ArchiveError:
    code, message = _first_cause(error)
    detail = _brief(message)
    if code in _ACCESS:
        return AccessDenied(
            f"MongoDB at {where} refused access: {detail}. Check user, password and authSource in MONGODB_URI."
        )
    if code in _DISK or "no space left" in message.lower():
        return DiskFull(f"MongoDB at {where} has no room left on its disk: {detail}. Free some, then run again.")
    if _is_away(error, code):
        return DatabaseUnavailable(f"MongoDB at {where} is not ready to write: {detail}. Try again when it is.")
    if code in _DOCUMENT:
        return DocumentRefused(f"MongoDB at {where} refused a document: {detail}.")
    return OperationRefused(f"MongoDB at {where} refused an operation (code {code}): {detail}.")


def _is_away(error: OperationFailure, code: int | None) -> bool:
    away = isinstance(error, (ExecutionTimeout, WTimeoutError)) or error.has_error_label("RetryableWriteError")
    return away or code in _AWAY


def _first_cause(error: OperationFailure) -> tuple[int | None, str]:
    """Return code and message of an answer; of a bulk write, of the first thing that went wrong in it."""
    if isinstance(error, BulkWriteError):
        details = error.details
        for failure in (*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())):
            return failure.get("code"), _with_document(failure)
    return error.code, _with_document(dict(error.details or {"errmsg": str(error)}))


def _with_document(failure: dict[str, Any]) -> str:
    """Return a failure's message, with the document's key and the field at fault where MongoDB names them."""
    message = str(failure.get("errmsg", "no reason given"))
    info = failure.get("errInfo") or {}
    key = info.get("failingDocumentId")
    rules = info.get("details", {}).get("schemaRulesNotSatisfied", ())
    fields = sorted({name for rule in rules for name in _fields_of(rule)})
    return message + (f" (document {key!r}" + (f", {', '.join(fields)}" if fields else "") + ")" if info else "")


def _fields_of(rule: dict[str, Any]) -> list[str]:
    named = [entry.get("propertyName", "?") for entry in rule.get("propertiesNotSatisfied", ())]
    return named + [f"{name} is missing" for name in rule.get("missingProperties", ())]


def _brief(message: str) -> str:
    """Return a driver's message as one line, without the timeouts and the topology that it appends."""
    line = re.sub(r"\s+", " ", message)
    line = re.sub(r" \(configured timeouts: [^)]*\)|,? ?Timeout: [\d.]+s.*$|, full error: .*$", "", line)
    return line[:_LONGEST].strip().rstrip(".,")
