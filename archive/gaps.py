"""What is known to be missing from a window and can be asked for again: what a backfill of the gaps is to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.coverage import coverage
from archive.missing import Columns, Missing

if TYPE_CHECKING:
    from archive.archive import Archive


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
        """Return the articles' keys."""
        return tuple(one.key for one in self.articles)


def known_missing(
    archive: Archive,
    since: datetime | None,
    until: datetime | None,
    columns: Columns,
    *,
    passed_over: Collection[str] = (),
) -> KnownMissing:
    """Return what is known to be missing from a window and can be asked for again; arguments as of `coverage`."""
    found = coverage(archive, since, until, columns, passed_over=passed_over)
    spans: list[tuple[datetime, datetime]] = []
    for one in found.thin:
        begins = spans.pop()[0] if spans and spans[-1][1] == one.night.begins else one.night.begins
        spans.append((begins, one.night.ends))
    lost = [one for one in found.lost if _is_within(one.published_at, spans)]  # too little is kept there: ask again
    articles = (*found.waiting, *found.unread, *lost)
    return KnownMissing(articles, tuple(one.id for one in found.unfinished), tuple(spans))


def _is_within(moment: datetime | None, spans: Sequence[tuple[datetime, datetime]]) -> bool:
    return moment is not None and any(begins <= moment < ends for begins, ends in spans)
