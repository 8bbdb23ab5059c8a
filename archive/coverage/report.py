"""Coverage: the kept and the missing articles of a window, night by night."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from archive.coverage.baseline import NightCoverage, assess_nights
from archive.coverage.census import Census
from archive.coverage.missing import Columns, Missing, unkept
from archive.coverage.past import PastCensus
from archive.market_calendar import begin_of_half_hour, nights, tally
from archive.model.crawl.backfill import Filled, Window
from archive.mongo.database import Document

if TYPE_CHECKING:
    from archive.archive import Archive

SEASON: Final = timedelta(weeks=26)
"""How far beyond a window nights serve as samples for the usual number."""


@dataclass(frozen=True, slots=True)
class KnownMissing:
    """The work of a backfill of the gaps.

    Attributes:
        articles: Articles to request again.
        windows: `_id` of the backfills to resume.
        spans: Spans of time (begin, end; aware, UTC) with too few articles, to search anew; successive nights are one
            span.
    """

    articles: tuple[Missing, ...]
    windows: tuple[str, ...]
    spans: tuple[tuple[datetime, datetime], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The articles' keys."""
        return tuple(article.key for article in self.articles)


def known_missing(
    archive: Archive,
    since: datetime | None,
    until: datetime | None,
    columns: Columns,
    *,
    passed_over: Collection[str] = (),
) -> KnownMissing:
    """Return what is missing from a window and can be requested again; arguments as of `coverage`."""
    report = coverage(archive, since, until, columns, passed_over=passed_over)
    spans: list[tuple[datetime, datetime]] = []
    for item in report.thin:
        begins = spans.pop()[0] if spans and spans[-1][1] == item.night.begins else item.night.begins
        spans.append((begins, item.night.ends))
    lost = [
        item for item in report.lost if _is_within(item.published_at, spans)
    ]  # too few are kept there: request them again
    articles = (*report.waiting, *report.unread, *lost)
    return KnownMissing(articles, tuple(item.id for item in report.unfinished), tuple(spans))


