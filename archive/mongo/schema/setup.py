"""Making an archive in a database, and telling whether the one there fits this program."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Final

from bson.int64 import Int64
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import AutoReconnect, OperationFailure

from archive.errors import ArchiveTooNew, ArchiveTooOld, ArchiveUnfinished, NoArchive
from archive.mongo.database import Document, moment
from archive.mongo.schema.collections import COLLECTIONS, VERSION
from archive.mongo.schema.fields import Collection
from archive.mongo.schema.soundness import fingerprint, validator_of

_NAMESPACE_EXISTS = 48
HALF_RESTORED: Final = 2**31 - 1
HALF_REMOVED: Final = 2**31 - 2
"""Schema versions of an archive that is being restored or removed: no program has them, so none opens it."""

_UNFINISHED: Final = {
    HALF_RESTORED: "half restored: run `cmoney restore DIR` again with the same backup, or `cmoney archive drop`",
    HALF_REMOVED: "half removed: run `cmoney archive drop` again",
}
_UNPACKED: Document = {"wiredTiger": {"configString": "block_compressor=none"}}
"""What is packed already is not packed again: that costs the server a tenth of its work, and saves 3 % of room. A
storage engine's own options are no part of what every server has to take, nor of the schema: where they are refused,
and in archives that are there already or were restored, the server packs as it is used to."""


def ensure(database: Database[Document], place: str, *, create: bool) -> str:
    """Return the archive's identity, once the archive is there and fits this program.

    Cheap where it is there: one look-up. Safe to repeat, and while other processes do the same.

    Args:
        database: Where it is, or is to be.
        place: Where the server's data is, as it may be shown.
        create: Whether to make one where there is none.

    Raises:
        ArchiveTooOld: An older program's; it is never migrated silently.
        ArchiveTooNew: A newer program's.
        NoArchive: There is none, and none is to be made.
    """
    meta = database["meta"].find_one({"_id": "schema"})
    if meta is None:
        if not create:
            raise NoArchive(absent(place, database.name))
        apply(database)
        meta = _sign(database)
    check_version(int(meta["version"]), database.name)
    if meta["fingerprint"] != fingerprint():
        apply(database)
        database["meta"].update_one({"_id": "schema"}, {"$set": {"fingerprint": fingerprint()}})
    return str(meta["archive_id"])


def absent(place: str, name: str) -> str:
    """Return the message for a database without an archive, and what to do."""
    return (
        f"there is no archive at {place}, database {name!r}: crawl or restore one first, or correct MONGODB_URI, "
        "MONGODB_DATABASE or ARCHIVE_DATA_DIR."
    )


def check_version(version: int, name: str) -> None:
    """Check that an archive's schema version is this program's.

    Raises:
        ArchiveTooOld: It is lower.
        ArchiveTooNew: It is higher.
        ArchiveUnfinished: It is that of an archive that is half restored or half removed.
    """
    if version in _UNFINISHED:
        raise ArchiveUnfinished(f"The archive in database {name!r} is {_UNFINISHED[version]}.")
    if version < VERSION:
        raise ArchiveTooOld(
            f"The archive in database {name!r} has schema version {version}, this program works with {VERSION}: "
            "make a backup, stop other crawls, and run `cmoney migrate`."
        )
    if version > VERSION:
        raise ArchiveTooNew(
            f"The archive in database {name!r} has schema version {version}, this program knows only {VERSION}: "
            "upgrade this program."
        )


def apply(database: Database[Document]) -> None:
    """Put every collection, validator and index in place; documents are not touched.

    A connection that breaks meanwhile is tried once more: the driver does not where a collection or an index is made.
    """
    try:
        _apply(database)
    except AutoReconnect:  # what is made stays
        _apply(database)


def _apply(database: Database[Document]) -> None:
    apply_validators(database)
    for collection in COLLECTIONS:
        if collection.indexes:
            database[collection.name].create_indexes(_models(collection))
    database["counters"].update_one(
        {"_id": "changes"}, {"$setOnInsert": {"value": Int64(0), "turns": Int64(0)}}, upsert=True
    )


def apply_validators(database: Database[Document]) -> None:
    """Put every collection with its validator in place, without indexes: what follows is checked as it is written."""
    existing = set(database.list_collection_names())
    for collection in COLLECTIONS:
        _apply_validator(database, collection, exists=collection.name in existing)


def differences(database: Database[Document]) -> list[str]:
    """Return what of the schema is not in place, one line each; empty if all is."""
    infos = {info["name"]: info for info in database.list_collections()}
    differing: list[str] = []
    for collection in COLLECTIONS:
        if collection.name not in infos:
            differing.append(f"collection {collection.name} is missing")
            continue
        options = infos[collection.name].get("options", {})
        if any(options.get(name) != value for name, value in _rules(collection).items()):
            differing.append(f"collection {collection.name} has another validator")
        named = database[collection.name].index_information()
        differing += [
            f"index {collection.name}.{index.name} is missing"
            for index in collection.indexes
            if index.name not in named
        ]
    return differing


def _apply_validator(database: Database[Document], collection: Collection, *, exists: bool) -> None:
    rules = _rules(collection)
    if not exists:
        storage = {"storageEngine": _UNPACKED} if collection.packed else {}
        if _is_made(database, collection.name, rules | storage):
            return
    database.command("collMod", collection.name, **rules)


def _is_made(database: Database[Document], name: str, options: Document) -> bool:
    """Make a collection, and return whether it was not there already; a server need not take `storageEngine`.

    Raises:
        OperationFailure: The server does not make it.
    """
    try:
        database.create_collection(name, check_exists=False, **options)
    except OperationFailure as error:
        if error.code == _NAMESPACE_EXISTS:
            return False
        if "storageEngine" not in options:
            raise
        others = {option: value for option, value in options.items() if option != "storageEngine"}
        return _is_made(database, name, others)
    return True


def _rules(collection: Collection) -> Document:
    return {"validator": validator_of(collection), "validationLevel": "strict", "validationAction": "error"}


def _models(collection: Collection) -> list[IndexModel]:
    models = []
    for index in collection.indexes:
        options: Document = {"name": index.name}
        if index.unique:
            options["unique"] = True
        if index.only is not None:
            options["partialFilterExpression"] = index.only
        models.append(IndexModel(list(index.keys), **options))
    return models


def _sign(database: Database[Document]) -> Document:
    """Write down that the archive is complete: last, so that one half made is made again."""
    document = {
        "version": VERSION,
        "fingerprint": fingerprint(),
        "archive_id": uuid.uuid4().hex,
        "created_at": moment(datetime.now(UTC)),
    }
    database["meta"].update_one({"_id": "schema"}, {"$setOnInsert": document}, upsert=True)
    return database["meta"].find_one({"_id": "schema"}) or document
