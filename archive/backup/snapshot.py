"""The archive's collections as raw BSON: read consistently for a backup, and filled by a restore."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import bson
from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, OperationFailure

from archive.errors import OperationRefused
from archive.mongo.database import ArchiveDatabase, Repository, translating_errors
from archive.mongo.raw_bson import _RAW, identity, split
from archive.mongo.schema.collections import COLLECTIONS
from archive.mongo.schema.soundness import validator_of

NAMES: Final = tuple(collection.name for collection in COLLECTIONS if collection.name not in {"locks", "turns"})
"""The archive's collections, in order, without the locks and turns of running processes."""
_VALIDATORS: Final = {collection.name: validator_of(collection) for collection in COLLECTIONS}
_UNIQUE: Final = {
    collection.name: [index for index in collection.indexes if index.unique] for collection in COLLECTIONS
}
_DUPLICATE, _HISTORY_LOST, _TOO_OLD = 11000, 286, 239
_WRITES: Final = ("insert", "update", "replace", "delete")
_CHUNK: Final = 500  # ids asked for at once


class HistoryLost(OperationRefused):
    """The server's history of writes does not reach back to a moment, or its snapshot is gone."""


class ClusterTime(NamedTuple):
    """A cluster time: a moment in the order of the server's writes.

    Attributes:
        seconds: Since 1970, UTC.
        number: The number of the write in that second.
    """

    seconds: int
    number: int

    @property
    def at(self) -> datetime:
        """The second; aware, UTC."""
        return datetime.fromtimestamp(self.seconds, UTC)


class Bulk(Repository):
    """The collections of an archive as raw documents."""

    def __init__(self, database: ArchiveDatabase) -> None:
        super().__init__(database)
        self._raw = database.handle.with_options(codec_options=_RAW)

    def clock(self) -> ClusterTime:
        """Return the cluster time of the server's newest write."""
        with self.database.client.start_session() as session:
            self.database["meta"].find_one({}, session=session)
            return _moment(session)

    def documents(self, name: str, after: bytes | None, since: ClusterTime) -> Iterator[bytes]:
        """Yield a collection's documents by `_id`, each as of some moment from `since` on.

        Args:
            name: The collection.
            after: Yield only documents after this one; None for all.
            since: All writes up to it are included.
        """
        wanted = {"_id": {"$gt": identity(after)}} if after else {}
        with translating_errors(self.database.uri), self.database.client.start_session() as session:
            session.advance_operation_time(Timestamp(*since))
            for batch in self._raw[name].find_raw_batches(wanted, sort=[("_id", 1)], session=session):
                yield from split(batch)

    def touched(self, since: ClusterTime, until: ClusterTime) -> Iterator[tuple[str, Any]]:
        """Yield collection and `_id` of every document written between two moments; some more than once.

        A write after `until` must have happened: it ends the stream.

        Raises:
            HistoryLost: The server's history does not reach back to `since`.
        """
        pipeline: list[dict[str, Any]] = [
            {"$match": {"operationType": {"$in": _WRITES}}},
            {"$project": {"ns": 1, "documentKey": 1, "clusterTime": 1}},
        ]
        watch = self.database.handle.watch
        with (
            translating_errors(self.database.uri),
            _remembered(),
            watch(pipeline, start_at_operation_time=Timestamp(*since)) as stream,
        ):
            for change in stream:
                if change["clusterTime"] > Timestamp(*until):
                    return
                yield change["ns"]["coll"], change["documentKey"]["_id"]

    def remembers(self, moment: ClusterTime) -> bool:
        """Return whether the server's history reaches back to a moment."""
        try:
            with (
                _remembered(),
                self.database.handle.watch(start_at_operation_time=Timestamp(*moment), max_await_time_ms=1) as stream,
            ):
                stream.try_next()
        except HistoryLost:
            return False
        return True

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Provide the collections as of one moment; the server keeps it for five minutes."""
        start = self.database.client.start_session
        with translating_errors(self.database.uri), _remembered(), start(snapshot=True) as session:
            yield Snapshot(self.database, session)

    def count(self, name: str) -> int:
        """Return the number of a collection's documents, by counting."""
        return self.database[name].count_documents({})

    def first_forbidden(self, name: str, documents: Sequence[bytes]) -> str | None:
        """Return the `_id` of the first document that the schema forbids; None if there is none.

        The server applies the validator; the collection need not exist, and nothing is written.
        """
        literal = {"$literal": [RawBSONDocument(document) for document in documents]}
        forbidden = {"$nor": [_VALIDATORS[name]]}
        stages: list[dict[str, Any]] = [{"$documents": literal}, {"$match": forbidden}, {"$project": {"_id": 1}}]
        document = next(self.database.handle.aggregate([*stages, {"$limit": 1}]), None)
        return None if document is None else str(document["_id"])

    def unique_entries(self, name: str, documents: Sequence[bytes]) -> Iterator[tuple[str, Any, bytes]]:
        """Yield the entries of documents in a collection's unique indexes: index, `_id`, and indexed values as BSON.

        The server applies the filters of partial indexes; nothing is written.
        """
        for index in _UNIQUE[name] if documents else ():
            literal = {"$literal": [RawBSONDocument(document) for document in documents]}
            keys = dict.fromkeys(field for field, _ in index.keys)
            stages: list[dict[str, Any]] = [
                {"$documents": literal},
                {"$match": index.only or {}},
                {"$project": dict.fromkeys(keys, 1)},
            ]
            for document in self.database.handle.aggregate(stages):
                yield index.name, document["_id"], bson.encode({key: document.get(key) for key in keys})

    def insert(self, name: str, documents: Sequence[bytes]) -> None:
        """Insert documents as they are; those with a known `_id` are skipped.

        Raises:
            BulkWriteError: One has another fault; the caller translates it.
        """
        try:
            self._raw[name].insert_many([RawBSONDocument(document) for document in documents], ordered=False)
        except BulkWriteError as error:
            failures = error.details.get("writeErrors", [])
            if error.details.get("writeConcernErrors") or any(failure["code"] != _DUPLICATE for failure in failures):
                raise

    def remove(self, name: str, documents: Sequence[bytes]) -> None:
        """Remove the documents with the `_id` of these."""
        self._raw[name].delete_many({"_id": {"$in": [identity(document) for document in documents]}})


