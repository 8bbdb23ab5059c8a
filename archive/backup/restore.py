"""Restoring a backup into an archive that is empty."""

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
"""The collection by which a database is an archive; it is filled last."""

_BYTES: Final = 8 * 1024 * 1024
_DOCUMENTS: Final = 1000
"""What is inserted at once, at most."""


class Restoration(Repository):
    """The collection `restoration`, which is there only while a database is being filled.

    Args:
        database: The database.
        manifest: Of the backup.
    """

    def __init__(self, database: ArchiveDatabase, manifest: Manifest) -> None:
        super().__init__(database)
        self._backup_id = manifest.digest
        self._is_of_today = manifest.schema_version == VERSION
        self._state = database[removal.RESTORATION]
        self._bulk = Bulk(database)
        self._archive_id = ""

    def begin(self, running: Callable[[], Sequence[str]], check: Callable[[Bulk], None]) -> None:
        """Mark the database as being filled from this backup; an empty archive in it gives way.

        Args:
            running: Gives the ids of the runs that are going on in it.
            check: Raises if the documents of the backup are none that can be written; called before the first write.

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
        """Return whether the database is the archive that this backup gave, whatever came to it since."""
        identity = removal.identity(self.database)
        return bool(identity) and identity == self._new_identity(identity[:_RANDOM])

    def _new_identity(self, random: str = "") -> str:
        """Return an identity, 32 hex digits: half random, half telling which backup the archive came from."""
        first = random or secrets.token_hex(_RANDOM // 2)
        return first + hashlib.sha256(f"{first}{self._backup_id}".encode()).hexdigest()[:_RANDOM]

    def done(self) -> set[str]:
        """Return the names of the parts that are loaded."""
        return {str(document["_id"]) for document in self._state.find({"loaded": True})}

    def note(self, part: str) -> None:
        """Note that a part is loaded."""
        self._state.update_one({"_id": part}, {"$set": {"loaded": True}}, upsert=True)

    def check(self, counts: Mapping[str, int]) -> None:
        """Check that each collection has as many documents as it should.

        Raises:
            OperationRefused: One has not.
        """
        for name, wanted in counts.items():
            count = self._bulk.count(name)
            if count != wanted:
                raise OperationRefused(
                    f"The collection {name} holds {count} documents after restoring, not {wanted}: somebody else "
                    "writes to this database. Drop it, and restore again."
                )

    def unlock(self, version: int) -> None:
        """Put validators and indexes in place, and take the mark away, so that `meta` can be filled.

        Args:
            version: The schema version of the documents; of an older one, `cmoney migrate` does the rest.
        """
        if version == VERSION:
            setup.apply(self.database.handle)
        self.database[META].delete_one({"_id": "schema", "version": setup.HALF_RESTORED})

    def identified(self, document: bytes) -> bytes:
        """Return a document of `meta` with the restored archive's own identity, the same one however often it is begun.

        The archive that was saved may have grown since, and its readers may have seen how: a place in its feed is
        none in this one's.
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
    """Return the manifest of a backup, once the database holds exactly what is in it, with all indexes.

    One thing is new: the archive's identity, so that a place in the feed of the archive that was saved is refused.

    One that was stopped at any moment, even killed, goes on when called again. Until it is complete no other command
    opens the database.

    Args:
        archive: Opened for a migration; its database must be empty, or hold a part of the same backup.
        directory: The backup's.
        progress: Called with each part.
        complete: Called if the database is what this backup gave already: then nothing is written.

    Raises:
        BackupUnusable: There is no complete backup, a file of it is not as it was written, or a document is forbidden.
        OperationRefused: The database is not empty, or does not hold afterwards what it should.
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
    """Return the manifest of a complete backup, once every part was seen to be as it was written; nothing is restored.

    Raises:
        WrongDirectory: There is no backup.
        BackupUnusable: It is not complete, or a file of it is not as it was written.
    """
    manifest = read_manifest(directory)
    if manifest is None:
        raise WrongDirectory(f"There is no backup in {directory}: there is no manifest.json.")
    if manifest.taken_at is None:
        raise BackupUnusable(f"The backup in {directory} is not complete: run `cmoney backup {directory}` again.")
    check_parts(directory, manifest)
    return manifest


def _check_documents(bulk: Bulk, manifest: Manifest, directory: Path) -> None:
    """Check that what a backup's parts come to together can be written, as a whole.

    Raises:
        BackupUnusable: It cannot: a document is forbidden, some are missing, or two exclude each other.
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
        directory: Where its file is.
        changed: What a document becomes on the way; by default it stays as it is.

    Raises:
        BackupUnusable: Its file is not as it was written.
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
