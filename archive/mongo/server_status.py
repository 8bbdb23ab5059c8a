"""The state of an archive's server: the first things that an operator looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.mongo.client import Connection
from archive.mongo.database import ArchiveDatabase, translating_errors

OLDEST = (6, 0)
"""The oldest version of MongoDB that this is tested with."""

_COUNTED = ("articles", "revisions", "pages", "frontier", "runs")


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """The state of a server at one moment.

    Attributes:
        where: Its address without password.
        is_embedded: Whether it is the embedded one.
        version: Its version.
        is_known: Whether the version is at least `OLDEST`.
        replica_set: The set's name; empty behind the router of a cluster.
        members: The number of the set's members.
        ahead: By how much its clock is ahead of this machine's.
        free: Free bytes on the disk with its data; None if the server does not report them.
        data: Bytes of the archive on that disk, indexes included.
        counts: Documents by collection, from the collections' metadata.
    """

    where: str
    is_embedded: bool
    version: str
    is_known: bool
    replica_set: str
    members: int
    ahead: timedelta
    free: int | None
    data: int
    counts: dict[str, int]


def server_status(connection: Connection, database: ArchiveDatabase) -> ServerStatus:
    """Return the state of an archive's server.

    Args:
        connection: The connection to it.
        database: The archive's database.

    Raises:
        ArchiveError: It does not answer.
    """
    with translating_errors(database.uri):
        before = datetime.now(UTC)
        hello = database.client.admin.command("hello")
        # the answer of a command has times without a zone, whatever the client's options are
        ahead = hello["localTime"].replace(tzinfo=UTC) - before - (datetime.now(UTC) - before) / 2
        version = str(database.client.server_info()["version"])
        stats = database.handle.command("dbStats")
        counts = {name: database[name].estimated_document_count() for name in _COUNTED}
    total, used = stats.get("fsTotalSize"), stats.get("fsUsedSize")
    return ServerStatus(
        where=connection.shown,
        is_embedded=connection.is_embedded,
        version=version,
        is_known=tuple(int(part) for part in version.split(".")[:2]) >= OLDEST,
        replica_set=str(hello.get("setName", "")),
        members=len(hello.get("hosts", ())),
        ahead=ahead,
        free=int(total - used) if total and used is not None else None,
        data=int(stats["storageSize"] + stats["indexSize"]),
        counts=counts,
    )
