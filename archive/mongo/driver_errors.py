"""Errors of MongoDB's driver as errors of the archive: one line each, without the password."""

from __future__ import annotations

import re
from typing import Any

from bson.errors import BSONError
from dns.exception import DNSException
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

_ACCESS = {11, 13, 18, 31, 33, 8000}  # UserNotFound, Unauthorized, AuthenticationFailed, roles, Atlas
_DISK = {14031}  # OutOfDiskSpace
_DOCUMENT = {121, 2, 10334, 17280, 17419, 17420}  # DocumentValidationFailure, BadValue and too large, in inserts
_AWAY = {64, 91, 189, 262, 10107, 11600, 11602, 13435, 13436}  # no majority, stepping down, shutting down, not primary
_LONGEST = 400


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
    """Return code and message of an answer; of a bulk write, those of its first failure."""
    if isinstance(error, BulkWriteError):
        details = error.details
        for failure in (*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())):
            return failure.get("code"), _with_document(failure)
    return error.code, _with_document(dict(error.details or {"errmsg": str(error)}))


def _with_document(failure: dict[str, Any]) -> str:
    """Return a failure's message, with the document's key and the invalid field if MongoDB names them."""
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
    """Return a message of the driver on one line, without the timeouts and the topology at its end."""
    line = re.sub(r"\s+", " ", message)
    line = re.sub(r" \(configured timeouts: [^)]*\)|,? ?Timeout: [\d.]+s.*$|, full error: .*$", "", line)
    return line[:_LONGEST].strip().rstrip(".,")
