"""The tables of an export, and their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, Protocol

from archive.articles.collection import Articles, Revisions
from archive.articles.scan import decode
from archive.export.names import TableName
from archive.market_calendar import Sessions
from archive.model.identity import keys_of
from archive.mongo.schema.articles import ARTICLES
from archive.mongo.schema.fields import Field

ColumnKind = Literal["text", "moment", "day", "number", "texts", "record", "records"]

_KINDS: Final[dict[str, ColumnKind]] = {"string": "text", "date": "moment", "int": "number", "long": "number"}

TableRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column; a value may be None where the schema allows null.

    Attributes:
        name: Its name.
        kind: `text`; `moment` (UTC, to the millisecond); `day` (a calendar day); `number` (whole); `texts` (a list of
            texts); `record` (named values); `records` (a list of records).
        columns: Of a record or of records: their columns.
    """

    name: str
    kind: ColumnKind
    columns: tuple[TableColumn, ...] = ()


def _column(field: Field) -> TableColumn:
    """Return the column of a field of the schema."""
    types = set(field.types.split("|")) - {"null"}
    inner = tuple(_column(inner_field) for inner_field in field.fields)
    if "array" in types:
        return TableColumn(field.name, "records" if inner else "texts", inner)
    if inner:
        return TableColumn(field.name, "record", inner)
    return TableColumn(field.name, _KINDS[types.pop()])


ARTICLE: Final = tuple(_column(field) for field in ARTICLES.fields)
"""The columns of an article's record, in the order of the schema."""

SESSION: Final = (TableColumn("session", "day"), TableColumn("session_part", "text"), TableColumn("tradable", "day"))
"""The US session of an article: see `archive.market_calendar.Session`."""

_MOMENTS: Final = ("published_at", "known_at")

MENTION: Final = (
    TableColumn("key", "text"),
    TableColumn("published_at", "moment"),
    TableColumn("known_at", "moment"),
    TableColumn("column", "text"),
    TableColumn("symbol", "text"),
    TableColumn("market", "text"),
    TableColumn("evidence", "text"),
    TableColumn("symbol_today", "text"),
    TableColumn("position", "number"),
    *SESSION,
)
"""One row a mention: `position` counts from 1, in order of first appearance in the article."""

LINK: Final = (
    TableColumn("key", "text"),
    TableColumn("published_at", "moment"),
    TableColumn("known_at", "moment"),
    TableColumn("position", "number"),
    TableColumn("title", "text"),
    TableColumn("url", "text"),
    TableColumn("related_key", "text"),
    TableColumn("kept_as", "text"),
    *SESSION,
)
"""One row a further-reading entry: `kept_as` is the `_id` of its article, None if it is not kept."""

TAG: Final = (
    TableColumn("key", "text"),
    TableColumn("published_at", "moment"),
    TableColumn("known_at", "moment"),
    TableColumn("tag", "text"),
    TableColumn("position", "number"),
    *SESSION,
)
"""One row a tag of an article."""

REVISION: Final = (
    TableColumn("key", "text"),
    TableColumn("published_at", "moment"),
    TableColumn("column", "text"),
    TableColumn("seen_as", "text"),
    TableColumn("revision", "number"),
    TableColumn("seen_at", "moment"),
    TableColumn("cause", "text"),
    TableColumn("title", "text"),
    TableColumn("text", "text"),
    TableColumn("content_hash", "text"),
)
"""One row a version of an article's title and text: `seen_as` is its own key, `key` or an alias."""

TABLES: Final[dict[TableName, tuple[TableColumn, ...]]] = {
    "articles": ARTICLE,
    "mentions": MENTION,
    "links": LINK,
    "tags": TAG,
    "revisions": REVISION,
}
"""The columns of each table that can be exported."""


def names(columns: tuple[TableColumn, ...]) -> tuple[str, ...]:
    """Return the names of some columns."""
    return tuple(column.name for column in columns)


def only(columns: tuple[TableColumn, ...], chosen: tuple[str, ...]) -> tuple[TableColumn, ...]:
    """Return the chosen columns, in the order chosen."""
    known = {column.name: column for column in columns}
    return tuple(known[name] for name in chosen)


_OF_VERSION: Final = tuple(column.name for column in REVISION[4:])


class Table(Protocol):
    """One table.

    Attributes:
        columns: Its columns, in order.
        fields: The fields of articles that it reads.
    """

    columns: tuple[TableColumn, ...]
    fields: tuple[str, ...]

    def rows(self, batch: bytes) -> list[TableRow]:
        """Return the rows of a batch of articles; dates are UTC without a zone."""


