"""Locks on what only one process in the world should do at a time; taken over from the dead."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from archive.mongo.documents import moment
from archive.mongo.schema import Collection, Field, Index
from archive.mongo.spoken import Desk, spoken
from archive.run import Run, is_dead, this_process

Document = dict[str, Any]

LOCKS = Collection(
    "locks",
    "Locks: of a scheduled run, so that no other starts; of the worker that looks for more. Not part of a backup.",
    (
        Field(
            "_id",
            "string",
            "what is locked: a spider's name, that `on` a host, or `looking:` and a kind of run",
            "archive",
        ),
        Field("owner", "string", "random identity of who holds it", "archive"),
        Field("host", "string", "name of its machine", "archive"),
        Field("pid", "int", "its process id", "archive"),
        Field("process_started", "double", "when that process started", "archive", unit="seconds since 1970, UTC"),
        Field("started_at", "date", "when it took the lock", "archive"),
        Field("heartbeat_at", "date", "when it last showed itself", "archive"),
    ),
    tuple[Index, ...](),
)


class RunLocks:
    """The collection `locks`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._locks = desk.database["locks"]

    @spoken
    def take(self, name: str, owner: Run) -> Run:
        """Return who holds a lock from now on: the one that asks, unless a living process held it already.

        A holder is dead when its process is not there any more on this host; on another host, when it has not shown
        itself for `archive.run.SILENCE`.

        Args:
            name: What is locked.
            owner: Who asks, from `claimant`.
        """
        while True:
            held = self._locks.find_one({"_id": name})
            if held is None:
                try:
                    self._locks.insert_one({"_id": name, **_to_fields(owner)})
                except DuplicateKeyError:
                    continue
                return owner
            holder = _to_run(held)
            if not is_dead(holder, datetime.now(UTC)):
                return holder
            same = {"_id": name, "owner": holder.id, "heartbeat_at": holder.heartbeat_at}
            if self._locks.replace_one(same, _to_fields(owner)).modified_count:
                return owner

    @spoken
    def renew(self, name: str, owner: Run) -> bool:
        """Return whether a lock is still held by somebody, who shows that it lives."""
        said = {"$set": {"heartbeat_at": moment(datetime.now(UTC))}}
        return bool(self._locks.update_one({"_id": name, "owner": owner.id}, said).matched_count)

    @spoken
    def give_back(self, name: str, owner: Run) -> None:
        """Free a lock, unless another has taken it over."""
        self._locks.delete_one({"_id": name, "owner": owner.id})

    @spoken
    def holders(self) -> dict[str, Run]:
        """Return who holds which lock, dead or alive."""
        return {document["_id"]: _to_run(document) for document in self._locks.find()}


def claimant() -> Run:
    """Return this process as one that may hold a lock."""
    now = moment(datetime.now(UTC))
    return Run(secrets.token_hex(8), *this_process(), now, now)


def _to_fields(owner: Run) -> Document:
    return {
        "owner": owner.id,
        "host": owner.host,
        "pid": owner.pid,
        "process_started": owner.process_started,
        "started_at": owner.started_at,
        "heartbeat_at": owner.heartbeat_at,
    }


def _to_run(document: Document) -> Run:
    names = ("owner", "host", "pid", "process_started", "started_at", "heartbeat_at")
    return Run(*(document[name] for name in names))
