"""The directory with the embedded server's data and its users' files."""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

from archive.atomic_file import private_folder, replace_secret
from archive.errors import DataDirUnusable

_OWNER_ONLY = 0o700


class DataDir:
    """The paths in an embedded server's directory.

    Attributes:
        root: The directory; absolute, without symbolic links.
        database: Where mongod keeps its files.
        pid_file: Mongod's own lock file with its process id; empty after a clean end.
        key: The file with the server's secret.
        log: Mongod's log.
        keeper_log: The keeper's log.
        state: The file with the last port; without it the server gets a new one.
        door: The file that a process locks to start, stop or join the server.
        keeper_lock: The file that the keeper locks for its whole life.
        stay: The file that keeps the server running without users, until it is stopped.
        users: The directory with one locked file for each user.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "db"
        self.pid_file = self.database / "mongod.lock"
        self.key = root / "key"
        self.log = root / "mongod.log"
        self.keeper_log = root / "keeper.log"
        self.state = root / "server.json"
        self.door = root / "door.lock"
        self.keeper_lock = root / "keeper.lock"
        self.stay = root / "stay"
        self.users = root / "users"

    def read_port(self) -> int | None:
        """Return the port of the last start; None if it is unknown."""
        try:
            state: Any = json.loads(self.state.read_text(encoding="utf-8"))
            port = int(state["port"])
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return port if 1024 <= port < 65536 else None  # noqa: PLR2004 -- ports that need no privilege

    def write_port(self, port: int) -> None:
        """Save the port for the next start, so that running clients find the server again."""
        replace_secret(self.state, json.dumps({"port": port}).encode())


def open_data_dir(path: Path) -> DataDir:
    """Return a writable directory, made for its owner only if it was absent.

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
    """Close a directory to all but its owner; refuse another user's, and one in which others may have placed links.

    Raises:
        OSError: It is another user's, a link, or was writable for others and holds a link or another user's file.
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
        directory.chmod(state.st_mode & _OWNER_ONLY)  # the owner's own rights stay as they are


def unusable(path: Path, error: Exception) -> DataDirUnusable:
    """Return the error for a directory that cannot be used: the reason, and what to do."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return DataDirUnusable(
        f"The embedded MongoDB cannot use the directory {str(path)!r}: {reason}. "
        "Make it writable for this user, or set ARCHIVE_DATA_DIR to another one."
    )
