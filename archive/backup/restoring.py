"""Restoring a backup into an empty database: every part is checked before anything of it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from archive.archive import Archive
from archive.backup.manifest import BackupUnusable, Manifest, Part, read_manifest
from archive.backup.parts import read_part
from archive.mongo.bulk import Bulk
from archive.mongo.restoration import META, Restoration

_BYTES: Final = 8 * 1024 * 1024
_DOCUMENTS: Final = 1000
"""What is inserted at once, at most."""


def restore(archive: Archive, directory: Path, progress: Callable[[Part], None] = lambda _: None) -> Manifest:
    """Return the manifest of a backup, once the database holds exactly what is in it, with all indexes.

    One thing is new: the archive's identity, so that a place in the feed of the archive that was saved is refused.

    One that was stopped at any moment, even killed, goes on when called again. Until it is complete no other command
    opens the database.

    Args:
        archive: From `Archive.open_for_migration`; its database must be empty, or hold a part of the same backup.
        directory: The backup's.
        progress: Told of each part.

    Raises:
        BackupUnusable: There is no complete backup, or a file of it is not as it was written.
        OperationRefused: The database is not empty, or does not hold afterwards what it should.
        ArchiveError: The database cannot be used.
    """
    manifest = read_manifest(directory)
    if manifest is None:
        raise BackupUnusable(f"There is no backup in {directory}: there is no manifest.json.")
    if manifest.taken_at is None:
        raise BackupUnusable(f"The backup in {directory} is not complete: run `scrapy backup {directory}` again.")
    restoration = Restoration(archive.desk, manifest.id)
    restoration.begin()
    done = restoration.done()
    bulk = Bulk(archive.desk)
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
