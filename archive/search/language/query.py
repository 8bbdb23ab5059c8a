"""A query as a tree, and the error of an invalid query, with its position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.model.selection import Selection

WordPart = Literal["any", "title", "heading"]
SearchField = Literal["ticker", "tag", "column", "author", "mark"]


class WrongQuery(ValueError):
    """A query cannot be understood; the message has what is wrong, where, and what would do.

    Attributes:
        place: The place in the query of the character at fault, from 0.
    """

    def __init__(self, query: str, place: int, reason: str) -> None:
        """Take what is wrong with a query."""
        super().__init__(f"query {query!r}, character {place + 1}: {reason}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Words:
    """Atoms that stand next to one another in a text.

    Attributes:
        terms: The folded atoms; at least one.
        part: Where: `any` for title, headings and text.
        is_beginning: Whether the one atom, letters or a number, may go on: `nvid*`.
    """

    terms: tuple[str, ...]
    part: WordPart = "any"
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Equals:
    """A field that has a value, folded; `mark` has `gone`, `members`, `revision` and `problem`."""

    field: SearchField
    value: str


@dataclass(frozen=True, slots=True)
class Published:
    """A window of publication: from a moment on, and before a moment; aware, UTC, None for no bound."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    clause: Clause


@dataclass(frozen=True, slots=True)
class All:
    """What must hold together."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Of which at least one must hold."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query with its filters.

    Attributes:
        clause: The query; None for everything.
        selection: Further filters.
        as_of: The moment of the state to search; aware; None for now.
    """

    clause: Clause | None
    selection: Selection
    as_of: datetime | None = None


Clause = Words | Equals | Published | Not | All | Either


def words_of(clause: Clause) -> Iterator[Words]:
    """Yield the words of a query that a hit may have, in order; not those that are excluded."""
    if isinstance(clause, Words):
        yield clause
    elif isinstance(clause, All | Either):
        for part in clause.clauses:
            yield from words_of(part)
