"""Setup of an archive in a database, and the check of its schema version."""

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
"""Schema versions of an archive that is being restored or removed: no program opens them."""

_UNFINISHED: Final = {
    HALF_RESTORED: "half restored: run `cmoney restore DIR` again with the same backup, or `cmoney archive drop`",
    HALF_REMOVED: "half removed: run `cmoney archive drop` again",
}
_UNPACKED: Document = {"wiredTiger": {"configString": "block_compressor=none"}}
"""No compression for documents that are compressed already: it costs the server a tenth of its work, and saves 3 % of
room. The option is not part of the schema. Servers may refuse it; in existing and restored archives the server
compresses as it is configured."""


def ensure(database: Database[Document], place: str, *, create: bool) -> str:
    """Return the identity of a database's archive, after the check of its version; make the archive if asked to.

    One look-up if it exists. Safe to repeat, also by several processes at one time.

    Args:
        database: The archive's database.
        place: The server's address or directory, for messages.
        create: Whether to make an archive if there is none.

    Raises:
        ArchiveTooOld: An older program wrote it; it is never migrated silently.
        ArchiveTooNew: A newer program wrote it.
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
    """Return the message for a database without an archive."""
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
    """Make every collection, validator and index; documents are not touched.

    After a broken connection it tries once more, since the driver does not retry commands that make collections.
    """
    try:
        _apply(database)
    except AutoReconnect:  # the finished part stays
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
    """Make every collection with its validator, without indexes: later writes are validated."""
    existing = set(database.list_collection_names())
    for collection in COLLECTIONS:
        _apply_validator(database, collection, exists=collection.name in existing)


def differences(database: Database[Document]) -> list[str]:
    """Return the parts of the schema that a database lacks, one line each."""
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
    """Make a collection, and return whether it is new; a server may refuse `storageEngine`.

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
    """Record that the archive is complete; done last, so that an unfinished one is made again."""
    document = {
        "version": VERSION,
        "fingerprint": fingerprint(),
        "archive_id": uuid.uuid4().hex,
        "created_at": moment(datetime.now(UTC)),
    }
    database["meta"].update_one({"_id": "schema"}, {"$setOnInsert": document}, upsert=True)
    return database["meta"].find_one({"_id": "schema"}) or document