class Snapshot:
    """The collections as of one moment."""

    def __init__(self, database: ArchiveDatabase, session: ClientSession) -> None:
        self._raw = database.handle.with_options(codec_options=_RAW)
        self._session = session
        self._raw["meta"].find_one({}, session=session)  # the first read fixes the moment
        self.until = _moment(session)

    def documents(self, name: str, ids: Sequence[Any]) -> Iterator[bytes]:
        """Yield the existing ones of some documents of a collection, in no order."""
        for start in range(0, len(ids), _CHUNK):
            wanted = {"_id": {"$in": list(ids[start : start + _CHUNK])}}
            for batch in self._raw[name].find_raw_batches(wanted, session=self._session):
                yield from split(batch)

    def count(self, name: str) -> int:
        """Return how many documents a collection has."""
        return self._raw[name].count_documents({}, session=self._session)


def _moment(session: ClientSession) -> ClusterTime:
    if session.operation_time is None:
        raise OperationRefused("The server has no operation time: backups need a replica set.")
    return ClusterTime(session.operation_time.time, session.operation_time.inc)


@contextmanager
def _remembered() -> Iterator[None]:
    """Translate the driver's error about a lost history.

    Raises:
        HistoryLost: The history is lost.
        OperationFailure: Another error.
    """
    try:
        yield
    except OperationFailure as error:
        if error.code not in {_HISTORY_LOST, _TOO_OLD}:
            raise
        raise HistoryLost(
            "The server has forgotten what was written since the backup began, or too much was written meanwhile: "
            "begin anew in an empty directory while less is written, or give the server a larger oplog."
        ) from error
