"""Restoring a backup into an empty database."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import bson

from archive.archive import Archive
from archive.backup.contents import Contents
from archive.backup.manifest import BackupUnusable, Manifest, Part, WrongDirectory, read_manifest
from archive.backup.parts import check_parts, read_part
from archive.backup.snapshot import Bulk
from archive.errors import OperationRefused
from archive.mongo.database import ArchiveDatabase, Repository
from archive.mongo.schema import removal, setup
from archive.mongo.schema.collections import VERSION

_RANDOM: Final = 16  # hex digits
META: Final = "meta"
"""The collection that makes a database an archive; it is filled last."""

_BYTES: Final = 8 * 1024 * 1024
_DOCUMENTS: Final = 1000
"""Most documents in one insert."""


class Restoration(Repository):
    """The collection `restoration`, which exists only while a database is being filled.

    Args:
        database: The database.
        manifest: The backup's.
    """

    def __init__(self, database: ArchiveDatabase, manifest: Manifest) -> None:
        super().__init__(database)
        self._backup_id = manifest.digest
        self._is_of_today = manifest.schema_version == VERSION
        self._state = database[removal.RESTORATION]
        self._bulk = Bulk(database)
        self._archive_id = ""

    def begin(self, running: Callable[[], Sequence[str]], check: Callable[[Bulk], None]) -> None:
        """Mark the database as being filled from this backup; an empty archive in it is replaced.

        Args:
            running: Returns the ids of its unfinished runs.
            check: Raises if the backup's documents cannot be written; called before the first write.

        Raises:
            OperationRefused: It is not empty, is in use, or is being filled from another backup.
        """
        name = self.database.name
        begun = self._state.find_one({"_id": "backup"})
        if begun is None:
            if held := removal.holdings(self.database):
                counts = ", ".join(f"{count} {collection}" for collection, count in held.items())
                raise OperationRefused(
                    f"The database {name!r} is not empty ({counts}): restore into another one (MONGODB_DATABASE), or "
                    "empty it with `cmoney archive drop`."
                )
            removal.refuse_while_running(running())
            check(self._bulk)
            begun = {"_id": "backup", "backup": self._backup_id, "archive_id": self._new_identity(), "cleared": False}
            self._state.insert_one(begun)
        elif begun["backup"] != self._backup_id:
            raise OperationRefused(
                f"The database {name!r} holds a part of another backup: finish that one, or empty the database with "
                "`cmoney archive drop`."
            )
        self._archive_id = str(begun["archive_id"])
        if not begun.get("cleared", True):
            removal.mark(self.database, setup.HALF_RESTORED)
            removal.clear(self.database)
            if self._is_of_today:
                setup.apply_validators(self.database.handle)
            self._state.update_one({"_id": "backup"}, {"$set": {"cleared": True}})

    def is_complete(self) -> bool:
        """Return whether the database is an archive restored from this backup, changed since or not."""
        identity = removal.identity(self.database)
        return bool(identity) and identity == self._new_identity(identity[:_RANDOM])

    def _new_identity(self, random: str = "") -> str:
        """Return an identity, 32 hex digits: one half random, the other derived from it and the backup."""
        first = random or secrets.token_hex(_RANDOM // 2)
        return first + hashlib.sha256(f"{first}{self._backup_id}".encode()).hexdigest()[:_RANDOM]

    def done(self) -> set[str]:
        """Return the names of the parts that are loaded."""
        return {str(document["_id"]) for document in self._state.find({"loaded": True})}

    def note(self, part: str) -> None:
        """Note that a part is loaded."""
        self._state.update_one({"_id": part}, {"$set": {"loaded": True}}, upsert=True)

    def check(self, counts: Mapping[str, int]) -> None:
        """Check the number of documents of each collection.

        Raises:
            OperationRefused: A number is wrong.
        """
        for name, wanted in counts.items():
            count = self._bulk.count(name)
            if count != wanted:
                raise OperationRefused(
                    f"The collection {name} holds {count} documents after restoring, not {wanted}: somebody else "
                    "writes to this database. Drop it, and restore again."
                )

    def unlock(self, version: int) -> None:
        """Make validators and indexes, and remove the mark, so that `meta` can be filled.

        Args:
            version: The schema version of the documents; an older one is left to `cmoney migrate`.
        """
        if version == VERSION:
            setup.apply(self.database.handle)
        self.database[META].delete_one({"_id": "schema", "version": setup.HALF_RESTORED})

    def identified(self, document: bytes) -> bytes:
        """Return a document of `meta` with the restored archive's own identity, the same after every restart.

        The saved archive may have grown since, and its feed may have been read: its cursors must not fit this archive.
        """
        fields = bson.decode(document)
        return bson.encode(fields | {"archive_id": self._archive_id} if "archive_id" in fields else fields)

    def forget(self) -> None:
        """End the restoration: the database is an archive."""
        self._state.drop()


def restore(
    archive: Archive,
    directory: Path,
    progress: Callable[[Part], None] = lambda _: None,
    complete: Callable[[], None] = lambda: None,
) -> Manifest:
    """Restore a backup with all indexes, and return its manifest.

    Only the archive's identity is new, so that cursors of the saved archive's feed are refused. A call that was
    stopped, even killed, is resumed by the next one. Until the end no other command opens the database.

    Args:
        archive: Opened for a migration; its database must be empty, or hold a part of the same backup.
        directory: The backup's.
        progress: Called with each part.
        complete: Called if the database was restored from this backup already; then nothing is written.

    Raises:
        BackupUnusable: There is no complete backup, a file of it was changed, or a document is forbidden.
        OperationRefused: The database is not empty, or its contents are wrong afterwards.
        ArchiveError: The database cannot be used.
    """
    manifest = checked(directory)
    restoration = Restoration(archive.database, manifest)
    if restoration.is_complete():
        restoration.forget()
        complete()
        return manifest
    restoration.begin(archive.running, lambda bulk: _check_documents(bulk, manifest, directory))
    done = restoration.done()
    bulk = Bulk(archive.database)
    last = [part for part in manifest.parts if part.collection == META]
    for part in manifest.parts:
        if part.name not in done and part not in last:
            _load(bulk, part, directory)
            restoration.note(part.name)
        progress(part)
    restoration.check(manifest.counts)
    restoration.unlock(manifest.schema_version)
    for part in last:
        _load(bulk, part, directory, restoration.identified)
    restoration.forget()
    return manifest


def checked(directory: Path) -> Manifest:
    """Verify a backup's parts, and return its manifest.

    Raises:
        WrongDirectory: There is no backup.
        BackupUnusable: It is not complete, or a file of it was changed.
    """
    manifest = read_manifest(directory)
    if manifest is None:
        raise WrongDirectory(f"There is no backup in {directory}: there is no manifest.json.")
    if manifest.taken_at is None:
        raise BackupUnusable(f"The backup in {directory} is not complete: run `cmoney backup {directory}` again.")
    check_parts(directory, manifest)
    return manifest


def _check_documents(bulk: Bulk, manifest: Manifest, directory: Path) -> None:
    """Check that the documents of a backup's parts can be written together.

    Raises:
        BackupUnusable: A document is forbidden, some are missing, or two exclude each other.
    """
    contents = Contents(bulk, is_of_today=manifest.schema_version == VERSION)
    for part in manifest.parts:
        for batch in _batches(read_part(directory, part)):
            contents.add(part, batch)
    contents.check(manifest.counts)


def _load(bulk: Bulk, part: Part, directory: Path, changed: Callable[[bytes], bytes] = bytes) -> None:
    """Write a part's documents; safe to repeat.

    Args:
        bulk: The collections of the database.
        part: The part.
        directory: The directory of its file.
        changed: Returns the document to write for a document of the part; by default the same.

    Raises:
        BackupUnusable: Its file was changed.
    """
    count = 0
    for batch in _batches(map(changed, read_part(directory, part))):
        if part.kind != "base":
            bulk.remove(part.collection, batch)
        if part.kind != "removed":
            bulk.insert(part.collection, batch)
        count += len(batch)
    if count != part.documents:
        raise BackupUnusable(f"{part.name} holds {count} documents, not {part.documents}: restore another backup.")


def _batches(documents: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for document in documents:
        if batch and (size + len(document) > _BYTES or len(batch) == _DOCUMENTS):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document)
    if batch:
        yield batch
