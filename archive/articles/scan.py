"""Reading many articles in order with little memory, from a snapshot for as long as the server keeps it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import CursorType
from pymongo.client_session import ClientSession
from pymongo.errors import AutoReconnect, CursorNotFound, OperationFailure

from archive.errors import ArchiveError
from archive.model.selection import Selection
from archive.mongo.database import ArchiveDatabase, Document, translating_errors
from archive.mongo.raw_bson import LENGTH, split
from archive.mongo.schema.soundness import narrowed_to_sound

BATCH: Final = 200
"""Documents in a batch: some 4 MB."""

ORDER: Final = (("published_at", 1), ("_id", -1))
"""Oldest first, undated ones before all; the index `newest`, read backwards."""
_POSITION: Final = ("_id", "published_at")
_AWARE: Final = CodecOptions(document_class=RawBSONDocument, tz_aware=True)
_NAIVE: Final[CodecOptions[Document]] = CodecOptions()
_NO_SNAPSHOT: Final = {239, 246}  # SnapshotTooOld, SnapshotUnavailable

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan of the articles of a selection.

    Attributes:
        database: Where the archive is.
        selection: Which articles.
        fields: Fields to read; `_id` and `published_at` are always read; None for all.
        in_a_rush: Whether the server sends batches ahead (an exhaust cursor): faster, for readers without pauses.
    """

    database: ArchiveDatabase
    selection: Selection
    fields: tuple[str, ...] | None = None
    in_a_rush: bool = False

    def count(self) -> int:
        """Return how many articles there are now."""
        with translating_errors(self.database.uri):
            return self.database["articles"].count_documents(query(self.selection))

    def batches(self) -> Iterator[bytes]:
        """Return the articles as concatenated BSON documents, in batches, in the order of `ORDER`.

        Damaged ones are skipped with a message.

        They are read from a snapshot. The server keeps it for `minSnapshotHistoryWindowInSeconds` (five minutes by
        default), or until a restart. After that the scan goes on from its place with the current articles, which is
        logged: an article whose date of publication was changed just then may come twice or not at all; any other
        comes once.

        Raises:
            ArchiveError: The database is away or refuses.
        """
        last: bytes | None = None
        moved = True
        while True:
            try:
                for batch in self._from(last):
                    yield (last := batch)
                    moved = True
            except ArchiveError as error:
                if not (moved and _is_lost(error)):
                    raise
                _logger.warning("The articles are read on as they are now: %s", error)
                moved = False
            else:
                return

    def _from(self, last: bytes | None) -> Iterator[bytes]:
        wanted = query(self.selection)
        if last is not None:
            wanted = {"$and": [wanted, behind(*position(last))]}
        with translating_errors(self.database.uri), self.database.client.start_session(snapshot=True) as session:
            names = None if self.fields is None else (*self.fields, *_POSITION)
            sound = narrowed_to_sound(self.database, "articles", wanted, names, session=session, order=ORDER)
            yield from self._find(sound, session)

    def _find(self, wanted: Document, session: ClientSession) -> Iterator[bytes]:
        client = self.database.client
        rush = self.in_a_rush and not client.is_mongos  # a router cannot send ahead
        cursor = self.database["articles"].find_raw_batches(
            wanted,
            dict.fromkeys((*self.fields, *_POSITION), 1) if self.fields else None,
            sort=list(ORDER),
            batch_size=BATCH,
            session=session,
            cursor_type=CursorType.EXHAUST if rush else CursorType.NON_TAILABLE,
        )
        with cursor:
            yield from cursor


def position(batch: bytes) -> tuple[str, Any]:
    """Return `_id` and date of publication (aware, UTC, or None) of a batch's last document."""
    *_, last = split(batch)
    return place(last)


def place(document: bytes) -> tuple[str, Any]:
    """Return `_id` and date of publication (aware, UTC, or None) of a document that is still BSON."""
    read = RawBSONDocument(bytes(document), _AWARE)
    return read["_id"], read["published_at"]


def decode(batch: bytes) -> list[Document]:
    """Return a batch's documents; their dates are UTC without saying so, which spares a quarter of the time."""
    return bson.decode_all(batch, _NAIVE)


def count(batch: bytes) -> int:
    """Return how many documents a batch has."""
    start = number = 0
    while start < len(batch):
        start += int.from_bytes(batch[start : start + LENGTH], "little")
        number += 1
    return number


def query(selection: Selection) -> Document:
    """Return the filter of a selection.

    >>> query(Selection(tickers=frozenset({"AMZN"})))
    {'$or': [{'tickers': {'$in': ['AMZN']}}, {'tw_stocks': {'$in': ['AMZN']}}]}
    """
    wanted: Document = {}
    window = {"$gte": selection.since, "$lt": selection.until}
    if window := {name: at for name, at in window.items() if at is not None}:
        wanted["published_at"] = window
    if selection.columns:
        wanted["column"] = {"$in": sorted(selection.columns)}
    if selection.tickers:
        symbols = {"$in": sorted(selection.tickers)}
        wanted["$or"] = [{"tickers": symbols}, {"tw_stocks": symbols}]
    if selection.tags:
        wanted["tags"] = {"$in": sorted(selection.tags)}
    return wanted


def behind(key: str, published_at: Any) -> Document:
    """Return the filter for the articles after this one in `ORDER`."""
    beside = {"published_at": published_at, "_id": {"$lt": key}}
    later = {"$ne": None} if published_at is None else {"$gt": published_at}
    return {"$or": [beside, {"published_at": later}]}


def _is_lost(error: ArchiveError) -> bool:
    cause = error.__cause__
    if isinstance(cause, OperationFailure) and cause.code in _NO_SNAPSHOT:
        return True
    return isinstance(cause, AutoReconnect | CursorNotFound)
