"""Locks on files, which the system frees when their process ends.

filelock cannot replace it: it can test a lock only by taking it, so that two tests at one time disturb each other.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.errors import DatabaseUnavailable
from archive.mongo.embedded.data_dir import unusable

if sys.platform != "win32":
    import fcntl

_POLL = 0.03  # seconds
_OWNER_ONLY = 0o600


def take(path: Path, mark: str) -> int | None:
    """Return the descriptor that holds a file's lock, or None if another process has it; closing it frees the lock.

    Args:
        path: The file; made if absent. It must not be removed while a process may wait for it.
        mark: Written into the file, for processes that find it locked.

    Raises:
        DataDirUnusable: The file cannot be opened, or its file system has no locks.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _OWNER_ONLY)
    except OSError as error:
        fault = unusable(path.parent, error)
        raise fault from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError as error:
        os.close(descriptor)
        fault = unusable(path.parent, error)
        raise fault from error
    with suppress(OSError):  # on a full disk the mark may be missing
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, mark.encode(), 0)
    return descriptor


def is_held(path: Path) -> bool:
    """Return whether a process holds a file's lock; False if there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: tests at one time do not collide
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def held(path: Path, patience: float) -> Iterator[None]:
    """Hold a file's lock.

    Args:
        path: The file; made if absent.
        patience: Seconds to wait for another holder.

    Raises:
        DatabaseUnavailable: Another process has held it for longer; the message names it.
        DataDirUnusable: See `take`.
    """
    deadline = time.monotonic() + patience
    while (descriptor := take(path, str(os.getpid()))) is None:
        if time.monotonic() >= deadline:
            raise DatabaseUnavailable(
                f"Another process ({_mark_of(path)}) has been starting or stopping the embedded MongoDB in "
                f"{str(path.parent)!r} for {patience:.0f} s. Wait for it, or end it."
            )
        time.sleep(_POLL)
    try:
        yield
    finally:
        os.close(descriptor)


def _mark_of(path: Path) -> str:
    mark = path.read_text(encoding="utf-8", errors="replace").strip()
    return f"process {mark}" if mark else "unknown"
