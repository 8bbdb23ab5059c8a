"""Atomic writes: a file is written completely or not at all."""

from __future__ import annotations

import errno
import glob
import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

import zstandard

from archive.errors import ArchiveError, DiskFull

PACKED: Final = (".gz", ".zst")
"""The endings of compressed files."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BUFFER: Final = 1024 * 1024  # bytes
_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 3

if sys.platform != "win32":
    import fcntl


class FileNotWritten(ArchiveError):
    """A file cannot be written; a former file of its name is unchanged."""


def unwritable(path: Path | str, error: OSError) -> FileNotWritten | DiskFull:
    """Return the error for a file that cannot be written: no room, or a wrong place."""
    if error.errno in _NO_ROOM:
        return DiskFull(f"{path} cannot be written: {error.strerror}. Free some room, then run again.")
    return FileNotWritten(
        f"{path} cannot be written: {error.strerror or error}. Name another place, or correct this one."
    )


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Translate an operating system's error meanwhile.

    Raises:
        FileNotWritten: The path cannot be written: no right, or a wrong place.
        DiskFull: There is no room.
    """
    try:
        yield
    except OSError as error:
        fault = unwritable(path, error)
        raise fault from error


@contextmanager
def atomic_write(path: Path, *, pack: bool = True, folders: bool = True) -> Iterator[BinaryIO]:
    """Provide a stream whose bytes become the file once all of them are on the disk; an error leaves no trace.

    Leftovers of killed processes beside the file are removed. The same bytes give the same file, without time or name.

    Args:
        path: The file; a former one is replaced.
        pack: Whether it is compressed if it ends in `.gz` or `.zst`.
        folders: Whether to make absent folders above it.

    Raises:
        FileNotWritten: No right to write it, or the path is a folder, a device or a pipe.
        DiskFull: There is no room.
    """
    with writing(path), _written_whole(path, pack=pack, folders=folders) as stream:
        yield stream


@contextmanager
def _written_whole(path: Path, *, pack: bool, folders: bool) -> Iterator[BinaryIO]:
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is no file that could be replaced", str(path))
    if folders:
        path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path)
    beside = _beside(path)
    try:
        with beside.open("wb", buffering=_BUFFER) as file:
            _lock(file.fileno())
            with packing(file, path.suffix if pack else "") as stream:
                yield stream
            file.flush()
            os.fsync(file.fileno())
            beside.replace(path)  # while the lock is held: else another process takes it for a leftover
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def packing(file: BinaryIO, ending: str) -> Iterator[BinaryIO]:
    """Provide a stream that compresses into a file by its ending; not at all for another ending."""
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
    """Make a folder and the absent ones above it, for its owner only, whatever the umask."""
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)


def replace(path: Path, content: bytes) -> None:
    """Replace a small file atomically.

    It survives a kill at any moment, and a crash of the machine on file systems that write a file before its new name
    (ext4, xfs, btrfs).

    Raises:
        OSError: It cannot be written; the former file is unchanged.
    """
    beside = _beside(path)
    try:
        with beside.open("wb") as file:
            _lock(file.fileno())
            file.write(content)
            file.flush()
            beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def replace_secret(path: Path, content: bytes) -> None:
    """Replace a small file like `replace`, durably; at no moment can another user open it."""
    sweep(path)
    beside = _beside(path)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _lock(descriptor)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        beside.replace(path)


def sweep(path: Path) -> None:
    """Remove the leftovers of dead processes beside a file; a living one holds a lock on its file."""
    beside = f".{glob.escape(path.name)}.*"
    for left in (*path.parent.glob(f"{beside}.new"), *path.parent.glob(f"{beside}.part")):
        with suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_CLOEXEC)
            try:
                _lock(descriptor)
                left.unlink()
            finally:
                os.close(descriptor)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def _lock(descriptor: int) -> None:
    """Lock a file.

    Raises:
        BlockingIOError: Another holds it.
    """
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
