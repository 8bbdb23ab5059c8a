"""The users of an embedded server: one locked file each, so that a killed one is noticed."""

from __future__ import annotations

import json
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.mongo.embedded import locks

if sys.platform != "win32":
    import fcntl


@dataclass(frozen=True, slots=True)
class User:
    """A process that uses the server.

    Attributes:
        pid: Its process id.
        program: Its name of itself.
        since: When it registered; ISO 8601, UTC.
    """

    pid: int
    program: str
    since: str


class Registration:
    """The locked file of a user in this process; its lock ends with the process."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor
        self._pid = os.getpid()

    def leave(self) -> None:
        """Remove the file; a second call, or one in a forked child, does nothing."""
        if self._descriptor is None or self._pid != os.getpid():
            return
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None


def register(directory: Path, program: str) -> Registration:
    """Return a new user's registration; to be called with the door held, so that its file is locked before a sweep."""
    pid = os.getpid()
    path = directory / f"{pid}-{secrets.token_hex(4)}"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    since = datetime.now(UTC).isoformat(timespec="seconds")
    with suppress(OSError):  # on a full disk the text may be missing
        os.write(descriptor, json.dumps({"pid": pid, "program": program, "since": since}).encode())
    return Registration(path, descriptor)


def living(directory: Path) -> list[User]:
    """Return the living users, oldest first."""
    users = [_read(path) for path in _marks(directory) if locks.is_held(path)]
    return sorted(users, key=lambda user: user.since)


def sweep(directory: Path) -> None:
    """Remove the files of users that died; to be called with the door held."""
    for path in _marks(directory):
        if not locks.is_held(path):
            path.unlink(missing_ok=True)


def _marks(directory: Path) -> list[Path]:
    return list(directory.iterdir()) if directory.is_dir() else []


def _read(path: Path) -> User:
    try:
        mark = json.loads(path.read_text(encoding="utf-8"))
        return User(int(mark["pid"]), str(mark["program"]), str(mark["since"]))
    except (OSError, ValueError, TypeError, KeyError):  # a full disk cut it short
        pid, _, _ = path.name.partition("-")
        return User(int(pid) if pid.isdecimal() else 0, "unknown", "")
