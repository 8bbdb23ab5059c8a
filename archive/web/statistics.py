"""Counts over the articles of a selection: by session, by symbol, and who is named with whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, Unpack

from archive.archive import Archive
from archive.market_calendar import Part
from archive.model.record import Record
from archive.model.selection import Filters
from archive.web.rows import session_of

_COUNTED: Final = ("published_at", "tickers", "tw_stocks")


def by_session(archive: Archive, as_of: datetime | None, wanted: Filters) -> dict[date, Counter[Part]]:
    """Return for each US session how many articles fall before, in and after the market's hours.

    Args:
        archive: The archive.
        as_of: Count what was known at this moment; aware; None for now.
        wanted: Which articles.

    Raises:
        WrongSelection: It cannot be meant.
    """
    counts: dict[date, Counter[Part]] = defaultdict(Counter)
    for record in archive.articles(_COUNTED, as_of=as_of, **wanted):
        if session := session_of(record["published_at"]):
            counts[session.day][session.part] += 1
    return counts


def symbols(archive: Archive, limit: int, as_of: datetime | None, **wanted: Unpack[Filters]) -> list[tuple[str, int]]:
    """Return the symbols that most articles mention, with how many, the most mentioned first; as of `by_session`."""
    return ranked(symbols_of(archive.articles(_COUNTED, as_of=as_of, **wanted)), limit)


def symbols_of(records: Iterable[Record]) -> Iterator[str]:
    """Yield each symbol of each article, US and Taiwanese."""
    for record in records:
        yield from {*record["tickers"], *record["tw_stocks"]}


def ranked(names: Iterable[str], limit: int) -> list[tuple[str, int]]:
    """Return the commonest of some names with how many, the commonest first, equals by name.

    >>> ranked(["B", "A", "C", "C"], 2)
    [('C', 2), ('A', 1)]
    """
    return sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
