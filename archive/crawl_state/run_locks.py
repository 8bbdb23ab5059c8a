"""Locks for work that only one process anywhere may do at a time; those of dead processes are taken over."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from pymongo.errors import DuplicateKeyError

from archive.model.crawl.run import Run, is_dead, this_process
from archive.mongo.database import Document, Repository, moment


class RunLocks(Repository, collection="locks"):
    """The collection `locks`."""

    def take(self, name: str, owner: Run) -> Run:
        """Take a lock unless a living process holds it; return its holder.

        A holder is dead if its process on this host is gone; on another host, after
        `archive.model.crawl.run.SILENCE` without a heartbeat.

        Args:
            name: The name of the lock.
            owner: The caller, from `claimant`.
        """
        while True:
            held = self.collection.find_one({"_id": name})
            if held is None:
                try:
                    self.collection.insert_one({"_id": name, **_to_fields(owner)})
                except DuplicateKeyError:
                    continue
                return owner
            holder = _to_run(held)
            if not is_dead(holder, datetime.now(UTC)):
                return holder
            same = {"_id": name, "owner": holder.id, "heartbeat_at": holder.heartbeat_at}
            if self.collection.replace_one(same, _to_fields(owner)).modified_count:
                return owner

    def renew(self, name: str, owner: Run) -> bool:
        """Renew the heartbeat of a lock; return whether the owner still holds it."""
        heartbeat = {"$set": {"heartbeat_at": moment(datetime.now(UTC))}}
        return bool(self.collection.update_one({"_id": name, "owner": owner.id}, heartbeat).matched_count)

    def give_back(self, name: str, owner: Run) -> None:
        """Free a lock, unless another has taken it over."""
        self.collection.delete_one({"_id": name, "owner": owner.id})

    def holders(self) -> dict[str, Run]:
        """Return the holders of all locks, dead or alive."""
        return {document["_id"]: _to_run(document) for document in self.collection.find()}


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
