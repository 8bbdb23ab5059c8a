"""The columns of what is exported: what each is called, and of which kind its values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from archive.mongo.record import ARTICLES
from archive.mongo.schema import Field

Kind = Literal["text", "moment", "day", "number", "texts", "record", "records"]
What = Literal["articles", "mentions", "links", "tags"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a value may be None where the schema allows null.

    Attributes:
        name: Its name.
        kind: `text`; `moment` (UTC, to the millisecond); `day` (a calendar day); `number` (whole); `texts` (a list of
            texts); `record` (named values); `records` (a list of records).
        columns: Of a record or of records: their columns.
    """

    name: str
    kind: Kind
    columns: tuple[Column, ...] = ()


_KINDS: Final[dict[str, Kind]] = {"string": "text", "date": "moment", "int": "number", "long": "number"}


def _column(field: Field) -> Column:
    """Return the column of a field of the schema, so that an export is what the schema says."""
    types = set(field.types.split("|")) - {"null"}
    inner = tuple(_column(one) for one in field.fields)
    if "array" in types:
        return Column(field.name, "records" if inner else "texts", inner)
    if inner:
        return Column(field.name, "record", inner)
    return Column(field.name, _KINDS[types.pop()])


ARTICLE: Final = tuple(_column(field) for field in ARTICLES.fields)
"""The columns of an article's record, in the order of the schema."""

SESSION: Final = (Column("session", "day"), Column("session_part", "text"), Column("tradable", "day"))
"""The US session that an article falls into: see `archive.session`."""

MENTION: Final = (
    Column("key", "text"),
    Column("published_at", "moment"),
    Column("column", "text"),
    Column("symbol", "text"),
    Column("market", "text"),
    Column("evidence", "text"),
    Column("position", "number"),
    *SESSION,
)
"""One row a mention: `position` counts from 1, in order of first appearance in the article."""

LINK: Final = (
    Column("key", "text"),
    Column("published_at", "moment"),
    Column("position", "number"),
    Column("title", "text"),
    Column("url", "text"),
    Column("related_key", "text"),
    Column("kept_as", "text"),
    *SESSION,
)
"""One row a further-reading entry: `kept_as` is the `_id` under which its article is kept, None if it is not."""

TAG: Final = (
    Column("key", "text"),
    Column("published_at", "moment"),
    Column("tag", "text"),
    Column("position", "number"),
    *SESSION,
)
"""One row a tag of an article."""

TABLES: Final[dict[What, tuple[Column, ...]]] = {"articles": ARTICLE, "mentions": MENTION, "links": LINK, "tags": TAG}
"""The columns of each table that can be exported."""


def names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the names of some columns."""
    return tuple(column.name for column in columns)


def only(columns: tuple[Column, ...], chosen: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the chosen ones of some columns, in the order chosen."""
    known = {column.name: column for column in columns}
    return tuple(known[name] for name in chosen)
