"""When an address that failed is asked for again."""

from __future__ import annotations

from datetime import datetime, timedelta

from archive.mongo.values import moment

FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(days=7)
_ENOUGH_ATTEMPTS = 10


def retry_at(at: datetime, attempts: int) -> datetime:
    """Return when to ask again after a number of failures in a row: 15 min, 1 h, 4 h, 16 h, 64 h, then every week.

    >>> from datetime import UTC
    >>> retry_at(datetime(2026, 1, 1, tzinfo=UTC), 3).isoformat()
    '2026-01-01T04:00:00+00:00'
    """
    wait = FIRST_RETRY * 4 ** (min(attempts, _ENOUGH_ATTEMPTS) - 1)
    return moment(at + min(wait, LONGEST_RETRY))
