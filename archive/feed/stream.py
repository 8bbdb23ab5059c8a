"""The change feed as a stream of lines, with a cursor file beside it."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from archive.atomic_file import FileNotWritten, replace, sweep, unwritable, writing
from archive.feed.changes import Feed
from archive.json_text import to_line
from archive.model.change import WrongCursor


class LineWriter:
    """Writes JSON lines to a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def tell(self, line: Mapping[str, Any]) -> None:
        """Write a line and flush it to the file or pipe.

        Raises:
            BrokenPipeError: The reader has gone.
            FileNotWritten: It cannot be written; a part of the line may be out.
            DiskFull: The disk is full; a part of the line may be out.
        """
        try:
            self._stream.write(to_line(dict(line)))
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            self.abandon()
            fault = unwritable("standard output", error)
            raise fault from error

    def is_heard(self) -> bool:
        """Return whether the output may still have a reader: False for a pipe whose reader has gone."""
        if sys.platform == "win32":
            return True
        poll = select.poll()
        poll.register(self._stream.fileno(), 0)
        return not any(event & (select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))

    def abandon(self) -> None:
        """Discard buffered output, so that the interpreter's exit does not fail on it."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


class CursorFile:
    """A file with a cursor.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        sweep(path)

    def read(self) -> str | None:
        """Return the saved cursor; None without a file.

        Raises:
            WrongCursor: The file is empty or has no text: the reader's position is lost.
            FileNotWritten: It cannot be read, or is a folder, a device or a pipe, which cannot store a cursor.
        """
        if self.path.exists() and not self.path.is_file():
            raise FileNotWritten(f"The cursor's file {self.path} cannot be used: it is no regular file.")
        try:
            kept = self.path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            kept = ""
        except OSError as error:
            raise FileNotWritten(f"The cursor's file {self.path} cannot be used: {error.strerror}.") from error
        if not kept:
            raise WrongCursor(f"{self.path} holds no cursor: put one in, or remove it to begin anew")
        return kept

    def keep(self, cursor: str) -> None:
        """Save a cursor atomically.

        Raises:
            FileNotWritten: It cannot be written.
            DiskFull: The disk is full.
        """
        with writing(self.path):
            replace(self.path, f"{cursor}\n".encode("ascii"))


class FeedStream:
    """Prints changes to standard output until the end, the limit or a signal."""

    def __init__(self, feed: Feed, cursor: str, place: CursorFile | None, limit: int | None, *, follow: bool) -> None:
        """Prepare the stream.

        Args:
            feed: The feed.
            cursor: Where to begin.
            place: Where to save the cursor; None for nowhere.
            limit: Lines at most; None for no limit.
            follow: Whether to wait for more at the end.
        """
        self._feed = feed
        self._cursor = cursor
        self._place = place
        self._left = limit
        self._follow = follow
        self._is_signalled = False
        self._waits = False

    def run(self) -> bool:
        """Write the lines; return whether all are written, rather than cut short by a signal.

        Raises:
            ArchiveError: Standard output cannot be written, and the saved cursor is before the missing line; or the
                cursor cannot be saved, or the archive cannot be read.
        """
        output = LineWriter(sys.stdout.buffer)
        with self._heeding_signals():
            self._reach(self._cursor)  # so that one that is killed before the first line begins there again
            try:
                while self._goes_on(output):
                    continue
            except _Signalled:  # while it waited: all is written
                self._waits = False
            except BrokenPipeError:
                output.abandon()
        return self._follow or not self._is_signalled

    def _goes_on(self, output: LineWriter) -> bool:
        """Write a batch, or wait for one; return whether to go on."""
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
        return self._is_signalled or self._left == 0

    def _reach(self, cursor: str) -> None:
        self._cursor = cursor
        if self._place:
            self._place.keep(cursor)

    def _wait(self, output: LineWriter) -> bool:
        self._waits = True
        if self._is_signalled:
            return False
        self._feed.wait(self._cursor)
        self._waits = False
        return output.is_heard()

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        """Let SIGTERM and Ctrl-C end a wait at once, and a write after the current line."""
        before = {number: signal.signal(number, self._heed) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heed(self, _number: int, _frame: FrameType | None) -> Any:
        self._is_signalled = True
        if self._waits:
            self._waits = False
            raise _Signalled


class _Signalled(BaseException):
    """A signal came during a wait; no `Exception`, so that no handler on the way catches it."""
