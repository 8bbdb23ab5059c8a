"""Making a backup: reads every collection once, then the documents that were written meanwhile, as of one moment.

The server keeps a snapshot for five minutes only, and a large archive takes longer. So each collection is read without
one. At the end the server's change stream names the documents that were written since the beginning, and these are read
again within one snapshot. All others are in the snapshot as they were read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import bson

from archive.archive import Archive
from archive.atomic_file import writing
from archive.backup.manifest import BackupUnusable, Manifest, Part, WrongDirectory, open_directory, read_manifest
from archive.backup.parts import Shelf
from archive.backup.snapshot import NAMES, Bulk, ClusterTime, Snapshot
from archive.mongo.raw_bson import identity, only_identity
from archive.mongo.schema.collections import VERSION
from archive.pages.documents import DamageCallback

PART: Final = 64 * 1024 * 1024
"""Bytes of BSON in a part; after a kill at most one part is read again."""

_PAGES: Final = "pages"
SPIDER: Final = "backup"
"""The name of backups in the ledger of runs."""


def back_up(
    archive: Archive,
    directory: Path,
    size: int = PART,
    progress: Callable[[Part], None] = lambda _: None,
    report: DamageCallback = lambda _: None,
) -> Manifest:
    """Save an archive as it is at one moment (`taken_at`), and return the manifest; a complete backup is left as it is.

    A call that was stopped, even killed, is resumed by the next one. Crawls may go on meanwhile. Memory grows with the
    number of documents written meanwhile, not with the archive.

    Args:
        archive: The archive.
        directory: The directory; made if absent. It has to be empty, or to hold a backup of the same archive.
        size: Bytes of BSON in a part.
        progress: Called with each part.
        report: Called with each damaged page. The backup has it as it is, and the list of damaged pages names it.

    Raises:
        BackupUnusable: The directory holds other files, or cannot be written.
        OperationRefused: The server's history does not reach back to the beginning any more.
        ArchiveError: The database cannot be used.
        KeyboardInterrupt: A signal came; the ledger of runs has it.
    """
    manifest = _begin(archive, directory)
    if manifest.taken_at:
        return manifest
    saving = _Saving(archive, Shelf(directory, manifest, size), report)
    with archive.runs.recorded(SPIDER, {"directory": directory}, lambda: saving.counts) as run, writing(directory):
        manifest.runs.append(run.id)
        for part in saving.parts():
            progress(part)
            archive.runs.heartbeat(run.id, saving.counts)
    return manifest


def _begin(archive: Archive, directory: Path) -> Manifest:
    open_directory(directory)
    manifest = read_manifest(directory)
    bulk = Bulk(archive.database)
    if manifest is None:
        manifest = Manifest(archive.id, VERSION, bulk.clock())
        manifest.write(directory)
    elif manifest.archive_id != archive.id:
        raise WrongDirectory(f"The directory {directory} holds a backup of another archive: name another one.")
    elif manifest.taken_at is None and not bulk.remembers(ClusterTime(*manifest.began)):
        raise BackupUnusable(
            f"The backup in {directory} was begun so long ago that the server has forgotten what was written since: "
            "remove it, and begin anew."
        )
    return manifest


class _Saving:
    """A backup being made."""

    def __init__(self, archive: Archive, shelf: Shelf, report: DamageCallback) -> None:
        self._report = report
        self._archive = archive
        self._bulk = Bulk(archive.database)
        self._shelf = shelf
        self._manifest = shelf.manifest
        self.counts: dict[str, int] = {}

    def parts(self) -> Iterator[Part]:
        """Write the missing parts, and yield each; then the backup is complete."""
        for name in NAMES:
            if name not in self._manifest.read:
                yield from self._counted(self._base(name))
                self._manifest.read.append(name)
                self._manifest.write(self._shelf.directory)
        self._manifest.parts = [part for part in self._manifest.parts if part.kind == "base"]
        with self._bulk.snapshot() as snapshot:
            yield from self._counted(self._catch_up(snapshot))

    def _base(self, name: str) -> Iterator[Part]:
        since = ClusterTime(*self._manifest.began)
        documents = self._bulk.documents(name, self._manifest.last(name), since)
        if name == _PAGES:
            documents = self._compared(documents)
        return self._shelf.put(
            name, "base", (document for document in documents if not self._is_own(name, identity(document)))
        )

    def _compared(self, documents: Iterator[bytes]) -> Iterator[bytes]:
        """Yield documents of pages unchanged; damaged ones are put on the list."""
        for document in documents:
            if damage := self._archive.pages.damage_in(bson.decode(document)):
                self._archive.note_damaged([damage])
                self._report(damage)
            yield document

    def _catch_up(self, snapshot: Snapshot) -> Iterator[Part]:
        touched = self._touched(snapshot)
        for name in NAMES:
            present: set[Any] = set()
            ids = list(touched[name])
            yield from self._shelf.put(name, "touched", _noting(snapshot.documents(name, ids), present))
            gone = (only_identity(document_id) for document_id in ids if document_id not in present)
            yield from self._shelf.put(name, "removed", gone)
            own = len(self._manifest.runs) if name == "runs" else 0
            self._manifest.counts[name] = snapshot.count(name) - own
        for left in self._shelf.directory.glob("*.new"):  # parts that a killed backup had begun
            left.unlink()
        self._manifest.taken_at = snapshot.until.at.isoformat()
        self._manifest.write(self._shelf.directory)

    def _touched(self, snapshot: Snapshot) -> dict[str, set[Any]]:
        """Return the `_id` of what was written between the backup's beginning and a snapshot, by collection."""
        self._archive.runs.heartbeat(self._manifest.runs[-1], self.counts)  # the write after the snapshot's moment
        touched: dict[str, set[Any]] = defaultdict(set)
        for name, document_id in self._bulk.touched(ClusterTime(*self._manifest.began), snapshot.until):
            if name in NAMES and not self._is_own(name, document_id):
                touched[name].add(document_id)
        return touched

    def _is_own(self, name: str, document_id: Any) -> bool:
        return name == "runs" and document_id in self._manifest.runs

    def _counted(self, parts: Iterator[Part]) -> Iterator[Part]:
        for part in parts:
            name = f"backup/{part.collection}/{part.kind}"
            self.counts[name] = self.counts.get(name, 0) + part.documents
            yield part


def _noting(documents: Iterator[bytes], ids: set[Any]) -> Iterator[bytes]:
    for document in documents:
        ids.add(identity(document))
        yield document
