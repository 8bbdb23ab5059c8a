"""A symbol in the column: its share of each session, its silences, and the symbols that it is named with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from archive.archive import Archive
from archive.articles.scan import query
from archive.market_calendar import nights
from archive.model.record import Record
from archive.model.selection import Filters, select
from archive.model.time_zones import TAIPEI
from archive.web.answers.site import Site
from archive.web.figures.silence import sessions_with_gaps
from archive.web.figures.statistics import by_session, ranked, symbols_of

SEASON: Final = timedelta(days=91)
"""The window of sessions that is shown, and of which co-mentions are compared with the one before."""


@dataclass(frozen=True, slots=True)
class OfSession:
    """A symbol in a session.

    Attributes:
        day: The session.
        articles: Articles that name it.
        total: All articles.
        has_gap: Whether something of the session is missing: then nothing is to be made of a silence.
    """

    day: date
    articles: int
    total: int
    has_gap: bool

    @property
    def share(self) -> float:
        """The share of the articles that name it, 0 to 1."""
        return self.articles / self.total if self.total else 0.0


def presence(site: Site, symbol: str, until: datetime, as_of: datetime | None) -> list[OfSession]:
    """Return a symbol's share of each session of the season before a moment, oldest first; aware."""
    archive, since = site.archive, until - SEASON
    window = Filters(since=since, until=until)
    everything = by_session(archive, as_of, window)
    named = by_session(archive, as_of, window | Filters(tickers=[symbol]))
    gaps = sessions_with_gaps(site, since, until, as_of)
    days = sorted({night.day for night in nights(since, until)} | set(everything))
    return [OfSession(day, _total(named, day), _total(everything, day), day in gaps) for day in days]


def silences(sessions: Sequence[OfSession]) -> dict[str, int | None]:
    """Return how many sessions the longest silence lasted, and the one before the newest article.

    A session with a gap ends a silence: what is not kept may have named the symbol. None where there was none.

    >>> days = [date(2026, 8, day) for day in (3, 4, 5, 6, 7)]
    >>> counts = [1, 0, 0, 1, 0]
    >>> silences([OfSession(day, count, 9, False) for day, count in zip(days, counts, strict=True)])
    {'longest': 2, 'before_last': 2}
    """
    longest = length = 0
    before_last: int | None = None
    for session in sessions:
        if session.articles:
            before_last = length or None
        length = 0 if session.articles or session.has_gap else length + 1
        longest = max(longest, length)
    return {"longest": longest or None, "before_last": before_last}


def company(records: Sequence[Record], symbol: str, until: datetime, limit: int) -> list[dict[str, Any]]:
    """Return the symbols that are named with one most often: since when, and whether more often than before.

    `recent` are the articles of the season before `until`, `before` those of the season before that.
    """
    recent = Counter(_others(records, symbol, until - SEASON, until))
    before = Counter(_others(records, symbol, until - 2 * SEASON, until - SEASON))
    first: dict[str, datetime] = {}
    for record in records:
        for other in symbols_of([record]):
            at = record["published_at"]
            if at and at < first.get(other, until):
                first[other] = at
    often = ranked((other for other in symbols_of(records) if other != symbol), limit)
    return [
        {
            "symbol": other,
            "articles": count,
            "since": first.get(other),
            "recent": recent[other],
            "before": before[other],
            "is_rising": recent[other] > before[other],
        }
        for other, count in often
    ]


def history(
    archive: Archive, symbol: str, until: datetime, limit: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of `company`, and the symbol's weeks, counted where the articles are: as they are now.

    A week has `week` (its Monday in Taipei; None for articles without a date), `articles`, `first` and `last`.
    """
    named = {"$match": query(select(Filters(tickers=[symbol])))}
    week = {"$dateTrunc": {"date": "$published_at", "unit": "week", "timezone": TAIPEI.key, "startOfWeek": "monday"}}
    ends = {"first": {"$min": "$published_at"}, "last": {"$max": "$published_at"}}
    by_week = {"$group": {"_id": week, "articles": {"$sum": 1}, **ends}}
    others = {"$setDifference": [{"$setUnion": ["$tickers", "$tw_stocks"]}, [symbol]]}
    counted = {
        name: {"$sum": {"$cond": [{"$and": [{"$gte": ["$at", begin]}, {"$lt": ["$at", end]}]}, 1, 0]}}
        for name, begin, end in (("recent", until - SEASON, until), ("before", until - 2 * SEASON, until - SEASON))
    }
    grouped = {"$group": {"_id": "$other", "articles": {"$sum": 1}, "since": {"$min": "$at"}, **counted}}
    articles = archive.database["articles"]
    together = articles.aggregate(
        [
            named,
            {"$project": {"_id": 0, "at": "$published_at", "other": others}},
            {"$unwind": "$other"},
            grouped,
            {"$sort": {"articles": -1, "_id": 1}},
            {"$limit": limit},
        ]
    )
    weeks = articles.aggregate([named, {"$project": {"_id": 0, "published_at": 1}}, by_week, {"$sort": {"_id": 1}}])
    return (
        [_company_of(row) for row in together],
        [row | {"week": row["_id"] and row["_id"].astimezone(TAIPEI).date()} for row in weeks],
    )


def _company_of(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("articles", "since", "recent", "before")
    return {"symbol": row["_id"], **{name: row[name] for name in names}, "is_rising": row["recent"] > row["before"]}


def _others(records: Sequence[Record], symbol: str, since: datetime, until: datetime) -> list[str]:
    within = [record for record in records if record["published_at"] and since <= record["published_at"] < until]
    return [other for other in symbols_of(within) if other != symbol]


def _total(counts: Mapping[date, Counter[Any]], day: date) -> int:
    return counts[day].total() if day in counts else 0
