"""The terms of the schema: fields, indexes, collections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SchemaRule = dict[str, Any]

KEY = "^(cmnews|notes|capture):[0-9a-f-]+$"
"""What an article's key looks like."""

SHA256 = "^[0-9a-f]{64}$"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every moment in the archive: what a partial index asks of a date to leave null out."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document.

    Attributes:
        name: Its name.
        types: The BSON types it may have, separated by `|`.
        meaning: What it is, in one line.
        set_by: Who sets it: `page` (a page object), a stage's name, `store`, `frontier`, `run`, `archive`.
        null: What null means; empty where null is not allowed.
        unit: Its unit; dates have theirs anyway.
        choices: The values it may have; empty for any.
        pattern: The regular expression it must match; empty for any.
        least: The smallest number it may be; None for any.
        items: Of an array: the BSON types of its items, where they are not documents.
        values: Of a map with free names: the BSON types of its values.
        fields: Of a document, or of the documents in an array: their fields.
    """

    name: str
    types: str
    meaning: str
    set_by: str = "store"
    null: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: int | None = None
    items: str = ""
    values: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """One index.

    Attributes:
        name: Its name.
        keys: Field and direction (1 or -1), in order.
        serves: What it is for, in one line.
        unique: Whether two documents may not have the same value.
        only: The filter of a partial index; None for all documents.
    """

    name: str
    keys: tuple[tuple[str, int], ...]
    serves: str
    unique: bool = False
    only: SchemaRule | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection: what a document of it is, its fields and its indexes.

    Attributes:
        name: Its name.
        meaning: What a document of it is.
        fields: A document's fields, in order.
        indexes: Its indexes.
        packed: Whether its documents are packed already, so that a server which packs them again does so in vain.
    """

    name: str
    meaning: str
    fields: tuple[Field, ...]
    indexes: tuple[Index, ...] = ()
    packed: bool = False

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the fields at the top of a document, in order."""
        return tuple(field.name for field in self.fields)
