"""When an address is asked for again: one that failed, and one whose article is fresh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from archive.mongo.values import moment

FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(days=7)
_ENOUGH_ATTEMPTS = 10
FIRST_RECHECK = timedelta(hours=1)
RECHECK_GROWTH = 3


def retry_at(at: datetime, attempts: int) -> datetime:
    """Return when to ask again after a number of failures in a row: 15 min, 1 h, 4 h, 16 h, 64 h, then every week.

    >>> from datetime import UTC
    >>> retry_at(datetime(2026, 1, 1, tzinfo=UTC), 3).isoformat()
    '2026-01-01T04:00:00+00:00'
    """
    wait = FIRST_RETRY * 4 ** (min(attempts, _ENOUGH_ATTEMPTS) - 1)
    return moment(at + min(wait, LONGEST_RETRY))


def recheck_at(article: Mapping[str, Any], checked_at: datetime, days: float) -> datetime | None:
    """Return when to look again at a fresh article: 1 h, 3 h, 9 h, 27 h … after it was first seen.

    Args:
        article: Its document; `first_seen_at` and `published_at` count.
        checked_at: When the site was last asked; the next look is after it.
        days: Days after publication (or, undated, after it was first seen) in which articles are looked at again.

    Returns:
        None when the article is no longer fresh by then.

    >>> from datetime import UTC
    >>> seen = datetime(2026, 1, 1, tzinfo=UTC)
    >>> recheck_at({"first_seen_at": seen, "published_at": seen}, seen + timedelta(hours=5), 3).isoformat()
    '2026-01-01T09:00:00+00:00'
    >>> recheck_at({"first_seen_at": seen, "published_at": None}, seen + timedelta(hours=30), 3) is None
    True
    """
    first_seen_at: datetime = min(article["first_seen_at"], checked_at)  # a wrong clock may have seen it first
    last = (article["published_at"] or first_seen_at) + timedelta(days=days)
    wait = FIRST_RECHECK
    while first_seen_at + wait <= min(checked_at, last):
        wait *= RECHECK_GROWTH
    return moment(first_seen_at + wait) if first_seen_at + wait <= last else None
