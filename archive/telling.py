"""Telling the feed to standard output: until all is told, a limit is reached, a signal comes or nobody reads."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from archive.feed import Feed
from archive.output import Output
from archive.place import Place


class Telling:
    """Telling changes to standard output until there is no more, the limit is reached or a signal comes."""

    def __init__(self, feed: Feed, cursor: str, place: Place | None, limit: int | None, *, follow: bool) -> None:
        """Take what is to be told.

        Args:
            feed: The feed.
            cursor: Where to begin.
            place: Where to keep what is reached; None for nowhere.
            limit: Lines at most; None for no limit.
            follow: Whether to wait for more when all is told.
        """
        self._feed = feed
        self._cursor = cursor
        self._place = place
        self._left = limit
        self._follow = follow
        self._signal = 0
        self._waits = False

    def run(self) -> int:
        """Tell; return the exit status: 0, or 128 and the signal's number where it cut short what was to be told.

        Raises:
            OutputUnusable: Standard output cannot be written; the place is before the line that is not out.
            PlaceUnusable: The place cannot be kept.
            ArchiveError: The archive cannot be read.
        """
        output = Output(sys.stdout.buffer)
        with self._heeding_signals():
            self._reach(self._cursor)  # so that one that is killed before the first line begins there again
            try:
                while self._goes_on(output):
                    continue
            except _Signalled:  # while it waited: all is told
                self._waits = False
            except BrokenPipeError:
                output.abandon()
        return 0 if self._follow or not self._signal else 128 + self._signal

    def _goes_on(self, output: Output) -> bool:
        """Tell a batch, or wait for one; return whether to go on."""
        before = self._cursor
        batch = self._feed.read(before)
        for line in batch.lines:
            if self._is_done():
                return False
            output.tell(line)
            self._reach(line["cursor"])
            self._left = None if self._left is None else self._left - 1
        if self._is_done():
            return False
        if batch.cursor == before:
            return self._follow and self._wait(output)
        if batch.cursor != self._cursor:  # past changes that are not for this reader
            self._reach(batch.cursor)
        return True

    def _is_done(self) -> bool:
        return bool(self._signal) or self._left == 0

    def _reach(self, cursor: str) -> None:
        self._cursor = cursor
        if self._place:
            self._place.keep(cursor)

    def _wait(self, output: Output) -> bool:
        self._waits = True
        if self._signal:
            return False
        self._feed.wait(self._cursor)
        self._waits = False
        return output.is_heard()

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        """Let SIGTERM and Ctrl-C end a wait at once, and anything else after the line that is being told."""
        before = {number: signal.signal(number, self._heed) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heed(self, number: int, _: FrameType | None) -> Any:
        self._signal = number
        if self._waits:
            self._waits = False
            raise _Signalled


class _Signalled(BaseException):
    """A signal came while there was nothing to tell; no error, so that nobody on the way takes it for one."""
