"""The schema's rules for documents: MongoDB's validators, and the same check for documents that are read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import islice
from types import NoneType
from typing import Any, Final

from bson.int64 import Int64
from pymongo.client_session import ClientSession
from pymongo.cursor import Cursor

from archive.mongo.database import ArchiveDatabase, Document
from archive.mongo.schema.collections import COLLECTIONS
from archive.mongo.schema.fields import Collection as CollectionSchema
from archive.mongo.schema.fields import Field, SchemaRule

Fault = Callable[[Any], str]
"""Returns the fault of a value, to follow its name; empty for a sound one."""

_FIELDS: Final = {collection.name: collection.fields for collection in COLLECTIONS}
_TYPES: Final[dict[str, frozenset[type]]] = {
    "string": frozenset({str}),
    "date": frozenset({datetime}),
    "int": frozenset({int, Int64}),
    "long": frozenset({int, Int64}),
    "double": frozenset({float}),
    "array": frozenset({list}),
    "object": frozenset({dict}),
    "bool": frozenset({bool}),
    "binData": frozenset({bytes}),
    "null": frozenset({NoneType}),
}


def sound(
    database: ArchiveDatabase, collection: str, documents: Iterable[Document], names: Sequence[str] | None = None
) -> Iterator[Document]:
    """Yield the sound documents of a collection; damaged ones are skipped and reported.

    Args:
        database: Their database, which reports the damaged ones.
        collection: The collection's name.
        documents: Documents, or the fields that were read.
        names: The fields that were read, nested ones with dots; None for all.
    """
    fault = fault_of(collection, None if names is None else tuple(names))
    for document in documents:
        if reason := fault(document):
            database.pass_over(collection, document.get("_id"), reason)
        else:
            yield document


def narrowed_to_sound(  # noqa: PLR0913 -- the arguments of its caller's query
    database: ArchiveDatabase,
    collection: str,
    wanted: Document,
    names: Sequence[str] | None = None,
    *,
    session: ClientSession | None = None,
    order: Sequence[tuple[str, int]] = (),
) -> Document:
    """Return a filter without the damaged documents, which are reported.

    For readers that do not decode BSON: the server checks the documents, by one more pass over them.

    Args:
        database: Their database, which reports the damaged ones.
        collection: The collection's name.
        wanted: The filter.
        names: The fields that are read, nested ones with dots; None for all.
        session: The session of the read.
        order: The order of the read, so that the same index serves.
    """
    chosen = None if names is None else tuple(names)
    rule, fault = rule_of(collection, chosen), fault_of(collection, chosen)
    unsound = {"$and": [wanted, {"$nor": [rule]}]}
    damaged = list(database[collection].find(unsound, session=session, sort=list(order) or None))
    for document in damaged:
        database.pass_over(collection, document["_id"], fault(document) or "the schema forbids it")
    return {"$and": [wanted, rule]} if damaged else wanted


def first_sound(
    database: ArchiveDatabase,
    collection: str,
    documents: Cursor[Document],
    limit: int,
    names: Sequence[str] | None = None,
) -> list[Document]:
    """Return the first sound documents of a new cursor; all for the limit 0.

    Args:
        database: Their database, which reports the damaged ones.
        collection: The collection's name.
        documents: The cursor, with a projection to the given fields.
        limit: The number of documents at most.
        names: The fields that are read, nested ones with dots; None for all.
    """
    rest = documents.clone()
    whole = list(documents.limit(limit))
    chosen = list(sound(database, collection, whole, names))
    if len(chosen) == len(whole):
        return chosen
    return list(islice(sound(database, collection, rest, names), limit or None))


@cache
def fault_of(collection: str, names: tuple[str, ...] | None = None) -> Fault:
    """Return the check of a collection's documents; arguments as of `sound`."""
    return _of_document(_only(_FIELDS[collection], names))


