"""The terms of the schema: fields, indexes, collections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SchemaRule = dict[str, Any]

KEY = "^(cmnews|notes|capture):[0-9a-f-]+$"
"""The pattern of an article's key."""

SHA256 = "^[0-9a-f]{64}$"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every moment in the archive: a comparison with it excludes null, as partial indexes do."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document.

    Attributes:
        name: Its name.
        types: The BSON types it may have, separated by `|`.
        meaning: Its meaning, in one line.
        set_by: Its source: `page` (a page object), a stage's name, `store`, `frontier`, `run`, `archive`.
        null: The meaning of null; empty if null is not allowed.
        unit: Its unit; dates need none.
        choices: The values it may have; empty for any.
        pattern: The regular expression it must match; empty for any.
        least: The smallest number it may be; None for any.
        items: Of an array: the BSON types of its items, unless they are documents.
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
        serves: Its purpose, in one line.
        unique: Whether two documents must differ in its keys.
        only: The filter of a partial index; None for all documents.
    """

    name: str
    keys: tuple[tuple[str, int], ...]
    serves: str
    unique: bool = False
    only: SchemaRule | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection.

    Attributes:
        name: Its name.
        meaning: The meaning of a document.
        fields: A document's fields, in order.
        indexes: Its indexes.
        packed: Whether its documents are compressed already, so that the server need not do it again.
    """

    name: str
    meaning: str
    fields: tuple[Field, ...]
    indexes: tuple[Index, ...] = ()
    packed: bool = False

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields at the top of a document, in order."""
        return tuple(field.name for field in self.fields)
