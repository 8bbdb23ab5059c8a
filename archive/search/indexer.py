"""The writer of the index: builds it from the archive, and follows the archive's changes; one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tantivy

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

    Contents and the cursor of how far they reach are committed together. A process that is killed at any moment
    leaves the last commit, and the next writer goes on there.
    """

    def __init__(self, folder: IndexFolder, source: SearchSource) -> None:
        self._folder = folder
        self._source = source

    def update(self, progress: ProgressCallback) -> None:
        """Bring the index up to the archive's newest change; build it where there is none that can be followed.

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
        """Build the index anew beside the one that counts, which can be searched until the new one takes its place.

        Raises:
            IndexBusy: Another process writes.
            SearchUnavailable: The folder cannot be used, or a newer program's index is in it.
            ArchiveError: The archive cannot be read; the index that counts stays.
        """
        with self._folder.locked():
            self._build(progress)

    def _place(self) -> int | None:
        """Return how far the index that counts has come; None where there is none that can be followed."""
        current = self._folder.current()
        if current is None or current.version != VERSION:
            return None
        try:
            place = read_cursor(IndexReader(self._folder).snapshot().cursor, self._source.changes.identity)
        except (IndexDamaged, WrongCursor):
            return None
        return place if place <= self._source.changes.latest() else None  # older data were put in the archive's place

    def _build(self, progress: ProgressCallback) -> None:
        """Build a new generation, and let it count once it is whole."""
        path = self._folder.begin()
        changes = self._source.changes
        cursor = Cursor(changes.identity, changes.latest())  # before the first article is read: what comes is followed
        total = self._source.count()
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
        """Follow the changes behind a place, a commit for each batch of them."""
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
        """Replace all versions of some articles by those that there are now: none of an article that is no more."""
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
    """Give the library's writer of a generation; once it is done with, its merges are too.

    The index is opened anew for each writer, since an older one would take the files of newer segments for refuse. What
    a killed writer left is collected first: a file of the name that the next commit gives would stop every commit.

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
    """Let the library's errors come out as the search's own.

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
