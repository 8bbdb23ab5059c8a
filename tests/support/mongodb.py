"""A real MongoDB for tests: one server a session with a database a test, and servers to be killed.

Fixtures: `mongod` (the session's embedded server), `uri` (its address), `connection` (to it), `database` (with an empty
archive; a program under test gets `uri` and `database.name`), `archive` (the one in `database`) and `bare_database`
(without an archive). Tests that kill, stop or lock their server start one of their own with `serving`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from archive.archive import Archive
from archive.mongo.client import Connection, connect
from archive.mongo.database import Document
from archive.mongo.embedded.mongod import find_program, free_port
from archive.mongo.embedded.server import Lease, start, stop
from tests.support.empty_archives import EmptyArchives, fresh_name

USER, PASSWORD = "archivist", "pass-of-the-tests"
ROOM = 8 * 1024**3
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").free > ROOM else None  # noqa: S108
"""Where servers of tests keep their data: in memory, where there is room, since every write of theirs is synced."""

LIMIT = 60.0  # seconds that anything here may take at most


@dataclass(slots=True)
class Mongod:
    """A server of a test's own, to be killed and started again at the same port.

    Attributes:
        directory: Where it keeps its data; must exist.
        replica_set: The name of its set; None for a single server without replication.
        auth: Whether it asks for a password: `USER` and `PASSWORD`.
        port: Where it listens.
    """

    directory: Path
    replica_set: str | None = "rs0"
    auth: bool = False
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def uri(self) -> str:
        """Return its address, with the right password if it asks for one."""
        return self.uri_for(USER, PASSWORD) if self.auth else f"mongodb://{self.host}/"

    def uri_for(self, user: str, password: str) -> str:
        """Return its address for a user."""
        return f"mongodb://{user}:{password}@{self.host}/"

    def start(self) -> None:
        """Start it, or start it again, and wait until it can be written."""
        with (self.directory / "mongod.log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log, start_new_session=True)
        with _direct(self) as client:
            wait_until(lambda: self._is_writable(client))

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it cleanly; a stopped or killed one stays as it is."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(number)
            self._process.wait(LIMIT)
            self._process = None

    def _command(self) -> list[str]:
        words = [str(find_program()), "--dbpath", str(self.directory), "--port", str(self.port)]
        words += ["--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.25"]
        words += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        words += ["--replSet", self.replica_set] if self.replica_set else []
        if self.auth:
            key_file = self.directory / "key"
            key_file.write_text("a2V5" * 16, encoding="ascii")
            key_file.chmod(0o600)
            words += ["--auth", "--keyFile", str(key_file)]
        return words

    def _is_writable(self, client: MongoClient[Document]) -> bool:
        try:
            hello = client.admin.command("hello")
            if self.replica_set and not hello.get("setName"):
                members = [{"_id": 0, "host": self.host}]
                client.admin.command("replSetInitiate", {"_id": self.replica_set, "members": members})
        except OperationFailure:  # with a password, replSetInitiate is refused once the set exists
            return False
        return bool(hello.get("isWritablePrimary"))

    def add_user(self) -> None:
        """Create `USER`, as a server without any user allows from its own machine."""
        with _direct(self) as client:
            client.admin.command("createUser", USER, pwd=PASSWORD, roles=["root"])


@contextmanager
def serving(*, replica_set: str | None = "rs0", auth: bool = False) -> Iterator[Mongod]:
    """Give a running server of one's own, which is stopped and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="mongod-", dir=MEMORY) as directory:
        server = Mongod(Path(directory), replica_set, auth)
        try:
            server.start()
            if auth:
                server.add_user()
            yield server
        finally:
            server.kill()


@contextmanager
def fresh_database(connection: Connection) -> Iterator[Database[Document]]:
    """Give a database that nobody else uses, dropped afterwards."""
    name = fresh_name()
    try:
        yield connection.database(name)
    finally:
        connection.client.drop_database(name)


def wait_until(condition: Callable[[], Any], seconds: float = LIMIT) -> None:
    """Wait until a condition holds, and fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds} s: {condition}"
        time.sleep(0.05)


def open_for_migration(uri: str, database: str) -> Archive:
    """Return an archive whatever its schema's version, or a database without one."""
    return Archive.from_settings({"MONGODB_URI": uri, "MONGODB_DATABASE": database}, for_migration=True)


@pytest.fixture(scope="session")
def mongod() -> Iterator[Lease]:
    """Give the session's server; it has a `uri`, and stops also when the tests are killed."""
    with tempfile.TemporaryDirectory(prefix="archive-tests-", dir=MEMORY) as directory:
        lease = start(Path(directory), "tests")
        yield lease
        lease.release()
        stop(Path(directory), in_use=True)


@pytest.fixture
def uri(mongod: Lease) -> str:
    """Return the address of the session's server."""
    return mongod.uri


@pytest.fixture(scope="session")
def connection(mongod: Lease) -> Iterator[Connection]:
    """Give a connection to the session's server."""
    with connect(mongod.uri, Path(os.devnull), app_name="tests") as opened:
        yield opened


@pytest.fixture(scope="session")
def empty_archives(connection: Connection) -> EmptyArchives:
    """Give the empty archives of the session's server."""
    return EmptyArchives(connection)


@pytest.fixture
def database(empty_archives: EmptyArchives) -> Iterator[Database[Document]]:
    """Give a database with an empty archive."""
    database = empty_archives.take()
    yield database
    empty_archives.give_back(database)


@pytest.fixture
def bare_database(connection: Connection) -> Iterator[Database[Document]]:
    """Give a fresh database without an archive, dropped afterwards."""
    with fresh_database(connection) as fresh:
        yield fresh


@pytest.fixture
def archive(uri: str, database: Database[Document]) -> Iterator[Archive]:
    """Give the empty archive in `database`."""
    with Archive.open(uri, database.name) as opened:
        yield opened


def _direct(server: Mongod) -> MongoClient[Document]:
    return MongoClient(server.host, directConnection=True, serverSelectionTimeoutMS=int(LIMIT * 1000))
