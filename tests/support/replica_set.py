"""A real replica set of three for tests, whose members can be killed; see `mongodb` for a single server."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from archive.mongo.embedded.mongod import find_program, free_port
from tests.support.mongodb import LIMIT, MEMORY, wait_until

NAME = "three"
ALREADY_INITIALIZED = 23
"""MongoDB's code for a set that has begun."""

ELECTION_MILLISECONDS = 2000
"""After which time without the primary another is elected; MongoDB's default is 10 s."""


@dataclass(slots=True)
class Member:
    """One server of the set.

    Attributes:
        directory: Where it keeps its data; must exist.
        port: Where it listens on loopback.
    """

    directory: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Return host and port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, or start it again; whether it can be written is the set's to say."""
        words = [str(find_program()), "--dbpath", str(self.directory), "--port", str(self.port), "--replSet", NAME]
        words += ["--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.25"]
        words += ["--oplogSize", "64", "--setParameter", "diagnosticDataCollectionEnabled=false"]
        with (self.directory / "mongod.log").open("ab") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """Kill it with SIGKILL; a killed one stays as it is."""
        if self._process:
            self._process.kill()
            self._process.wait(LIMIT)
            self._process = None


class ReplicaSet:
    """Three members, of which two are enough to go on.

    Args:
        directory: Where they keep their data.
    """

    def __init__(self, directory: Path) -> None:
        self.members: list[Member] = []
        for number in range(3):
            home = directory / str(number)
            home.mkdir()
            self.members.append(Member(home, free_port()))

    @property
    def uri(self) -> str:
        """Return the address that names all three."""
        return f"mongodb://{','.join(member.host for member in self.members)}/?replicaSet={NAME}"

    def start(self) -> None:
        """Start all three as one set, and wait until all have the data and one can be written."""
        for member in self.members:
            member.start()
        hosts = [{"_id": number, "host": member.host} for number, member in enumerate(self.members)]
        config = {"_id": NAME, "members": hosts, "settings": {"electionTimeoutMillis": ELECTION_MILLISECONDS}}
        first: MongoClient[dict[str, Any]]
        with MongoClient(self.members[0].host, directConnection=True) as first:
            wait_until(lambda: _is_initiated(first, config))
        wait_until(lambda: sorted(self.states()) == ["PRIMARY", "SECONDARY", "SECONDARY"])

    def states(self) -> list[str]:
        """Return what each member says it is; nothing of one that does not answer."""
        return [state for member in self.members if (state := _state(member))]

    def primary(self) -> Member:
        """Return the member that is written to now, once there is one."""
        wait_until(lambda: "PRIMARY" in self.states())
        return next(member for member in self.members if _state(member) == "PRIMARY")

    def kill(self) -> None:
        """Kill all."""
        for member in self.members:
            member.kill()


@contextmanager
def serving_three() -> Iterator[ReplicaSet]:
    """Give a running set of one's own, which is killed and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="mongods-", dir=MEMORY) as directory:
        servers = ReplicaSet(Path(directory))
        try:
            servers.start()
            yield servers
        finally:
            servers.kill()


def _is_initiated(first: MongoClient[dict[str, Any]], config: dict[str, Any]) -> bool:
    """Begin the set; return whether it has begun: on a busy machine the others may not answer the first time."""
    try:
        first.admin.command("replSetInitiate", config)
    except OperationFailure as error:
        return error.code == ALREADY_INITIALIZED
    return True


def _state(member: Member) -> str:
    client: MongoClient[dict[str, Any]]
    with MongoClient(member.host, directConnection=True, serverSelectionTimeoutMS=500) as client:
        try:
            status = client.admin.command("replSetGetStatus")
        except PyMongoError:
            return ""
    states = {1: "PRIMARY", 2: "SECONDARY"}
    return states.get(status["myState"], "")