class ArticleTable:
    """One row an article: its record, or some fields of it."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        self.columns = only(ARTICLE, fields)

    def rows(self, batch: bytes) -> list[TableRow]:
        """Return the rows of a batch of articles."""
        names = self.fields
        return [{name: document[name] for name in names} for document in decode(batch)]


class Exploded:
    """Several rows an article, with its US session; a base class of tables."""

    source: str
    known: tuple[TableColumn, ...]
    fields: tuple[str, ...]

    def __init__(self, chosen: tuple[str, ...], sessions: Sessions) -> None:
        self.columns = only(self.known, chosen)
        self.fields = ("_id", *_MOMENTS, "column", self.source)
        self._chosen = chosen
        self._sessions = sessions

    def rows(self, batch: bytes) -> list[TableRow]:
        """Return the rows of a batch of articles."""
        whole = list(self.whole(decode(batch)))
        if self.columns == self.known:
            return whole
        return [{name: row[name] for name in self._chosen} for row in whole]

    def whole(self, articles: list[TableRow]) -> Iterator[TableRow]:
        """Yield the rows of some articles, with all their columns in order."""
        raise NotImplementedError

    def session(self, article: TableRow) -> TableRow:
        """Return the session columns of an article; all None if its date is unknown or outside the calendar."""
        published = article["published_at"]
        session = self._sessions.of(published) if published else None
        if session is None:
            return dict[str, date | str | None](session=None, session_part=None, tradable=None)
        return {"session": session.day, "session_part": session.part, "tradable": session.tradable}


class MentionTable(Exploded):
    """One row for each symbol that an article mentions."""

    source = "mentions"
    known = MENTION

    def whole(self, articles: list[TableRow]) -> Iterator[TableRow]:
        """Yield the rows of some articles, with all their columns in order."""
        for article in articles:
            session = self.session(article)
            about = {"key": article["_id"], **{name: article[name] for name in _MOMENTS}, "column": article["column"]}
            for position, mention in enumerate(article["mentions"], 1):
                fields = {name: mention[name] for name in ("symbol", "market", "evidence", "symbol_today")}
                yield about | fields | {"position": position} | session


class TagTable(Exploded):
    """One row for each tag of an article."""

    source = "tags"
    known = TAG

    def whole(self, articles: list[TableRow]) -> Iterator[TableRow]:
        """Yield the rows of some articles, with all their columns in order."""
        for article in articles:
            session = self.session(article)
            about = {"key": article["_id"], **{name: article[name] for name in _MOMENTS}}
            for position, tag in enumerate(article["tags"], 1):
                yield about | {"tag": tag, "position": position} | session


class LinkTable(Exploded):
    """One row for each further-reading entry (延伸閱讀) of an article: the edges of a graph."""

    source = "related"
    known = LINK

    def __init__(
        self, chosen: tuple[str, ...], sessions: Sessions, articles: Articles, as_of: datetime | None = None
    ) -> None:
        super().__init__(chosen, sessions)
        self._as_of = as_of
        self.fields = ("_id", *_MOMENTS, "title", self.source)
        self._articles = articles

    def whole(self, articles: list[TableRow]) -> Iterator[TableRow]:
        """Yield the rows of some articles, with all their columns in order."""
        kept = self.kept_as(articles)
        for article in articles:
            session = self.session(article)
            about = {"key": article["_id"], **{name: article[name] for name in _MOMENTS}}
            for position, related in enumerate(article["related"], 1):
                fields = {"position": position, "title": related["title"], "url": related["url"]}
                ends = {"related_key": related["key"], "kept_as": kept.get(related["key"])}
                yield about | fields | ends | session

    def kept_as(self, articles: list[TableRow]) -> dict[str, str]:
        """Return the `_id` of the kept articles that some articles link to, by the key in the link."""
        return self._articles.kept_as(
            {related["key"] for article in articles for related in article["related"] if related["key"]}, self._as_of
        )


class RevisionTable:
    """One row for each version of an article, in order; versions of aliases come first."""

    fields: tuple[str, ...] = ("_id", "aliases", "published_at", "column", "revision")

    def __init__(self, chosen: tuple[str, ...], revisions: Revisions, as_of: datetime | None = None) -> None:
        self.columns = only(REVISION, chosen)
        self._chosen = chosen
        self._revisions = revisions
        self._as_of = as_of

    def rows(self, batch: bytes) -> list[TableRow]:
        """Return the rows of a batch of articles."""
        articles = decode(batch)
        versions = self._revisions.of_some(key for article in articles for key in keys_of(article))
        return [
            {name: row[name] for name in self._chosen}
            for article in articles
            for key in reversed(keys_of(article))
            for row in self._of(article, key, versions.get(key, ()))
        ]

    def _of(self, article: TableRow, key: str, versions: Iterable[TableRow]) -> Iterator[TableRow]:
        """Yield the rows of one key's versions that were known."""
        about = {"key": article["_id"], "published_at": article["published_at"], "column": article["column"]}
        for version in versions:
            is_known = self._as_of is None or version["seen_at"] <= self._as_of
            if is_known and (key != article["_id"] or version["revision"] <= article["revision"]):
                yield about | {"seen_as": key, **{name: version[name] for name in _OF_VERSION}}
