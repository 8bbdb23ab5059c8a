"""The hits of a query in the order of publication, then of keys, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

import tantivy
from tantivy import FieldType, Occur, Query

from archive.articles.walk import Place
from archive.market_calendar import milliseconds

TIES: Final = 10_000
"""Most hits of one moment, or undated, that are sorted by key."""

_FIRST, _LAST = -(2**53), 2**53


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """A version that was found, and its place: the moment of publication in milliseconds, None without one."""

    key: str
    revision: int
    published: int | None

    @property
    def place(self) -> Place:
        """The place of its article in lists."""
        at = (
            None
            if self.published is None
            else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.published)
        )
        return Place(at, self.key)


class Paging:
    """Gives the hits of one query in the order that `Walk` has: by date, at one moment by key, the undated last."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, query: Query, *, oldest: bool) -> None:
        self._searcher = searcher
        self._schema = schema
        self._query = query
        self._oldest = oldest
        self._total: int | None = None

    def total(self) -> int:
        """Return the number of hits on all pages, from the first page if it was read."""
        return count(self._searcher, self._query) if self._total is None else self._total

    def page(self, limit: int, after: Place | None) -> list[FoundVersion]:
        """Return some hits after a place; from the first one for None."""
        return list(islice(self._hits(limit, after), limit))

    def _hits(self, limit: int, after: Place | None) -> Iterator[FoundVersion]:
        if after is not None and after.published_at is not None:
            at = milliseconds(after.published_at)
            yield from self._behind(self._at(at), after.key)
            yield from self._dated(limit, at)
        elif after is None:
            yield from self._dated(limit, None)
        yield from self._behind(self._undated(), after.key if after and after.published_at is None else None)

    def _dated(self, limit: int, at: int | None) -> Iterator[FoundVersion]:
        """Yield as many hits as a page takes that were published behind a moment; all of its last moment."""
        order = tantivy.Order.Asc if self._oldest else tantivy.Order.Desc
        if at is None:  # those without a date come last, and are counted
            window = self._query
        else:
            window = self._range(at + 1, _LAST) if self._oldest else self._range(_FIRST, at - 1)
        result = self._searcher.search(window, limit, count=at is None, order_by_field="published", order=order)
        if at is None:
            self._total = result.count  # type: ignore[attr-defined]  # the types leave it out
        versions = [version for version in self._versions(result) if version.published is not None]
        moments = dict.fromkeys(version.published for version in versions)
        for moment in moments:
            some = [version for version in versions if version.published == moment]
            is_last = moment == versions[-1].published
            yield from self._behind(self._at(moment or 0) if is_last and len(versions) == limit else some, None)

    def _behind(self, versions: list[FoundVersion], key: str | None) -> Iterator[FoundVersion]:
        """Yield hits of one moment by their keys, those behind a key only."""
        ordered = sorted(versions, key=lambda version: version.key, reverse=self._oldest)
        later: Callable[[str], bool] = lambda other: key is None or (other < key if self._oldest else other > key)  # noqa: E731
        return (version for version in ordered if later(version.key))

    def _at(self, moment: int) -> list[FoundVersion]:
        return self._search(self._range(moment, moment), TIES)

    def _undated(self) -> list[FoundVersion]:
        dated = (Occur.MustNot, Query.range_query(self._schema, "published", FieldType.Integer, _FIRST, _LAST))
        return self._search(Query.boolean_query([(Occur.Must, self._query), dated]), TIES)

    def _range(self, first: int, last: int) -> Query:
        window = Query.range_query(self._schema, "published", FieldType.Integer, first, last)
        return Query.boolean_query([(Occur.Must, self._query), (Occur.Must, Query.const_score_query(window, 0.0))])

    def _search(self, query: Query, limit: int) -> list[FoundVersion]:
        return self._versions(self._searcher.search(query, limit, count=False))

    def _versions(self, result: tantivy.SearchResult) -> list[FoundVersion]:
        return [found_version(self._searcher.doc(address)) for _, address in result.hits]


def count(searcher: tantivy.Searcher, query: Query) -> int:
    """Return how many hits a query has."""
    number: int = searcher.search(query, 1).count  # type: ignore[attr-defined]  # the types leave it out
    return number


def found_version(document: Any) -> FoundVersion:
    """Return a document of the index as what was found."""
    published = document["published"]
    return FoundVersion(document["key"][0], document["revision"][0], published[0] if published else None)
