"""Transactions whose owner was killed.

MongoDB keeps such a transaction open for a minute or more, and with it the lock that all writers wait for. A crawl that
is started again after `kill -9` would wait as long. So the next writer ends it: nothing of it was acknowledged.
"""

from __future__ import annotations

from typing import Any, Final

from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from archive.mongo.database import Document

APP_NAME: Final = "cmoney-archive"

LONGEST_PAUSE: Final = 5.0
"""Seconds after which an idle transaction of ours counts as an orphan though its connection looks open: its host may be
gone. Living ones pause for milliseconds between two commands; one that is ended nevertheless is retried."""


def end_orphans(client: MongoClient[Document]) -> int:
    """End the transactions that nobody can commit any more, and return their number.

    If the server does not allow this user to list or end them, nothing is done: they end by themselves after a minute.
    """
    unspecified: CodecOptions[Document] = CodecOptions(uuid_representation=UuidRepresentation.UNSPECIFIED)
    admin = client.get_database("admin", codec_options=unspecified, read_concern=ReadConcern("local"))
    try:
        orphans = _orphans(admin)
        if orphans:
            admin.command("killSessions", [{"id": session} for session in orphans])
    except OperationFailure:
        return 0
    return len(orphans)


def _orphans(admin: Database[Document]) -> list[Any]:
    looked_at = {"allUsers": False, "idleConnections": True, "idleSessions": True}
    fields = dict.fromkeys(("type", "connectionId", "appName", "lsid", "transaction.timeInactiveMicros"), 1)
    seen = list(admin.aggregate([{"$currentOp": looked_at}, {"$project": fields}]))
    connected = {operation.get("connectionId") for operation in seen if operation.get("type") != "idleSession"}
    paused = [
        operation for operation in seen if operation.get("type") == "idleSession" and operation.get("transaction")
    ]
    return [
        operation["lsid"]["id"]
        for operation in paused
        if operation.get("connectionId") not in connected or _is_stale(operation)
    ]


def _is_stale(paused: Document) -> bool:
    seconds = paused["transaction"].get("timeInactiveMicros", 0) / 1e6
    return seconds > LONGEST_PAUSE and str(paused.get("appName", "")).startswith(APP_NAME)
