"""Following the archive: updates the index, and wakes clients that wait for a change."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from archive.archive import Archive
from archive.extras import NotInstalled
from archive.search.errors import IndexBusy

PATIENCE: Final = 2.0
"""Seconds of one wait for a change, and of a pause after an error."""

_logger = logging.getLogger(__name__)


class Follower:
    """A thread that follows the change feed for all clients of a process."""

    def __init__(self, archive: Archive) -> None:
        """Take an archive, which stays open."""
        self._archive = archive
        self._index = True  # until its library proves not to be installed
        self._stops = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """End; returns when the thread has."""
        self._stops.set()
        self._ring()
        self._thread.join(PATIENCE + 1)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Provide an event of the running loop that each change sets; clear it before reading changes."""
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(entry)
        try:
            yield entry[1]
        finally:
            with self._lock:
                self._waiting.discard(entry)

    def _run(self) -> None:
        place, is_fresh = 0, True
        while not self._stops.is_set():
            try:
                if has_changed := self._archive.changes.watch(place, PATIENCE):
                    place = self._archive.changes.latest()
                    self._ring()
                if has_changed or not is_fresh:
                    is_fresh = self._update()
            except Exception as error:  # noqa: BLE001 -- without the thread every client would wait in vain
                if self._stops.is_set():
                    return
                _logger.warning("The archive cannot be followed: %s: %s", type(error).__name__, error)
                self._stops.wait(PATIENCE)

    def _update(self) -> bool:
        """Update the index; return False if another process is writing it, so that a retry is needed."""
        if not self._index:
            return True
        try:
            self._archive.search.update()
        except IndexBusy:
            return False
        except NotInstalled as error:
            self._index = False
            _logger.warning("There is no search: %s", error)
        return True

    def _ring(self) -> None:
        with self._lock:
            for loop, event in self._waiting:
                loop.call_soon_threadsafe(event.set)
