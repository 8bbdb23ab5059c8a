"""Files that are written whole or not at all: a reader never sees half of one."""

from __future__ import annotations

import errno
import glob
import gzip
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

import zstandard

from archive.errors import ArchiveError

PACKED: Final = (".gz", ".zst")
"""The endings of packed files."""

_BUFFER: Final = 1024 * 1024  # bytes
_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 3

if sys.platform != "win32":
    import fcntl


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become the file once all of them are on the disk; after an error there is no trace.

    What a killed process left beside the file is removed. The same bytes give the same file: no time, no name in it.

    Args:
        path: The file; what was there is replaced. Ending in `.gz` or `.zst`, it is packed.

    Raises:
        FileExistsError: There is something else than a file: a folder, a device, a pipe.
    """
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is no file that could be replaced", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb", buffering=_BUFFER) as file:
            _lock(file.fileno())
            with packing(file, path.suffix) as stream:
                yield stream
            file.flush()
            os.fsync(file.fileno())
            beside.replace(path)  # while the lock is held: nobody takes it for what a dead process left
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def packing(file: BinaryIO, ending: str) -> Iterator[BinaryIO]:
    """Give a stream that packs into a file as an ending says; one that packs nothing for any other ending."""
    with ExitStack() as stack:
        if ending == ".gz":
            packed = gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0)
            yield cast("BinaryIO", stack.enter_context(packed))
        elif ending == ".zst":
            compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
            yield cast("BinaryIO", stack.enter_context(compressor.stream_writer(file, closefd=False)))
        else:
            yield file


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are absent, for its owner only whatever the umask."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)


def replace(path: Path, content: bytes) -> None:
    """Put a small file in the place of another, so that a reader finds the one or the other, whole.

    A process that is killed at any moment leaves one of them; so does a machine, on file systems that write a file
    before its new name (ext4, xfs, btrfs).
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.write_bytes(content)
    beside.replace(path)


def replace_secret(path: Path, content: bytes) -> None:
    """Put a small file in the place of another like `replace`; at no moment can anybody but its owner open it."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _sweep(path: Path) -> None:
    """Remove what dead processes left beside a file; a living one holds a lock on its own."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.new"):
        with suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_CLOEXEC)
            try:
                _lock(descriptor)
                left.unlink()
            finally:
                os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock a file.

    Raises:
        BlockingIOError: Another holds it.
    """
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileNotWritten(ArchiveError):
    """A file could not be written; what was there before is as it was."""


@contextmanager
def atomic_text(path: Path) -> Iterator[BinaryIO]:
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
