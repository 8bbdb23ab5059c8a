"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveError


class FileNotWritten(ArchiveError):
    """A file could not be written; what was there before is as it was."""


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to be written beside a path, which takes its place once it is written to the end and durable.

    What is raised inside leaves the path as it was. A process killed inside leaves a `.part` file of its own behind.

    Args:
        path: Where the file is to be.

    Raises:
        FileNotWritten: It cannot be: no such directory, no right, no room.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with beside.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise FileNotWritten(f"{path} cannot be written: {error.strerror or error}.") from error
