"""Counts of a selection's articles by session, week and symbol."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, Unpack

from archive.archive import Archive
from archive.articles.scan import query
from archive.coverage.census import moments_of
from archive.market_calendar import SessionPart, milliseconds
from archive.model.record import Record
from archive.model.selection import Filters, select
from archive.model.time_zones import TAIPEI
from archive.web.answers.rows import session_of

COUNTED: Final = ("published_at", "tickers", "tw_stocks")
"""The fields of articles that are counted."""

_HALF_HOUR: Final = 30 * 60 * 1000


def end_of_news(archive: Archive, as_of: datetime | None) -> datetime:
    """Return the end of the news: a moment (aware; None for now), or the newest article before it."""
    until = as_of or datetime.now(UTC)
    newest = archive.articles.page(1, as_of=as_of)
    last: datetime | None = newest[0]["published_at"] if newest else None
    return min(until, last + timedelta(seconds=1)) if last else until


def by_session(archive: Archive, as_of: datetime | None, wanted: Filters) -> dict[date, Counter[SessionPart]]:
    """Return for each US session how many articles fall before, in and after the market's hours.

    Args:
        archive: The archive.
        as_of: Count what was known at this moment; aware; None for now.
        wanted: Which articles.

    Raises:
        WrongSelection: It is invalid.
    """
    counts: dict[date, Counter[SessionPart]] = defaultdict(Counter)
    for half_hour, many in Counter(_half_hours(archive, as_of, wanted)).items():
        if session := session_of(datetime.fromtimestamp(half_hour * _HALF_HOUR / 1000, UTC)):
            counts[session.day][session.part] += many
    return counts


def _half_hours(archive: Archive, as_of: datetime | None, wanted: Filters) -> Iterator[int]:
    """Yield the half hour of each dated article, counted from 1970 in UTC: bells ring and days begin at their ends."""
    if as_of is None:
        selection = select(wanted)
        index = "column_newest" if selection.columns else "newest"
        is_by_index = not (selection.tickers or selection.tags)
        moments: Iterable[int] = moments_of(archive.database, query(selection), index if is_by_index else None)
    else:
        records = archive.articles(("published_at",), as_of=as_of, **wanted)
        moments = (milliseconds(record["published_at"]) for record in records if record["published_at"])
    return (at // _HALF_HOUR for at in moments)


def symbols(archive: Archive, limit: int, as_of: datetime | None, **wanted: Unpack[Filters]) -> list[tuple[str, int]]:
    """Return the symbols that most articles mention, with how many, the most mentioned first; as of `by_session`."""
    return ranked(symbols_of(archive.articles(COUNTED, as_of=as_of, **wanted)), limit)


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


def weeks_between(moments: Sequence[datetime]) -> list[tuple[date, int]]:
    """Return the Monday (Taipei) of each week from the first to the last of some moments, with how many lie in it.

    >>> at = datetime.fromisoformat("2026-08-30T12:00+08:00")
    >>> [(str(week), many) for week, many in weeks_between([at, at + timedelta(days=9)])]
    [('2026-08-24', 1), ('2026-08-31', 0), ('2026-09-07', 1)]
    """
    return filled(Counter(_week_of(at) for at in moments))


def filled(counts: Mapping[date, int]) -> list[tuple[date, int]]:
    """Return counts of weeks, by their Mondays, with those between the first and the last that have none."""
    if not counts:
        return []
    first, last = min(counts), max(counts)
    weeks = ((last - first).days // 7) + 1
    return [(week, counts.get(week, 0)) for week in (first + timedelta(weeks=place) for place in range(weeks))]


def _week_of(at: datetime) -> date:
    day = at.astimezone(TAIPEI).date()
    return day - timedelta(days=day.weekday())