def _is_within(moment: datetime | None, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    return moment is not None and any(begins <= moment < ends for begins, ends in spans)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A backfill's window that is not complete.

    Attributes:
        id: Its `_id` in `backfills`.
        since: Its beginning; aware, UTC.
        until: Its end; aware, UTC.
        numbers_left: How many numbers of the old site are left; None while their range is unknown.
    """

    id: str
    since: datetime
    until: datetime
    numbers_left: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The kept and the missing articles of a window.

    Attributes:
        since: Its beginning; aware; included.
        until: Its end; aware; not included.
        articles: The number of its kept articles.
        nights: Every night that begins in it, assessed.
        waiting: Articles of it, or of unknown date, that are wanted or failed, or were skipped by a narrower run.
        unread: Further reading of its articles that is not kept and not waiting.
        lost: Articles of it that the site removed or closed before they could be kept. They cannot be had, so they are
            no gap.
        unfinished: Its backfills that are not complete.
    """

    since: datetime
    until: datetime
    articles: int
    nights: tuple[NightCoverage, ...]
    waiting: tuple[Missing, ...]
    unread: tuple[Missing, ...]
    lost: tuple[Missing, ...]
    unfinished: tuple[Unfinished, ...]

    @property
    def thin(self) -> tuple[NightCoverage, ...]:
        """The nights with no article or far too few."""
        return tuple(night for night in self.nights if night.shortfall)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that could be had; False for an empty window."""
        return self.since < self.until and not (self.thin or self.waiting or self.unread or self.unfinished)

    def as_json(self) -> Document:
        """Return it as values of JSON; moments in ISO 8601, UTC."""
        return {
            "since": _iso(self.since),
            "until": _iso(self.until),
            "complete": self.is_complete,
            "articles": self.articles,
            "sessions": [_night_as_json(item) for item in self.nights],
            "gaps": [_night_as_json(item) for item in self.thin],
            "waiting": [_as_json(item) for item in self.waiting],
            "unread": [_as_json(item) for item in self.unread],
            "lost": [_as_json(item) for item in self.lost],
            "unfinished": [_as_json(item) for item in self.unfinished],
        }


def coverage(  # noqa: PLR0913 -- a window has two ends, and the query three more parameters
    archive: Archive,
    since: datetime | None,
    until: datetime | None,
    columns: Columns,
    *,
    passed_over: Collection[str] = (),
    now: datetime | None = None,
    as_of: datetime | None = None,
) -> Coverage:
    """Return the kept and the missing articles of a window.

    Args:
        archive: The archive.
        since: The window's beginning; aware; None for the half hour of the oldest kept article.
        until: Its end; aware; not included; None for now.
        columns: The columns that are wanted, without brackets; None for all.
        passed_over: The reasons of skipping by a narrower run.
        now: The moment up to which nights can be assessed; aware; None for `as_of`, or the present.
        as_of: The moment of the state that is counted (see docs/as-of.md); aware; None for now.
    """
    now = now or as_of or datetime.now(UTC)
    census = Census(archive.database, columns) if as_of is None else PastCensus(archive.database, columns, as_of)
    kept = census.span()
    since, until = _window(since, until, kept, now)
    missing = unkept(census, since, until, columns, passed_over)
    return Coverage(
        since,
        until,
        census.count(since, until),
        tuple(_judged(census, (since, until), kept or (since, until), now)),
        tuple(missing.waiting.values()),
        tuple(missing.unread.values()),
        tuple(missing.lost.values()),
        tuple(_unfinished(_written_by(archive.backfills.every(), as_of), since, until, columns)),
    )


def judged_nights(archive: Archive, since: datetime, until: datetime, columns: Columns) -> list[NightCoverage]:
    """Return the assessed nights that begin in a window: a small part of `coverage`."""
    census = Census(archive.database, columns)
    return _judged(census, (since, until), census.span() or (since, until), datetime.now(UTC))


def _window(
    since: datetime | None, until: datetime | None, kept: tuple[datetime, datetime] | None, now: datetime
) -> tuple[datetime, datetime]:
    """Return a window with both its ends; an empty one, which begins at its end, for an empty archive.

    The window begins with the half hour of the oldest article: one in the half hour of a close belongs to that night.
    """
    until = until or now
    if since is None:
        since = begin_of_half_hour(kept[0]) if kept else until
    return min(since, until), until


def _judged(
    census: Census, window: tuple[datetime, datetime], kept: tuple[datetime, datetime], now: datetime
) -> list[NightCoverage]:
    """Return the assessed nights of a window; nights around it serve as samples."""
    since, until = window
    begin = min(since, max(since - SEASON, kept[0]))
    end = max(until, min(until + SEASON, kept[1]))
    sessions = nights(begin, end)
    if not sessions:
        return []
    counts = tally(sessions, census.moments(sessions[0].begins, sessions[-1].ends))
    return [night for night in assess_nights(sessions, counts, min(now, until), since) if night.night.begins < until]


def _written_by(windows: Iterable[Filled], as_of: datetime | None) -> list[Filled]:
    """Return the windows that have not changed since a moment; the former state of others is unknown."""
    return [backfill for backfill in windows if as_of is None or backfill.updated_at <= as_of]


def _unfinished(windows: Iterable[Filled], since: datetime, until: datetime, columns: Columns) -> list[Unfinished]:
    """Return the incomplete windows that overlap a span and columns, except those within a complete one."""
    meeting = [backfill for backfill in windows if backfill.window.since < until and backfill.window.until > since]
    known = [backfill for backfill in meeting if columns is None or {"*", *columns} & set(backfill.window.columns)]
    complete = [backfill.window for backfill in known if backfill.complete]
    return [
        Unfinished(backfill.window.id, backfill.window.since, backfill.window.until, backfill.numbers_left)
        for backfill in known
        if not backfill.complete and not any(_contains(other, backfill.window) for other in complete)
    ]


def _contains(outer: Window, inner: Window) -> bool:
    same = outer.columns == inner.columns and set(inner.via) <= set(outer.via)
    return same and outer.since <= inner.since and inner.until <= outer.until


def _night_as_json(night: NightCoverage) -> Document:
    return {
        "session": night.night.day.isoformat(),
        "begins": _iso(night.night.begins),
        "ends": _iso(night.night.ends),
        "articles": night.count,
        "usual": night.usual,
        "shortfall": night.shortfall,
    }


def _as_json(item: Missing | Unfinished) -> Document:
    return {name: _iso(value) if isinstance(value, datetime) else value for name, value in asdict(item).items()}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
