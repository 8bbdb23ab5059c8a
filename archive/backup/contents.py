"""The documents that a backup's parts give together; checked before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bson.errors import BSONError

from archive.backup.manifest import BackupUnusable, Part
from archive.backup.snapshot import Bulk
from archive.mongo.raw_bson import identity, only_identity


class Contents:
    """The documents of a backup's collections after its parts are restored in order.

    Memory grows with the number of documents, not with their size.

    Args:
        bulk: Of the database; nothing is written to it.
        is_of_today: Whether the backup has the current schema, so that validators and unique indexes are known.
    """

    def __init__(self, bulk: Bulk, *, is_of_today: bool) -> None:
        self._bulk = bulk
        self._is_of_today = is_of_today
        self._ids: dict[str, set[bytes]] = defaultdict(set)
        self._entries: dict[tuple[str, str], dict[bytes, bytes]] = defaultdict(dict)

    def add(self, part: Part, documents: Sequence[bytes]) -> None:
        """Add some documents of a part; parts come in order of restoring.

        Raises:
            BackupUnusable: The schema forbids one, or it is no document.
        """
        name = part.collection
        fresh = {_own(part, document): document for document in documents}
        is_checked = self._is_of_today and part.kind != "removed"
        if is_checked and (forbidden := self._bulk.first_forbidden(name, documents)) is not None:
            raise BackupUnusable(
                f"{part.name} holds a document that the schema forbids, {forbidden!r}: restore another backup."
            )
        if part.kind == "base":
            fresh = {own: document for own, document in fresh.items() if own not in self._ids[name]}
        else:
            self._take_out(name, fresh)
        if part.kind != "removed":
            self._ids[name].update(fresh)
            if is_checked:
                self._index(name, list(fresh.values()))

    def check(self, counts: Mapping[str, int]) -> None:
        """Check the numbers of documents, and that no two have the same place in a unique index.

        Raises:
            BackupUnusable: A number is wrong, or two have.
        """
        for name, wanted in counts.items():
            count = len(self._ids[name])
            if count != wanted:
                raise BackupUnusable(f"Its parts hold {count} {name}, not {wanted}: restore another backup.")
        for (name, index), entries in self._entries.items():
            if len(set(entries.values())) != len(entries):
                raise BackupUnusable(
                    f"Two documents of its {name} have the same place in the index {index}, which is for one: restore "
                    "another backup."
                )

    def _take_out(self, name: str, ids: Mapping[bytes, bytes]) -> None:
        self._ids[name].difference_update(ids)
        for (collection, _), entries in self._entries.items():
            if collection == name:
                for own in ids:
                    entries.pop(own, None)

    def _index(self, name: str, documents: Sequence[bytes]) -> None:
        for index, own, place in self._bulk.unique_entries(name, documents):
            self._entries[name, index][only_identity(own)] = place


def _own(part: Part, document: bytes) -> bytes:
    """Return the `_id` of a document, as BSON.

    Raises:
        BackupUnusable: It has none.
    """
    try:
        return only_identity(identity(document))
    except (KeyError, BSONError) as error:
        raise BackupUnusable(f"{part.name} holds what is no document: restore another backup.") from error
