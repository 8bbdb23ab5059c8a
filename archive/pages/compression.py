"""How page bodies are packed: zstd, with dictionaries trained on the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import zstandard
from bson.binary import Binary

from archive.mongo.database import ArchiveDatabase, Document
from archive.pages.content_encoding import unpack
from archive.pages.dictionaries import Dictionaries
from archive.pages.documents import DamageCallback, PageDamaged, checked_body, sha256_of

LEVEL: Final = 19
"""29 ms a page, which only work off line can spend (PERFORMANCE)."""

SAMPLES: Final = 200
LONGEST: Final = 64 * 1024 * 1024
"""Bytes that a body may unpack to; one that would be longer stays as it was received."""

_AT_ONCE = 20
_UNPACKED = {"body": {"$type": "binData"}, "stored": "received"}


@dataclass(frozen=True, slots=True)
class Packed:
    """What packing did.

    Attributes:
        pages: Bodies that were packed now.
        left: Bodies left as received: damaged, in an unknown encoding, or no smaller packed.
        damaged: Bodies left because they are not what was received.
        bytes_before: Bytes of the packed ones as received.
        bytes_after: Bytes of them now.
    """

    pages: int = 0
    left: int = 0
    damaged: int = 0
    bytes_before: int = 0
    bytes_after: int = 0

    def plus(self, before: int, after: int | None) -> Packed:
        """Return the sum with one more body; `after` is None for one that was left."""
        if after is None:
            return replace(self, left=self.left + 1)
        sums = self.bytes_before + before, self.bytes_after + after
        return replace(self, pages=self.pages + 1, bytes_before=sums[0], bytes_after=sums[1])


class Packing:
    """Packs the bodies that are still as they were received."""

    def __init__(self, database: ArchiveDatabase, dictionaries: Dictionaries) -> None:
        self._pages = database["pages"]
        self._dictionaries = dictionaries

    def run(self, level: int, progress: Callable[[Packed], None], report: DamageCallback) -> Packed:
        """Return what was done. Can be stopped at any moment and started again: what is packed stays packed.

        Args:
            level: Of zstd, 1 to 22.
            progress: Called with the sum so far after each body.
            report: Called with each body that is not what was received; it stays as it is.
        """
        dictionary = self._dictionaries.newest() or self._dictionaries.train(self._samples(), datetime.now(UTC))
        packer = zstandard.ZstdCompressor(level=level, dict_data=dictionary)
        done = Packed()
        for document in self._pages.find(_UNPACKED).batch_size(_AT_ONCE):
            try:
                checked_body(document, document, self._dictionaries)
            except PageDamaged as error:
                report(error.damage)
                done = replace(done, damaged=done.damaged + 1)
            else:
                done = done.plus(len(document["body"]), self._replace(document, packer, dictionary))
            progress(done)
        return done

    def _samples(self) -> list[bytes]:
        drawn = self._pages.aggregate([{"$sample": {"size": 2 * SAMPLES}}, {"$match": _UNPACKED | {"status": 200}}])
        return list(_plain_bodies(drawn))[:SAMPLES]

    def _replace(
        self, document: Document, packer: zstandard.ZstdCompressor, dictionary: zstandard.ZstdCompressionDict | None
    ) -> int | None:
        """Return the packed size once the packed body has replaced the received one, or None if it stays."""
        plain = _plain_body(document)
        packed = packer.compress(plain) if plain else b""
        if not plain or len(packed) >= len(document["body"]):
            return None
        fields: Document = {
            "body": Binary(packed),
            "stored": "zstd",
            "dictionary": dictionary.dict_id() if dictionary else None,
            "plain_sha256": sha256_of(plain),
            "plain_size": len(plain),
        }
        if self._dictionaries.unpack(fields) != plain:  # with the dictionary as the database has it
            return None
        self._pages.update_one({"_id": document["_id"]} | _UNPACKED, {"$set": fields})
        return len(packed)


def _plain_bodies(documents: Iterable[Document]) -> Iterator[bytes]:
    for document in documents:
        if plain := _plain_body(document):
            yield plain


def _plain_body(document: Document) -> bytes | None:
    try:
        return unpack(bytes(document["body"]), document["encoding"], LONGEST)
    except ValueError:
        return None
