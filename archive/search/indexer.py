"""The writer of the index: builds it from the archive, and follows the archive's changes; one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tantivy

from archive.articles.collection import Articles
from archive.model.change import Cursor, WrongCursor, read_cursor
from archive.search.errors import IndexDamaged
from archive.search.fields import CURSOR_KEY, cursor_document, document_of, schema
from archive.search.folder import VERSION, IndexFolder
from archive.search.reader import IndexReader
from archive.search.results import ProgressCallback
from archive.search.source import SearchSource

BATCH: Final = 500
"""Changes in one commit, at most."""

BUILD_MEMORY: Final = 200_000_000
"""Bytes that a build may hold before it writes a segment, all its threads together."""

UPDATE_MEMORY: Final = 30_000_000
"""The same of an update, which has one thread."""


class Indexer:
    """Writes an archive's index.

    Contents and feed cursor are committed together. A killed process leaves the last commit, from which the next writer
    goes on.
    """

    def __init__(self, folder: IndexFolder, source: SearchSource) -> None:
        self._folder = folder
        self._source = source

    def update(self, progress: ProgressCallback) -> None:
        """Update the index to the archive's newest change; build it if there is none, or none that can be updated.

        Args:
            progress: Called after each commit: with changes, or of a build with articles.

        Raises:
            IndexBusy: Another process writes.
            SearchUnavailable: The folder cannot be used, or a newer program's index is in it.
            ArchiveError: The archive cannot be read; what was committed stays.
        """
        with self._folder.locked():
            self._folder.tidy()
            place = self._place()
            if place is None:
                self._build(progress)
            elif place < self._source.changes.latest():
                self._follow(place, progress)

    def rebuild(self, progress: ProgressCallback) -> None:
        """Rebuild the index beside the current one, which can be searched until it is replaced.

        Raises:
            IndexBusy: Another process writes.
            SearchUnavailable: The folder cannot be used, or a newer program's index is in it.
            ArchiveError: The archive cannot be read; the current index stays.
        """
        with self._folder.locked():
            self._build(progress)

    def _place(self) -> int | None:
        """Return the current index's cursor; None if there is no index, or none that can be updated."""
        current = self._folder.current()
        if current is None or current.version != VERSION:
            return None
        try:
            place = read_cursor(IndexReader(self._folder).snapshot().cursor, self._source.changes.identity)
        except (IndexDamaged, WrongCursor):
            return None
        return place if place <= self._source.changes.latest() else None  # older data were put in the archive's place

    def _build(self, progress: ProgressCallback) -> None:
        """Build a new generation, and make it the current one when it is complete."""
        path = self._folder.begin()
        changes = self._source.changes
        cursor = Cursor(changes.identity, changes.latest())  # before the first article is read: what comes is followed
        total = Articles(self._source.database).count()
        done = 0
        with _writer(path, BUILD_MEMORY, os.cpu_count() or 1) as writer:
            for versions in self._source.scan():
                for version in versions:
                    writer.add_document(document_of(version))
                    done += version.until is None
                progress(done, total)
            _commit(writer, path, cursor)
        self._folder.put(path)
        if cursor.number < changes.latest():
            self._follow(cursor.number, progress)

    def _follow(self, place: int, progress: ProgressCallback) -> None:
        """Index the changes after a cursor, with a commit for each batch."""
        current = self._folder.current()
        if current is None:
            return
        changes = self._source.changes
        first, latest = place, changes.latest()
        with _writer(current.path, UPDATE_MEMORY, 1) as writer:
            while batch := changes.after(place, BATCH):
                self._replace(writer, {key for change in batch for key in (change.key, change.into) if key})
                place = batch[-1].cursor
                _commit(writer, current.path, Cursor(changes.identity, place))
                progress(place - first, max(latest, place) - first)

    def _replace(self, writer: tantivy.IndexWriter, keys: set[str]) -> None:
        """Replace all versions of some articles by the current ones; a merged article has none."""
        for key in keys:
            writer.delete_documents_by_term("key", key)
        for version in self._source.versions(keys):
            writer.add_document(document_of(version))


def _commit(writer: tantivy.IndexWriter, path: Path, cursor: Cursor) -> None:
    """Commit what was written together with the cursor that it reaches to."""
    with _writing(path):
        writer.delete_documents_by_term("key", CURSOR_KEY)
        writer.add_document(cursor_document(str(cursor)))
        writer.commit()


@contextmanager
def _writer(path: Path, memory: int, threads: int) -> Iterator[tantivy.IndexWriter]:
    """Provide the library's writer of a generation; at its end all merges are complete.

    The index is opened again for each writer, since an older handle would delete files of newer segments as garbage. A
    killed writer's leftovers are removed first, since a file with the name of the next commit would block it.

    Raises:
        IndexDamaged: It cannot be opened or written.
    """
    for left in path.glob(".tmp*"):  # of a writer that was killed; nothing collects them
        left.unlink(missing_ok=True)
    with _writing(path):
        writer = tantivy.Index(schema(), str(path)).writer(memory, threads)
        writer.garbage_collect_files()
    yield writer
    with _writing(path):
        writer.wait_merging_threads()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Translate the library's errors into those of the search.

    Raises:
        IndexDamaged: The library cannot write.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexDamaged(
            f"The search index in {str(path)!r} cannot be written: {error}. If its disk is not full, rebuild it: "
            "cmoney search --rebuild"
        ) from error