@cache
def rule_of(collection: str, names: tuple[str, ...] | None = None) -> SchemaRule:
    """Return MongoDB's filter of a collection's sound documents, by whole top-level fields; arguments as of `sound`."""
    tops = None if names is None else [name.partition(".")[0] for name in names]
    rule = _document_rule(_only(_FIELDS[collection], tops))
    return {"$jsonSchema": rule if names is None else rule | {"additionalProperties": True}}


def validator_of(collection: CollectionSchema) -> SchemaRule:
    """Return MongoDB's validator: all fields are there, of their types, and no others."""
    return {"$jsonSchema": {"bsonType": "object"} | _document_rule(collection.fields)}


def fingerprint() -> str:
    """Return the sha256 of all validators and indexes, 64 hex digits."""
    declaration = [(collection.name, validator_of(collection), collection.indexes) for collection in COLLECTIONS]
    return hashlib.sha256(repr(declaration).encode()).hexdigest()


def _document_rule(fields: Sequence[Field]) -> SchemaRule:
    return {
        "required": [field.name for field in fields],
        "properties": {field.name: _field_rule(field) for field in fields},
        "additionalProperties": False,
    }


def _field_rule(field: Field) -> SchemaRule:
    rule: SchemaRule = {"bsonType": field.types.split("|")}
    if field.choices:
        rule["enum"] = [*field.choices, None] if field.null else list(field.choices)
    if field.pattern:
        rule["pattern"] = field.pattern
    if field.least is not None:
        rule["minimum"] = field.least
    if field.items:
        rule["items"] = {"bsonType": field.items.split("|")}
    elif field.values:
        rule["additionalProperties"] = {"bsonType": field.values.split("|")}
    elif field.fields:
        content = _document_rule(field.fields)
        rule |= {"items": {"bsonType": "object"} | content} if "array" in field.types else content
    return rule


def _only(fields: Sequence[Field], names: Collection[str] | None) -> tuple[Field, ...]:
    if names is None:
        return tuple(fields)
    inner: dict[str, list[str]] = {}
    for name in ("_id", *names):
        first, _, rest = name.partition(".")
        inner.setdefault(first, []).append(rest)
    chosen = [field for field in fields if field.name in inner]
    return tuple(
        field if "" in inner[field.name] else replace(field, fields=_inside(field, inner[field.name]))
        for field in chosen
    )


def _inside(field: Field, names: Collection[str]) -> tuple[Field, ...]:
    return tuple(inner for inner in _only(field.fields, names) if inner.name in names)


def _of_document(fields: Sequence[Field]) -> Fault:
    faults = [(field.name, _of_field(field)) for field in fields]

    def fault(document: Mapping[str, Any]) -> str:
        for name, of_value in faults:
            if name not in document:
                return f"{name} is missing"
            if reason := of_value(document[name]):
                return f"{name}{reason}"
        return ""

    return fault


def _of_field(field: Field) -> Fault:
    types = frozenset[type]().union(*(_TYPES[name] for name in field.types.split("|")))
    inner = _of_document(field.fields) if field.fields else None
    items = frozenset[type]().union(*(_TYPES[name] for name in field.items.split("|"))) if field.items else None
    pattern, choices, least = re.compile(field.pattern), frozenset(field.choices), field.least
    is_plain = not (inner or items or field.pattern or choices or least is not None)

    def fault(value: Any) -> str:
        if type(value) not in types:
            return f" is of the wrong type ({type(value).__name__})"
        if is_plain or value is None:
            return ""
        if isinstance(value, list):
            return _of_items(value, items, inner)
        if inner:
            reason = inner(value)
            return reason and f".{reason}"
        is_meant = (not choices or value in choices) and (least is None or value >= least)
        return "" if is_meant and (not field.pattern or pattern.search(value)) else " has a value that it cannot have"

    return fault


def _of_items(values: list[Any], types: frozenset[type] | None, inner: Fault | None) -> str:
    for place, value in enumerate(values):
        if inner and not isinstance(value, dict):
            return f".{place} is of the wrong type ({type(value).__name__})"
        if inner and (reason := inner(value)):
            return f".{place}.{reason}"
        if types and type(value) not in types:
            return f".{place} is of the wrong type ({type(value).__name__})"
    return ""
