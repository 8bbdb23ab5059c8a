"""The directory in which the embedded server keeps its data, and those who use it keep their marks."""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.atomic_file import private_folder, replace_secret
from archive.errors import DataDirUnusable

_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class DataDir:
    """The paths in an embedded server's directory.

    Attributes:
        root: The directory; absolute, without symbolic links.
    """

    root: Path

    @property
    def database(self) -> Path:
        """Return where mongod keeps its files."""
        return self.root / "db"

    @property
    def pid_file(self) -> Path:
        """Return mongod's own lock file: its process id; empty after a clean end."""
        return self.database / "mongod.lock"

    @property
    def key(self) -> Path:
        """Return the file with the server's secret."""
        return self.root / "key"

    @property
    def log(self) -> Path:
        """Return mongod's log."""
        return self.root / "mongod.log"

    @property
    def keeper_log(self) -> Path:
        """Return the keeper's log."""
        return self.root / "keeper.log"

    @property
    def state(self) -> Path:
        """Return the file that remembers the port; losing it costs nothing but a new port."""
        return self.root / "server.json"

    @property
    def door(self) -> Path:
        """Return the file whose lock is held by whoever starts or stops the server, or comes to use it."""
        return self.root / "door.lock"

    @property
    def keeper_lock(self) -> Path:
        """Return the file whose lock the keeper holds as long as it lives."""
        return self.root / "keeper.lock"

    @property
    def stay(self) -> Path:
        """Return the file whose presence keeps the server up without users, until it is stopped."""
        return self.root / "stay"

    @property
    def users(self) -> Path:
        """Return the directory with one locked file for each user."""
        return self.root / "users"

    def read_port(self) -> int | None:
        """Return the port of the last start; None if none is remembered, or not readably."""
        try:
            state: Any = json.loads(self.state.read_text(encoding="utf-8"))
            port = int(state["port"])
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return port if 1024 <= port < 65536 else None  # noqa: PLR2004 -- ports that need no privilege

    def write_port(self, port: int) -> None:
        """Remember the port for the next start, so that running clients find the server again."""
        replace_secret(self.state, json.dumps({"port": port}).encode())


def open_data_dir(path: Path) -> DataDir:
    """Return a directory that was seen to be writable, made if it was absent, for its owner only.

    Raises:
        DataDirUnusable: It cannot be made or written; the message has the reason.
    """
    try:
        data = DataDir(path.expanduser().resolve())
        for directory in (data.root, data.database, data.users):
            private_folder(directory)
            _make_private(directory)
        with tempfile.TemporaryFile(dir=data.root), tempfile.TemporaryFile(dir=data.database):
            pass
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links; ValueError: a NUL
        fault = unusable(path, error)
        raise fault from error
    return data


def _make_private(directory: Path) -> None:
    """Take a directory from all but its owner; refuse another user's, or one in which others may have planted links.

    Raises:
        OSError: It is another user's, a link, or was open to others and holds what is not ours.
    """
    state = directory.lstat()
    if not stat.S_ISDIR(state.st_mode):
        raise OSError(errno.ENOTDIR, f"{directory} is a link or no directory", str(directory))
    if state.st_uid != os.geteuid():
        raise OSError(errno.EPERM, f"{directory} belongs to another user", str(directory))
    if state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        for path in directory.iterdir():
            if path.is_symlink() or path.lstat().st_uid != os.geteuid():
                raise OSError(errno.EPERM, f"others could write in it, and {path} is a link or another's", str(path))
    if state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        directory.chmod(state.st_mode & _OWNER_ONLY)  # what its owner may not do stays so


def unusable(path: Path, error: Exception) -> DataDirUnusable:
    """Return the error for a directory that cannot be used: the reason, and what to do."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return DataDirUnusable(
        f"The embedded MongoDB cannot use the directory {str(path)!r}: {reason}. "
        "Make it writable for this user, or set ARCHIVE_DATA_DIR to another one."
    )
