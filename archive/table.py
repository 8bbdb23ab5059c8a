"""The tables that can be exported, each made of batches of articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

from archive import columns
from archive.columns import Column
from archive.mongo.articles import Articles
from archive.mongo.scan import decode
from archive.sessions import Sessions

Row = dict[str, Any]


class Table(Protocol):
    """One table.

    Attributes:
        columns: Its columns, in order.
        fields: The fields of articles that it is made of.
    """

    columns: tuple[Column, ...]
    fields: tuple[str, ...]

    def rows(self, batch: bytes) -> list[Row]:
        """Return the rows of a batch of articles; dates are UTC without a zone."""


class ArticleTable:
    """One row an article: its record, or some fields of it."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        self.columns = columns.only(columns.ARTICLE, fields)

    def rows(self, batch: bytes) -> list[Row]:
        """Return the rows of a batch of articles."""
        names = self.fields
        return [{name: document[name] for name in names} for document in decode(batch)]


class Exploded:
    """Several rows an article, with the US session that it falls into; a base of tables."""

    source: str
    known: tuple[Column, ...]
    fields: tuple[str, ...]

    def __init__(self, chosen: tuple[str, ...], sessions: Sessions) -> None:
        self.columns = columns.only(self.known, chosen)
        self.fields = ("_id", "published_at", "column", self.source)
        self._chosen = chosen
        self._sessions = sessions

    def rows(self, batch: bytes) -> list[Row]:
        """Return the rows of a batch of articles."""
        whole = list(self.whole(decode(batch)))
        if self.columns == self.known:
            return whole
        return [{name: row[name] for name in self._chosen} for row in whole]

    def whole(self, articles: list[Row]) -> Iterator[Row]:
        """Yield the rows of some articles, with all their columns in order."""
        raise NotImplementedError

    def session(self, article: Row) -> Row:
        """Return the session columns of an article; all None where its date is unknown or in no calendar."""
        published = article["published_at"]
        found = self._sessions.of(published) if published else None
        if found is None:
            return dict[str, date | str | None](session=None, session_part=None, tradable=None)
        return {"session": found.day, "session_part": found.part, "tradable": found.tradable}


class MentionTable(Exploded):
    """One row for each symbol that an article mentions."""

    source = "mentions"
    known = columns.MENTION

    def whole(self, articles: list[Row]) -> Iterator[Row]:
        """Yield the rows of some articles, with all their columns in order."""
        for article in articles:
            session = self.session(article)
            about = {"key": article["_id"], "published_at": article["published_at"], "column": article["column"]}
            for position, mention in enumerate(article["mentions"], 1):
                said = {name: mention[name] for name in ("symbol", "market", "evidence")}
                yield about | said | {"position": position} | session


class TagTable(Exploded):
    """One row for each tag of an article."""

    source = "tags"
    known = columns.TAG

    def whole(self, articles: list[Row]) -> Iterator[Row]:
        """Yield the rows of some articles, with all their columns in order."""
        for article in articles:
            session = self.session(article)
            about = {"key": article["_id"], "published_at": article["published_at"]}
            for position, tag in enumerate(article["tags"], 1):
                yield about | {"tag": tag, "position": position} | session


class LinkTable(Exploded):
    """One row for each further-reading entry (延伸閱讀) of an article: the edges of a graph."""

    source = "related"
    known = columns.LINK

    def __init__(self, chosen: tuple[str, ...], sessions: Sessions, articles: Articles) -> None:
        super().__init__(chosen, sessions)
        self.fields = ("_id", "published_at", "title", self.source)
        self._articles = articles

    def whole(self, articles: list[Row]) -> Iterator[Row]:
        """Yield the rows of some articles, with all their columns in order."""
        kept = self.kept_as(articles)
        for article in articles:
            session = self.session(article)
            about = {"key": article["_id"], "published_at": article["published_at"]}
            for position, related in enumerate(article["related"], 1):
                said = {"position": position, "title": related["title"], "url": related["url"]}
                ends = {"related_key": related["key"], "kept_as": kept.get(related["key"])}
                yield about | said | ends | session

    def kept_as(self, articles: list[Row]) -> dict[str, str]:
        """Return under which `_id` the articles are kept that some articles point at, by the key they point with."""
        return self._articles.kept_as({it["key"] for article in articles for it in article["related"] if it["key"]})
