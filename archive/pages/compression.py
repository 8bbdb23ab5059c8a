"""How page bodies are packed: zstd, with dictionaries trained on the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import zstandard
from bson.binary import Binary

from archive.errors import OperationRefused
from archive.mongo.database import ArchiveDatabase, Repository
from archive.mongo.values import Document, moment
from archive.pages.content_encoding import unpack

DICTIONARY_SIZE = 100 * 1024
"""Bytes of a dictionary; with 100 KB a page of 159 KB takes 34 KB instead of 41 (PERFORMANCE)."""

LEVEL: Final = 19
"""29 ms a page, which only work off line can spend (PERFORMANCE)."""

SAMPLES: Final = 200
LONGEST: Final = 64 * 1024 * 1024
"""Bytes that a body may unpack to; one that would be longer stays as it was received."""

_AT_ONCE = 20
_UNPACKED = {"body": {"$type": "binData"}, "stored": "received"}


class Dictionaries(Repository):
    """The collection `dictionaries`; what was read once is remembered, since none ever changes."""

    def __init__(self, database: ArchiveDatabase) -> None:
        super().__init__(database)
        self._known: dict[int | None, zstandard.ZstdDecompressor] = {None: zstandard.ZstdDecompressor()}

    def newest(self) -> zstandard.ZstdCompressionDict | None:
        """Return the dictionary that was trained last, or None if none was."""
        found = self.database["dictionaries"].find_one(sort=[("trained_at", -1)])
        return zstandard.ZstdCompressionDict(bytes(found["data"])) if found else None

    def train(self, samples: Sequence[bytes], now: datetime) -> zstandard.ZstdCompressionDict | None:
        """Return a dictionary trained on unpacked pages, once it is durable; None if they are too few or too alike."""
        try:
            trained = zstandard.train_dictionary(DICTIONARY_SIZE, list(samples))
        except zstandard.ZstdError:
            return None
        document = {
            "_id": trained.dict_id(),
            "data": Binary(trained.as_bytes()),
            "trained_at": moment(now),
            "samples": len(samples),
        }
        self.database["dictionaries"].insert_one(document)
        return trained

    def unpack(self, document: dict[str, Any]) -> bytes:
        """Return the unpacked body of a page's document that is stored as `zstd`.

        Raises:
            OperationRefused: Its dictionary is not there any more.
        """
        packer = self._decompressor(document["dictionary"])
        return packer.decompress(bytes(document["body"]), max_output_size=document["plain_size"])

    def _decompressor(self, identity: int | None) -> zstandard.ZstdDecompressor:
        if identity not in self._known:
            found = self.database["dictionaries"].find_one({"_id": identity})
            if found is None:
                raise OperationRefused(
                    f"The zstd dictionary {identity} is not in the collection `dictionaries`: pages that were packed "
                    "with it cannot be read. Restore it from a backup."
                )
            dictionary = zstandard.ZstdCompressionDict(bytes(found["data"]))
            self._known[identity] = zstandard.ZstdDecompressor(dict_data=dictionary)
        return self._known[identity]


@dataclass(frozen=True, slots=True)
class Packed:
    """What packing did.

    Attributes:
        pages: Bodies that were packed now.
        left: Bodies left as received: damaged, in an unknown encoding, or no smaller packed.
        bytes_before: Bytes of the packed ones as received.
        bytes_after: Bytes of them now.
    """

    pages: int = 0
    left: int = 0
    bytes_before: int = 0
    bytes_after: int = 0

    def plus(self, before: int, after: int | None) -> Packed:
        """Return the sum with one more body; `after` is None for one that was left."""
        if after is None:
            return Packed(self.pages, self.left + 1, self.bytes_before, self.bytes_after)
        return Packed(self.pages + 1, self.left, self.bytes_before + before, self.bytes_after + after)


class Packing:
    """Packs the bodies that are still as they were received."""

    def __init__(self, database: ArchiveDatabase, dictionaries: Dictionaries) -> None:
        self._pages = database["pages"]
        self._dictionaries = dictionaries

    def run(self, level: int, progress: Callable[[Packed], None]) -> Packed:
        """Return what was done. Can be stopped at any moment and started again: what is packed stays packed.

        Args:
            level: Of zstd, 1 to 22.
            progress: Told the sum so far after each body.
        """
        dictionary = self._dictionaries.newest() or self._dictionaries.train(self._samples(), datetime.now(UTC))
        packer = zstandard.ZstdCompressor(level=level, dict_data=dictionary)
        done = Packed()
        for document in self._pages.find(_UNPACKED).batch_size(_AT_ONCE):
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
            "plain_sha256": hashlib.sha256(plain).hexdigest(),
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
