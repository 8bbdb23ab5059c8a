"""The schema says what it means, and MongoDB enforces it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure, WriteError
from pymongo.server_api import ServerApi

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.mongo.schema import setup
from archive.mongo.schema.collections import COLLECTIONS
from archive.mongo.schema.fields import Field
from tests.support.made_articles import NOW, article

Document = dict[str, Any]
Spoil = Callable[[Document], object]


def all_fields(fields: tuple[Field, ...], path: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield f"{path}{field.name}", field
        yield from all_fields(field.fields, f"{path}{field.name}.")


EVERY_FIELD = [pair for entry in COLLECTIONS for pair in all_fields(entry.fields, f"{entry.name}.")]


@pytest.mark.parametrize(("path", "field"), EVERY_FIELD, ids=[path for path, _ in EVERY_FIELD])
def test_null_is_explained_exactly_where_it_is_allowed(path: str, field: Field) -> None:
    assert bool(field.null) == ("null" in field.types.split("|")), path
    assert field.meaning
    assert not field.meaning.endswith(".")


@pytest.mark.parametrize("collection", COLLECTIONS, ids=[entry.name for entry in COLLECTIONS])
def test_no_index_is_on_a_field_that_does_not_exist(collection: Any) -> None:
    known = {path for path, _ in all_fields(collection.fields)}
    used = {name for index in collection.indexes for name, _ in index.keys}
    assert used <= known


def test_a_whole_article_passes(archive: Archive) -> None:
    archive.database["articles"].insert_one(to_document(article(1), NOW))
    assert archive.articles.count() == 1


SPOILED: dict[str, Spoil] = {
    "a field nobody knows": lambda document: document.update(colour="red"),
    "a field missing": lambda document: document.pop("gone_at"),
    "a nested field nobody knows": lambda document: document["author"].update(age=3),
    "a nested field missing": lambda document: document["related"][0].pop("key"),
    "null where it is not allowed": lambda document: document.update(text=None),
    "a date as text": lambda document: document.update(published_at="2026-08-30T12:00:00Z"),
    "a number as text": lambda document: document.update(revision="1"),
    "a number too small": lambda document: document.update(revision=0),
    "a value that is no choice": lambda document: document.update(status="asleep"),
    "a choice of a nested field": lambda document: document["mentions"][0].update(market="JP"),
    "an item of the wrong type": lambda document: document["tags"].append(3),
    "a section that is text": lambda document: document["sections"].append("text"),
    "a block that is no text": lambda document: document["sections"][0]["blocks"].append(None),
    "a hash that is none": lambda document: document.update(content_hash="abc"),
    "a key of another kind": lambda document: document.update(_id="blog:1"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_mongodb_refuses(archive: Archive, spoil: Spoil) -> None:
    document = to_document(article(1), NOW)
    spoil(document)
    with pytest.raises(WriteError, match="failed validation"):
        archive.database["articles"].insert_one(document)


def test_mongodb_refuses_updates_too(archive: Archive) -> None:
    archive.database["articles"].insert_one(to_document(article(1), NOW))
    with pytest.raises(WriteError, match="failed validation"):
        archive.database["articles"].update_one({}, {"$set": {"status": None}})


def test_packed_pages_are_not_packed_again(archive: Archive) -> None:
    described = archive.database.handle.command("collStats", "pages")["wiredTiger"]["creationString"]
    assert "block_compressor=none" in described
    assert archive.differences() == []


def test_a_server_that_takes_no_storage_options_has_the_same_schema(
    uri: str, bare_database: Database[Document]
) -> None:
    strict = ServerApi("1", strict=True)  # by which MongoDB refuses `storageEngine`, as hosted servers may
    with MongoClient[Document](uri, server_api=strict) as client:
        refusing = client[bare_database.name]
        with pytest.raises(OperationFailure, match="storageEngine"):
            refusing.create_collection("some", storageEngine={"wiredTiger": {"configString": "block_compressor=none"}})
        setup.apply(refusing)
    assert setup.differences(bare_database) == []
    assert "storageEngine" not in bare_database["pages"].options()
