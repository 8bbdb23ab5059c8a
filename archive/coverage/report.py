"""Coverage: night by night, what is kept and what is known to be missing."""

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
"""How far beyond a window nights are looked at for what is usual in it."""


@dataclass(frozen=True, slots=True)
class KnownMissing:
    """What a backfill of the gaps is to do.

    Attributes:
        articles: Articles to be asked for again.
        windows: `_id` of the backfills to be gone on with.
        spans: Spans of time (begin, end; aware, UTC) in which too little is kept, to be looked through anew; nights
            one after another are one span.
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
    """Return what is known to be missing from a window and can be asked for again; arguments as of `coverage`."""
    report = coverage(archive, since, until, columns, passed_over=passed_over)
    spans: list[tuple[datetime, datetime]] = []
    for item in report.thin:
        begins = spans.pop()[0] if spans and spans[-1][1] == item.night.begins else item.night.begins
        spans.append((begins, item.night.ends))
    lost = [item for item in report.lost if _is_within(item.published_at, spans)]  # too little is kept there: ask again
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
        numbers_left: Numbers of the old site that are not walked yet; None where their range is not found yet.
    """

    id: str
    since: datetime
    until: datetime
    numbers_left: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a window of the archive holds, and what is missing from it.

    Attributes:
        since: Its beginning; aware; included.
        until: Its end; aware; not included.
        articles: How many articles of it are kept.
        nights: Every night that begins in it, judged.
        waiting: Articles of it, or of unknown date, that are wanted or failed, or were passed over by a narrower run.
        unread: Further reading of its articles that is not kept and not waiting.
        lost: Articles of it that the site had no more, or kept from us, before they could be kept: nothing is to be
            done about them, so they are no gap.
        unfinished: Backfills of it that are not complete.
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
        """Whether nothing is missing that could be had; a window of nothing has nothing to be complete."""
        return self.since < self.until and not (self.thin or self.waiting or self.unread or self.unfinished)

    def as_json(self) -> Document:
        """Return it as what JSON can write; moments in ISO 8601, UTC."""
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


def coverage(  # noqa: PLR0913 -- a window has two ends, and what is wanted of it three sides
    archive: Archive,
    since: datetime | None,
    until: datetime | None,
    columns: Columns,
    *,
    passed_over: Collection[str] = (),
    now: datetime | None = None,
    as_of: datetime | None = None,
) -> Coverage:
    """Return what a window of the archive holds, and what is missing from it.

    Args:
        archive: The archive.
        since: Its beginning; aware; None for the half hour of the oldest article kept.
        until: Its end; aware; not included; None for now.
        columns: The columns that are wanted, without brackets; None for all.
        passed_over: The frontier's reasons for which an article was skipped by a run that wanted less.
        now: The moment up to which nights can be judged; aware; None for `as_of`, or the clock's.
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
    """Return the nights that begin in a window, judged as of now; as of `coverage`, of which it is a small part."""
    census = Census(archive.database, columns)
    return _judged(census, (since, until), census.span() or (since, until), datetime.now(UTC))


def _window(
    since: datetime | None, until: datetime | None, kept: tuple[datetime, datetime] | None, now: datetime
) -> tuple[datetime, datetime]:
    """Return a window with both its ends; one of nothing, which begins where it ends, where nothing bounds it.

    The oldest article is counted from its half hour on, so that one in the half hour of a close is in that night.
    """
    until = until or now
    if since is None:
        since = begin_of_half_hour(kept[0]) if kept else until
    return min(since, until), until


def _judged(
    census: Census, window: tuple[datetime, datetime], kept: tuple[datetime, datetime], now: datetime
) -> list[NightCoverage]:
    """Return a window's nights, judged by themselves and by those around it of which articles are kept."""
    since, until = window
    begin = min(since, max(since - SEASON, kept[0]))
    end = max(until, min(until + SEASON, kept[1]))
    sessions = nights(begin, end)
    if not sessions:
        return []
    counts = tally(sessions, census.moments(sessions[0].begins, sessions[-1].ends))
    return [night for night in assess_nights(sessions, counts, min(now, until), since) if night.night.begins < until]


def _written_by(windows: Iterable[Filled], as_of: datetime | None) -> list[Filled]:
    """Return the windows that are as they were at a moment; of those gone on with since it is not known."""
    return [backfill for backfill in windows if as_of is None or backfill.updated_at <= as_of]


def _unfinished(windows: Iterable[Filled], since: datetime, until: datetime, columns: Columns) -> list[Unfinished]:
    """Return the windows meeting a span and columns that are not complete, but for those within a complete one."""
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
