"""Raw BSON: documents that are passed on without being decoded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

_RAW: Final = CodecOptions(document_class=RawBSONDocument, tz_aware=True, tzinfo=UTC)
LENGTH: Final = 4
"""Bytes at the start of a BSON document: its length."""


def identity(document: bytes) -> Any:
    """Return the `_id` of a document."""
    return RawBSONDocument(document, _RAW)["_id"]


def only_identity(value: Any) -> bytes:
    """Return a document that has nothing but an `_id`."""
    return bson.encode({"_id": value})


def split(batch: Any) -> Iterator[bytes]:
    """Yield the documents of a batch as BSON; the batch is bytes, whatever the driver's type hints are."""
    start = 0
    while start < len(batch):
        end = start + int.from_bytes(batch[start : start + LENGTH], "little")
        yield batch[start:end]
        start = end
