"""A query's tree in the library's terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

import tantivy
from tantivy import FieldType, Occur, Query

from archive.articles.past.clock import ByPublication
from archive.market_calendar import milliseconds
from archive.model.selection import Selection
from archive.search.fields import CURRENT
from archive.search.language.parser import value_of
from archive.search.language.query import All, Clause, Either, Equals, Not, Published, Words
from archive.search.language.tokens import is_han, phrase

TITLE_WEIGHT: Final = 3.0
"""How much more words in the title count than words in the text, when hits are ordered by relevance."""


class Translation:
    """Makes the library's queries for one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def query(self, clause: Clause | None, selection: Selection, as_of: datetime | None) -> Query:
        """Return the library's query.

        Args:
            clause: The query; None for everything.
            selection: Further filters.
            as_of: When the versions were current; aware; None for now.
        """
        filters = [self._current(as_of), *self._selected(selection)]
        wanted = [self._clause(clause)] if clause is not None else []
        return self._all([*wanted, *(self._unweighted(query) for query in filters)])

    def _clause(self, clause: Clause) -> Query:
        """Return one clause, whatever its kind."""
        match clause:
            case Words():
                return self._words(clause)
            case Equals():
                return self._unweighted(self._term(clause.field, clause.value))
            case Published():
                return self._unweighted(self._range("published", clause.since, clause.until))
            case Not():
                parts = [(Occur.Must, self._everything), (Occur.MustNot, self._clause(clause.clause))]
                return Query.boolean_query(parts)
            case All():
                return self._all([self._clause(part) for part in clause.clauses])
            case Either():
                return self._either([self._clause(part) for part in clause.clauses])

    def _words(self, words: Words) -> Query:
        if words.part != "any":
            return self._phrase(words.part, words)
        title = Query.boost_query(self._phrase("title", words), TITLE_WEIGHT)
        return self._either([title, self._phrase("text", words)])

    def _phrase(self, field: str, words: Words) -> Query:
        """Return a query for words in one field."""
        if words.is_beginning:
            return Query.regex_query(self._schema, field, f"{re.escape(words.terms[0])}.*")
        if len(words.terms) == 1 and is_han(words.terms[0]):  # every place of it begins a pair, or ends a run
            return Query.regex_query(self._schema, field, f"{words.terms[0]}.?")
        terms: list[str | tuple[int, str]] = [*phrase(words.terms)]
        if len(terms) == 1:
            return self._term(field, terms[0][1])
        return Query.phrase_query(self._schema, field, terms)

    def _current(self, as_of: datetime | None) -> Query:
        """Return what is true of the versions that were current at a moment: from `since` to before `until`."""
        if as_of is None:
            return self._term("mark", CURRENT)
        at = milliseconds(as_of)
        clock = "assumed" if isinstance(as_of, ByPublication) else "since"
        begun, lasting = self._numbers(clock, None, at + 1), self._numbers("until", at + 1, None)
        return self._all([begun, lasting])

    def _selected(self, selection: Selection) -> Iterator[Query]:
        """Yield the filters of a selection."""
        if selection.since or selection.until:
            yield self._range("published", selection.since, selection.until)
        named = {"column": selection.columns, "ticker": selection.tickers, "tag": selection.tags}
        for field, values in named.items():
            if values:
                folded = sorted({value_of(value) for value in values})
                yield Query.term_set_query(self._schema, field, folded)

    def _range(self, field: str, since: datetime | None, until: datetime | None) -> Query:
        """Return a window: from a moment on, and before a moment."""
        return self._numbers(field, *(None if at is None else _rounded_up(at) for at in (since, until)))

    def _numbers(self, field: str, start: int | None, end: int | None) -> Query:
        """Return numbers from one on, and before one; None for no bound."""
        return Query.range_query(self._schema, field, FieldType.Integer, start, end, include_upper=end is None)

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value)

    def _unweighted(self, query: Query) -> Query:
        return Query.const_score_query(query, 0.0)

    @cached_property
    def _everything(self) -> Query:
        return self._unweighted(Query.all_query())

    def _all(self, queries: Sequence[Query]) -> Query:
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def _either(self, queries: Sequence[Query]) -> Query:
        return Query.boolean_query([(Occur.Should, query) for query in queries])


def _rounded_up(at: datetime) -> int:
    """Return the first whole millisecond that is not before a moment."""
    return milliseconds(at) + (at.microsecond % 1000 > 0)
