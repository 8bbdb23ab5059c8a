"""The embedded server: one mongod for all processes that use a directory at the same time.

A process registers as a user (`users`), starts the server if none runs, and makes sure that there is a keeper
(`keeper`), which stops the server after its last user. One process at a time does this: it holds the door (`locks`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from archive.errors import NoArchive, ServerNotStarted, StillInUse
from archive.mongo.embedded import credentials, keeper, locks, mongod, processes, users
from archive.mongo.embedded.data_dir import DataDir, open_data_dir, unusable
from archive.mongo.embedded.mongod import Server
from archive.mongo.embedded.replica_set import make_writable

_DOOR_LIMIT = mongod.START_LIMIT + mongod.STOP_LIMIT  # seconds; longer than one start or one stop
_PORT_TRIES = 5

_log = logging.getLogger(__name__)


class Lease:
    """A process's use of the embedded server, which runs until the last lease is released or its process ends."""

    def __init__(self, data: DataDir, server: Server, registration: users.Registration) -> None:
        self._data = data
        self._server = server
        self._registration = registration

    @property
    def uri(self) -> str:
        """The server's address with the password of its owner: never to be shown."""
        return _uri(self._data, self._server, credentials.OWNER)

    @property
    def directory(self) -> Path:
        """The directory in which the server works."""
        return self._data.root

    def ensure_running(self) -> None:
        """Start the server again, at the same port, if it does not run.

        Raises:
            ServerNotStarted: It did not start, or another program took its port meanwhile.
            ArchiveError: See `start`.
        """
        with _at_the_door(self._data):
            server = _serve(self._data)
        if server.port != self._server.port:
            raise ServerNotStarted(
                f"Another program took port {self._server.port} while the embedded MongoDB was away; "
                f"it now listens at port {server.port}. Connect again, or start the program again."
            )
        self._server = server

    def release(self) -> None:
        """Leave the server; a second call, or one in a forked child, does nothing."""
        self._registration.leave()


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an embedded server.

    Attributes:
        directory: Where it keeps its data and its log (`mongod.log`).
        server: The running server; None if none runs.
        users: The processes that use it, oldest first.
        is_kept: Whether it has a keeper, which starts it again after a crash.
        stays: Whether it runs until `stop`, rather than until its last user has left.
        reader_uri: The server's address with the password of an account that reads everything and writes nothing; None
            if no server runs.
    """

    directory: Path
    server: Server | None
    users: tuple[users.User, ...]
    is_kept: bool
    stays: bool
    reader_uri: str | None


def start(data_dir: Path, program: str, *, create: bool = True) -> Lease:
    """Return a lease on the writable server of a directory; it is started unless it runs.

    Args:
        data_dir: The directory.
        program: Name of the program that uses it, for others.
        create: Whether to make the directory if it is absent.

    Raises:
        NoArchive: No server ever worked in the directory, and it is not to be made.
        NoEmbeddedServer: This platform has none.
        DataDirUnusable: The directory cannot be made, written or locked.
        ServerNotStarted: It did not start; the message quotes its log.
        DiskFull: It did not start, and its disk is full.
        DatabaseUnavailable: Another process has been starting or stopping it for too long.
    """
    mongod.find_program()
    if not create:
        _refuse_absent(data_dir)
    data = open_data_dir(data_dir)
    with _at_the_door(data):
        registration = users.register(data.users, program)
        try:
            return Lease(data, _serve(data), registration)
        except BaseException:
            registration.leave()
            raise


def _refuse_absent(data_dir: Path) -> None:
    try:
        absent = not DataDir(data_dir.expanduser()).database.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        fault = unusable(data_dir, error)
        raise fault from error
    if absent:
        raise NoArchive(
            f"there is no archive at {data_dir}: crawl or restore one first, or correct ARCHIVE_DATA_DIR or "
            "MONGODB_URI."
        )


def stay(data_dir: Path) -> Status:
    """Start the server of a directory unless it runs, keep it running until `stop`, and return its state.

    Args:
        data_dir: The directory; there must have been a server in it.

    Raises:
        NoArchive: No server ever worked in the directory.
        ArchiveError: See `start`.
    """
    lease = start(data_dir, "archive start", create=False)
    try:
        data = DataDir(lease.directory)
        with _at_the_door(data):
            data.stay.touch(mode=0o600)
    finally:
        lease.release()
    return status(data_dir)


def status(data_dir: Path) -> Status:
    """Return the state of the server of a directory; an absent directory has none.

    Raises:
        DataDirUnusable: It runs, and its secret is missing.
    """
    data = DataDir(data_dir.expanduser().resolve())
    alive = tuple(users.living(data.users))
    server = mongod.running(data)
    reader = _uri(data, server, credentials.READER) if server and server.is_guarded else None
    return Status(data.root, server, alive, locks.is_held(data.keeper_lock), data.stay.exists(), reader)


def stop(data_dir: Path, *, in_use: bool = False) -> bool:
    """Stop the server of a directory and its keeper; return whether a server ran.

    Args:
        data_dir: The directory.
        in_use: Whether to stop it while other processes use it.

    Raises:
        StillInUse: Other processes use it.
        DatabaseUnavailable: It does not end.
    """
    data = DataDir(data_dir.expanduser().resolve())
    if not data.database.is_dir():
        return False
    with _at_the_door(data):
        users.sweep(data.users)
        if not in_use and (living := users.living(data.users)):
            named = ", ".join(f"{user.program} (process {user.pid})" for user in living)
            raise StillInUse(f"The embedded MongoDB in {str(data.root)!r} is used by {named}. End them first.")
        _dismiss_keeper(data)
        data.stay.unlink(missing_ok=True)
        server = mongod.running(data)
        if server:
            mongod.stop(server)
    return server is not None


@contextmanager
def _at_the_door(data: DataDir) -> Iterator[None]:
    """Hold the door: only its holder starts or stops the server, or registers as a user.

    Raises:
        DataDirUnusable: A file in the directory could not be read or written.
        DatabaseUnavailable: Another process has held the door for too long.
    """
    with locks.held(data.door, _DOOR_LIMIT):
        try:
            yield
        except OSError as error:
            fault = unusable(data.root, error)
            raise fault from error


def _serve(data: DataDir) -> Server:
    """Return the directory's server, running, writable and kept; with the door held.

    Raises:
        ServerNotStarted: See `start`.
    """
    users.sweep(data.users)
    running = _guarded(data, mongod.running(data))
    keeper.ensure(data)  # before the server: a process that is killed during the start leaves no orphan
    try:
        server = _writable(data, running or _launch(data))
    except ServerNotStarted:
        if running is None or mongod.running(data):
            raise
        server = _writable(data, _launch(data))  # the running one was dying
    data.write_port(server.port)
    keeper.ensure(data)  # the running keeper may have been dying, too
    return server


def _guarded(data: DataDir, server: Server | None) -> Server | None:
    """Return the running server if it requires a password; one of an earlier version, which does not, is stopped.

    Raises:
        StillInUse: Processes of that version use it.
    """
    if server is None or server.is_guarded:
        return server
    others = [user for user in users.living(data.users) if user.pid != os.getpid()]
    if others:
        named = ", ".join(f"{user.program} (process {user.pid})" for user in others)
        raise StillInUse(
            f"The embedded MongoDB in {str(data.root)!r} was started by an earlier version of this program, without a "
            f"password, and is used by {named}. End them first."
        )
    _dismiss_keeper(data)
    mongod.stop(server)
    return None


def _uri(data: DataDir, server: Server, account: str) -> str:
    login = f"{account}:{credentials.password(data, account)}"
    return f"mongodb://{login}@{mongod.HOST}:{server.port}/?replicaSet={mongod.REPLICA_SET}"


def _writable(data: DataDir, server: Server) -> Server:
    """Return a server once it is writable.

    Raises:
        ServerNotStarted: It cannot; the message quotes its log.
    """
    try:
        make_writable(server, data, mongod.START_LIMIT)
    except ServerNotStarted as error:
        words = mongod.last_words(data.log)
        raise ServerNotStarted(f"{error} Its log ends:{os.linesep}{words}") from error
    return server


def _launch(data: DataDir) -> Server:
    """Return a new server at the port of the last one, where its clients find it, or else at a free port."""
    port = data.read_port() or mongod.free_port()
    for _ in range(_PORT_TRIES):
        try:
            return mongod.launch(data, port)
        except mongod.PortTaken as error:
            _log.warning("%s The embedded MongoDB takes another.", error)
            port = mongod.free_port()
    return mongod.launch(data, port)


def _dismiss_keeper(data: DataDir) -> None:
    """End the keeper, so that it does not restart the server; nothing is lost with it."""
    if not locks.is_held(data.keeper_lock):
        return
    try:
        process = psutil.Process(int(data.keeper_lock.read_text(encoding="ascii")))
        if str(data.root) in process.cmdline():
            processes.end(process.pid, mongod.STOP_LIMIT)
    except (psutil.Error, ValueError):  # it ended just now, or has not written its id yet
        return
