"""The zstd dictionaries that page bodies are packed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import zstandard
from bson.binary import Binary

from archive.errors import OperationRefused
from archive.mongo.database import ArchiveDatabase, Repository, moment

DICTIONARY_SIZE = 100 * 1024
"""Bytes of a dictionary; with 100 KB a page of 159 KB takes 34 KB instead of 41 (PERFORMANCE)."""


class DictionaryMissing(OperationRefused):
    """A page was packed with a dictionary that is not there."""


class Dictionaries(Repository):
    """The collection `dictionaries`; what was read once is remembered, since none ever changes."""

    def __init__(self, database: ArchiveDatabase) -> None:
        super().__init__(database)
        self._known: dict[int | None, zstandard.ZstdDecompressor] = {None: zstandard.ZstdDecompressor()}

    def newest(self) -> zstandard.ZstdCompressionDict | None:
        """Return the dictionary that was trained last, or None if none was."""
        document = self.database["dictionaries"].find_one(sort=[("trained_at", -1)])
        return zstandard.ZstdCompressionDict(bytes(document["data"])) if document else None

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

    def unpack(self, document: Mapping[str, Any]) -> bytes:
        """Return the unpacked body of a page's document that is stored as `zstd`.

        Raises:
            DictionaryMissing: Its dictionary is not there any more.
            zstandard.ZstdError: It is broken, or would unpack to more than is on record.
        """
        packed, size = bytes(document["body"]), document["plain_size"]
        if zstandard.frame_content_size(packed) > size:
            raise zstandard.ZstdError("its header has a larger size than is on record")
        packer = self._decompressor(document["dictionary"])
        return packer.decompress(packed, max_output_size=size, allow_extra_data=False)

    def _decompressor(self, identity: int | None) -> zstandard.ZstdDecompressor:
        if identity not in self._known:
            document = self.database["dictionaries"].find_one({"_id": identity})
            if document is None:
                raise DictionaryMissing(
                    f"the zstd dictionary {identity} that it was packed with is not in the collection `dictionaries`: "
                    "restore it from a backup"
                )
            dictionary = zstandard.ZstdCompressionDict(bytes(document["data"]))
            self._known[identity] = zstandard.ZstdDecompressor(dict_data=dictionary)
        return self._known[identity]
