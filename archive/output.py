"""Standard output as a place for lines: each is out when it is told, and a reader that went away is noticed."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from archive.json_lines import to_line


class OutputUnusable(Exception):
    """Standard output cannot be written, though somebody reads it: a full disk, mostly; the message says why."""


class Output:
    """Tells JSON lines to a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def tell(self, line: Mapping[str, Any]) -> None:
        """Write a line, and let go of it: after that it is in the file or the pipe.

        Raises:
            BrokenPipeError: The reader has gone.
            OutputUnusable: It cannot be written; a part of the line may be out.
        """
        try:
            self._stream.write(to_line(dict(line)))
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            self.abandon()
            raise OutputUnusable(f"standard output cannot be written: {error.strerror}") from error

    def is_heard(self) -> bool:
        """Return whether somebody may still read: False for a pipe whose reader has gone."""
        if sys.platform == "win32":
            return True
        poll = select.poll()
        poll.register(self._stream.fileno(), 0)
        return not any(event & (select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))

    def abandon(self) -> None:
        """Let what is still held go nowhere, so that the interpreter does not trip over it when it ends."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
