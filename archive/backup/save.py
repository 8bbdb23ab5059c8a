"""Making a backup: every collection read once, then what was written meanwhile, as it is at one moment.

The server keeps a snapshot for five minutes only, and a large archive takes longer. So each collection is read as it
comes, and at the end the server's change stream has which documents were written since the beginning; these, and only
these, are read again within one snapshot. What was not written since the beginning is in the snapshot as it was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import bson

from archive.archive import Archive
from archive.atomic_file import unwritable
from archive.backup.manifest import BackupUnusable, Manifest, Part, WrongDirectory, open_directory, read_manifest
from archive.backup.parts import Shelf
from archive.backup.snapshot import NAMES, Bulk, ClusterTime, Snapshot
from archive.mongo.raw_bson import identity, only_identity
from archive.mongo.schema.collections import VERSION
from archive.pages.documents import DamageCallback

PART: Final = 64 * 1024 * 1024
"""Bytes of BSON in a part: what is read again at most when a backup goes on after it was killed."""

_PAGES: Final = "pages"
SPIDER: Final = "backup"
"""The name under which a backup stands in the ledger of runs."""


def back_up(
    archive: Archive,
    directory: Path,
    size: int = PART,
    progress: Callable[[Part], None] = lambda _: None,
    report: DamageCallback = lambda _: None,
) -> Manifest:
    """Return the manifest of a backup that is complete: the archive as it was at `taken_at`; of one that was, as it is.

    One that was stopped at any moment, even killed, goes on when called again. Crawls may go on meanwhile. Memory does
    not grow with the archive, only with the number of documents written meanwhile.

    Args:
        archive: What is saved.
        directory: Where; made if absent. It has to be empty, or to hold an incomplete backup of the same archive.
        size: Bytes of BSON in a part.
        progress: Called with each part.
        report: Called with each kept page that is not what was received. It is in the backup as it is, and on the
            list of damaged ones there.

    Raises:
        BackupUnusable: The directory holds something else, or cannot be written.
        OperationRefused: The server has forgotten what was written since the backup began.
        ArchiveError: The database cannot be used.
        KeyboardInterrupt: A signal came; the ledger of runs has it.
    """
    manifest = _begin(archive, directory)
    if manifest.taken_at:
        return manifest
    saving = _Saving(archive, Shelf(directory, manifest, size), report)
    with archive.runs.recorded(SPIDER, {"directory": directory}, lambda: saving.counts) as run, _writing(directory):
        manifest.runs.append(run.id)
        for part in saving.parts():
            progress(part)
            archive.runs.heartbeat(run.id, saving.counts)
    return manifest


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fault = unwritable(directory, error)
        raise fault from error


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
        """Return the parts that are still to be written, each once it is; then the backup is complete."""
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
        """Yield documents of pages as they are, once those that are not what was received are on the list."""
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
