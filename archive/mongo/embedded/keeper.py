"""The keeper of an embedded server: a small process that restarts it after a crash and stops it after its last user.

It has no state that matters: if it is killed, the next process that uses the server, or looks at it, starts another.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from archive.errors import ArchiveError, DataDirUnusable
from archive.mongo.embedded import locks, mongod, users
from archive.mongo.embedded.data_dir import DataDir

LINGER = 3.0
"""Seconds from the last user's leaving to the server's end: commands often follow one another."""

_POLL = 0.5  # seconds
_SPAWN_LIMIT = 30.0  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0  # seconds between two restarts of a server that crashes again and again

_log = logging.getLogger(__name__)


def ensure(data: DataDir) -> None:
    """Start a directory's keeper unless it has one; to be called with the door held."""
    if locks.is_held(data.keeper_lock):
        return
    program = [sys.executable, "-m", __name__, str(data.root)]
    environment = mongod.environment() | {"PYTHONPATH": str(Path(__file__).parents[3])}
    try:
        with open(data.keeper_log, "ab", opener=partial(os.open, mode=0o600)) as log:
            subprocess.run(  # noqa: S603 -- our own command line
                program,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd="/",
                start_new_session=True,
                timeout=_SPAWN_LIMIT,
                check=True,
            )
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("Nobody stops the embedded MongoDB after its last user (%s): `cmoney archive stop` does.", error)


class Keeper:
    """The work of a keeper, tick by tick."""

    def __init__(self, data: DataDir, lock: int) -> None:
        self._data = data
        self._lock = lock
        self._server = mongod.running(data)
        self._last_use = time.monotonic()
        self._pause = _FIRST_PAUSE
        self._next_restart = 0.0

    def watch(self) -> None:
        """Keep the server until it is not needed any more."""
        while self._is_needed():
            time.sleep(_POLL)

    def _is_needed(self) -> bool:
        if self._was_removed():
            self._stop()
            return False
        try:
            door = locks.take(self._data.door, f"{os.getpid()} (keeper)")
        except DataDirUnusable as error:  # the directory is being removed, or the fault is temporary
            _log.warning("%s", error)
            return True
        if door is None:  # a process starts, stops or joins
            self._last_use = time.monotonic()
            return True
        try:
            return self._tick()
        finally:
            os.close(door)

    def _was_removed(self) -> bool:
        """Return whether the directory was removed or moved while its server ran."""
        try:
            return not os.path.samestat(self._data.keeper_lock.stat(), os.fstat(self._lock))
        except FileNotFoundError:
            return True

    def _tick(self) -> bool:
        users.sweep(self._data.users)
        alive = mongod.running(self._data)
        self._server = alive or self._server
        if users.living(self._data.users) or self._data.stay.exists():
            self._last_use = time.monotonic()
            if alive is None and mongod.read_pid(self._data):  # it crashed; a clean stop was meant
                self._restart()
            return True
        if time.monotonic() - self._last_use < LINGER:  # also without a server: one may be starting
            return True
        if alive:
            self._stop()
        return False

    def _restart(self) -> None:
        if time.monotonic() < self._next_restart:
            return
        port = self._data.read_port()
        try:
            if port:
                self._server = mongod.launch(self._data, port)
                _log.warning("The server had crashed and was started again: process %d.", self._server.pid)
        except ArchiveError as error:
            _log.warning("The server crashed and cannot be started again: %s", error)
        self._next_restart = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _stop(self) -> None:
        if self._server:
            mongod.stop(self._server)


def main(root: str) -> None:
    """Keep the server of a directory in a process of its own, unless it has a keeper; return at once."""
    data = DataDir(Path(root))
    lock = locks.take(data.keeper_lock, "")
    if lock is None or os.fork():
        os._exit(0)  # the starting process need not wait
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    Keeper(data, lock).watch()


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    main(sys.argv[1])
