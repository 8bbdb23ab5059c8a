"""The zstd dictionaries that kept pages are packed with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import zstandard
from bson.binary import Binary

from archive.errors import OperationRefused
from archive.mongo.documents import moment
from archive.mongo.spoken import Desk

DICTIONARY_SIZE = 100 * 1024
"""Bytes of a dictionary; with 100 KB a page of 159 KB takes 34 KB instead of 41 (PERFORMANCE)."""


class Dictionaries:
    """The collection `dictionaries`; what was read once is remembered, since none ever changes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._known: dict[int | None, zstandard.ZstdDecompressor] = {None: zstandard.ZstdDecompressor()}

    def newest(self) -> zstandard.ZstdCompressionDict | None:
        """Return the dictionary that was trained last, or None if none was."""
        found = self.desk.database["dictionaries"].find_one(sort=[("trained_at", -1)])
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
        self.desk.database["dictionaries"].insert_one(document)
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
            found = self.desk.database["dictionaries"].find_one({"_id": identity})
            if found is None:
                raise OperationRefused(
                    f"The zstd dictionary {identity} is not in the collection `dictionaries`: pages that were packed "
                    "with it cannot be read. Restore it from a backup."
                )
            dictionary = zstandard.ZstdCompressionDict(bytes(found["data"]))
            self._known[identity] = zstandard.ZstdDecompressor(dict_data=dictionary)
        return self._known[identity]
