"""BSON that is passed on without being decoded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from archive.mongo.values import Document

_RAW: Final = CodecOptions(document_class=RawBSONDocument, tz_aware=True, tzinfo=UTC)

_POSITION: Final = ("_id", "published_at")
_AWARE: Final = CodecOptions(document_class=RawBSONDocument, tz_aware=True)
_NAIVE: Final[CodecOptions[Document]] = CodecOptions()
_LENGTH: Final = 4  # bytes at the start of a BSON document: its length


def identity(document: bytes) -> Any:
    """Return the `_id` of a document."""
    return RawBSONDocument(document, _RAW)["_id"]


def only_identity(value: Any) -> bytes:
    """Return a document that has nothing but an `_id`."""
    return bson.encode({"_id": value})


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
        start += int.from_bytes(batch[start : start + _LENGTH], "little")
        number += 1
    return number


def split(batch: Any) -> Iterator[bytes]:
    """Return the documents of a batch, still as BSON; the batch is bytes, whatever the driver's hints call it."""
    start = 0
    while start < len(batch):
        end = start + int.from_bytes(batch[start : start + _LENGTH], "little")
        yield batch[start:end]
        start = end
