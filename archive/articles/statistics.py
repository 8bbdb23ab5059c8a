"""Counts over the articles of a selection: by session, by symbol, and who is named with whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Unpack

from archive.articles.scan import query
from archive.articles.walk import Walk
from archive.market_calendar import Part, Sessions
from archive.model.selection import Filters, Selection, select
from archive.mongo.database import Repository

_COUNTED: Final = dict.fromkeys(("published_at", "tickers", "tw_stocks"), 1)


class Statistics(Repository):
    """Counts articles; `as_of` counts those that the archive knew at a moment (see docs/as-of.md)."""

    def by_session(
        self, *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> dict[date, Counter[Part]]:
        """Return for each US session how many articles fall before, in and after the market's hours.

        Args:
            as_of: Aware; None for now.
            **wanted: Which articles: see `archive.model.selection.Filters`.

        Raises:
            WrongSelection: It cannot be meant.
            NotInstalled: exchange_calendars is not there.
        """
        counts: dict[date, Counter[Part]] = defaultdict(Counter)
        for article in self._articles(select(wanted), as_of):
            session = self._sessions.of(article["published_at"]) if article["published_at"] else None
            if session:
                counts[session.day][session.part] += 1
        return counts

    def symbols(
        self, limit: int, *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> list[tuple[str, int]]:
        """Return the symbols that most articles mention, US and Taiwanese, with how many; the most mentioned first.

        Args:
            limit: Symbols at most.
            as_of: As of `by_session`.
            **wanted: As of `by_session`.

        Raises:
            WrongSelection: It cannot be meant.
        """
        counts: Counter[str] = Counter()
        for article in self._articles(select(wanted), as_of):
            counts.update({*article["tickers"], *article["tw_stocks"]})
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _articles(self, selection: Selection, as_of: datetime | None) -> Iterator[Mapping[str, Any]]:
        if as_of is None:
            yield from self.database["articles"].find(query(selection), _COUNTED)
        else:
            yield from Walk(self.database, selection, as_of).documents()

    @cached_property
    def _sessions(self) -> Sessions:
        return Sessions()
