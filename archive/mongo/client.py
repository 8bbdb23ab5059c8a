"""The connection to MongoDB: the server that MONGODB_URI names, or the embedded one."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pymongo
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from archive.errors import NotReplicaSet, WrongAddress
from archive.mongo.command_times import CommandTimes
from archive.mongo.database import Document, translating_errors
from archive.mongo.driver_errors import translate
from archive.mongo.embedded import server
from archive.mongo.uri import MALFORMED, is_well_formed, option_names, redacted

PATIENCE = 10.0
"""Seconds within which a server must answer the first command of a connection."""

_LOOPBACK = ("127.", "localhost", "[::1]")  # here compression on the wire only costs

_FAREWELL = 1.0  # seconds: closing the driver's client sends a command, and would wait long for a server that is gone

_ALWAYS: Mapping[str, Any] = {
    "tz_aware": True,
    "tzinfo": UTC,
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    "retryWrites": True,
    "retryReads": True,
    "uuidRepresentation": "standard",
}
"""Options that the archive's guarantees need: with w=1 acknowledged writes were lost."""

_UNLESS_GIVEN: Mapping[str, Any] = {
    "serverSelectionTimeoutMS": 20_000,  # longer than the election of a new primary, which takes about 12 s
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 120_000,  # a network that swallows packets must not hold a crawl for ever
}


class Connection:
    """An open connection; a context manager, which closes it.

    Attributes:
        client: The driver's client, to be used from any thread.
        uri: The address, with its password: never to be shown.
        shown: The address as it may be shown.
        times: How long its commands took.
    """

    def __init__(
        self, client: MongoClient[Document], uri: str, lease: server.Lease | None, times: CommandTimes
    ) -> None:
        self.client = client
        self.times = times
        self.uri = uri
        self.shown = redacted(uri)
        self._lease = lease

    @property
    def is_embedded(self) -> bool:
        """Whether this is the embedded server."""
        return self._lease is not None

    @property
    def is_up(self) -> bool:
        """Whether the driver knows a writable server; no command is sent."""
        return self.client.topology_description.has_writable_server()

    @property
    def place(self) -> str:
        """The server's address without its password, or the embedded server's directory."""
        return str(self._lease.directory) if self._lease else self.shown

    def database(self, name: str) -> Database[Document]:
        """Return a database of this server."""
        return self.client[name]

    def ensure_running(self) -> None:
        """Start the embedded server again if it died; do nothing for another server.

        Raises:
            ServerNotStarted: It did not start, or could not start at the port that this connection uses.
            DiskFull: It died because its disk is full; to a client that looks like a server that is gone.
        """
        if self._lease:
            self._lease.ensure_running()

    def close(self) -> None:
        """Close the client and leave the embedded server, which stops a few seconds after its last user."""
        with pymongo.timeout(_FAREWELL):
            self.client.close()
        if self._lease:
            self._lease.release()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def connect(
    uri: str | None,
    data_dir: Path,
    *,
    app_name: str = "cmoney-archive",
    patience: float = PATIENCE,
    create: bool = True,
) -> Connection:
    """Return a connection whose server has answered.

    Times are read as aware UTC datetimes. Writes are acknowledged by a majority with journal, whatever the address has.
    Other options of the address stay as they are.

    Args:
        uri: Address of a MongoDB; None or empty for the embedded server.
        data_dir: Where the embedded server keeps its data; not touched with an address.
        app_name: Name of the program, for the server's log and the list of the embedded server's users.
        patience: Seconds to wait for the first answer, unless the address has a `serverSelectionTimeoutMS`.
        create: Whether to make `data_dir` if it is absent.

    Raises:
        NoArchive: `data_dir` is absent, and is not to be made.
        WrongAddress: The address is invalid.
        DatabaseUnavailable: No server answers.
        AccessDenied: It refuses the user or the password, or requires them.
        NotReplicaSet: It is a single server without replication.
        ArchiveError: The embedded server could not be used: see `embedded.start`.
    """
    if uri:
        return _open(uri, None, app_name, patience)
    lease = server.start(data_dir, app_name, create=create)
    try:
        return _open(lease.uri, lease, app_name, patience)
    except BaseException:
        lease.release()
        raise


def _open(uri: str, lease: server.Lease | None, app_name: str, patience: float) -> Connection:
    times = CommandTimes()
    client = _client(uri, app_name, times)
    try:
        with translating_errors(uri):
            with pymongo.timeout(None if "serverselectiontimeoutms" in option_names(uri) else patience):
                hello = client.admin.command("hello")
            with pymongo.timeout(patience):
                _check(client, hello, redacted(uri))
    except BaseException:
        client.close()
        raise
    return Connection(client, uri, lease, times)


def _client(uri: str, app_name: str, times: CommandTimes) -> MongoClient[Document]:
    parts = is_well_formed(uri)
    if not parts:
        raise WrongAddress(f"MONGODB_URI is {MALFORMED}.")
    own = option_names(uri)
    options = {name: value for name, value in _UNLESS_GIVEN.items() if name.lower() not in own}
    if "compressors" not in own and not parts["hosts"].startswith(_LOOPBACK) and _has_zstd():
        options["compressors"] = "zstd"
    try:
        with warnings.catch_warnings(action="error", category=UserWarning):  # an option that is none of the driver's
            return MongoClient(uri, appname=app_name, event_listeners=[times], **options, **_ALWAYS)
    except (PyMongoError, ValueError, UserWarning) as error:
        cause = error if isinstance(error, PyMongoError) else pymongo.errors.InvalidURI(str(error))
        raise translate(cause, uri) from None  # the driver's traceback may quote a part of the address


def _has_zstd() -> bool:
    return any(find_spec(package) and find_spec(f"{package}.zstd") for package in ("compression", "backports"))


def _check(client: MongoClient[Document], hello: Document, where: str) -> None:
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise NotReplicaSet(
            f"MongoDB at {where} is not a replica set, so it has no transactions and change streams. "
            "Start mongod with --replSet and run rs.initiate() once, or leave MONGODB_URI empty for the embedded one."
        )
    client.admin.command("listDatabases", nameOnly=True)  # the first that an unknown user may not ask
