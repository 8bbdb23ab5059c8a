"""A replica set of one, which transactions and change streams need."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from archive.errors import ServerNotStarted
from archive.mongo.embedded import credentials, processes
from archive.mongo.embedded.data_dir import DataDir
from archive.mongo.embedded.mongod import HOST, REPLICA_SET, Server

_NOT_YET_INITIALIZED = 94
_IN_TRANSITION = {23, 109}  # AlreadyInitialized, ConfigurationInProgress: the server is still reading its set's config
_POLL = 0.02  # seconds
# `root` does not reach into `local`, where the oplog is, which backups follow.
_ROLES: Mapping[str, list[Any]] = {
    credentials.OWNER: ["root", {"role": "read", "db": "local"}],
    credentials.READER: ["readAnyDatabase", "clusterMonitor"],
}

_Client = MongoClient[dict[str, Any]]


def make_writable(server: Server, data: DataDir, patience: float) -> None:
    """Make a server the primary of its own replica set, with its accounts, and wait for that.

    The set of a new server is initiated. A set that has the server at an earlier port is reconfigured. Before that, the
    server looks for itself at the earlier port: for up to half a minute if another program holds it without answering.

    Args:
        server: It listens, on loopback.
        data: Its directory.
        patience: Seconds.

    Raises:
        ServerNotStarted: It did not become writable in time, died, or refused a command.
        DataDirUnusable: Its secret is missing.
    """
    system = credentials.as_system(data)
    deadline = time.monotonic() + patience
    limit = int(patience * 1000)  # milliseconds
    try:
        with _Client(
            HOST, server.port, directConnection=True, serverSelectionTimeoutMS=1000, socketTimeoutMS=limit, **system
        ) as client:
            while not _is_primary(client, f"{HOST}:{server.port}"):
                if not processes.is_alive(server.pid):
                    raise ServerNotStarted(f"{_named(server)} died.")
                if time.monotonic() > deadline:
                    raise ServerNotStarted(f"{_named(server)} did not become writable within {patience:.0f} s.")
                time.sleep(_POLL)
            _ensure_accounts(client, data)
    except PyMongoError as error:
        raise ServerNotStarted(f"{_named(server)} does not answer as it should: {error}.") from error


def _is_primary(client: _Client, address: str) -> bool:
    """Return whether a server is writable; one without a set, or in a set with another port, is configured.

    Raises:
        OperationFailure: It refuses that.
    """
    try:
        hello = client.admin.command("hello")
        if hello.get("hosts") != [address]:
            _settle(client, address)
    except AutoReconnect:  # it closes connections whenever its role changes; or it died
        return False
    except OperationFailure as error:
        if error.code in _IN_TRANSITION:
            return False
        raise
    return bool(hello.get("isWritablePrimary"))


def _settle(client: _Client, address: str) -> None:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NOT_YET_INITIALIZED:
            raise
        config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": address}]}
        client.admin.command("replSetInitiate", config)
        return
    if [member["host"] for member in config["members"]] != [address]:
        config["members"] = [{"_id": 0, "host": address}]
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)  # it is no member under its old port


def _ensure_accounts(client: _Client, data: DataDir) -> None:
    """Make the accounts, or give them the passwords of the current secret."""
    mark = {"key": credentials.fingerprint(data)}
    users = client.admin.command("usersInfo", [{"user": name, "db": "admin"} for name in _ROLES])["users"]
    current = {user["user"] for user in users if user.get("customData") == mark}
    for name in _ROLES.keys() - current:
        account: dict[str, Any] = {"pwd": credentials.password(data, name), "roles": _ROLES[name], "customData": mark}
        command = "updateUser" if any(user["user"] == name for user in users) else "createUser"
        client.admin.command({command: name, "mechanisms": [credentials.MECHANISM], **account})


def _named(server: Server) -> str:
    return f"The embedded MongoDB (process {server.pid}, port {server.port})"
