"""The two clocks of an archive as it was known: when it saw an article, and when that was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class ByPublication(datetime):
    """A moment by the clock of publication; take it as `as_of` in place of a `datetime`.

    By a plain moment only that is known which the archive had seen by then. By this one an article that it saw first
    later, as in a backfill, counts from its publication on, in the first text that the archive has of it: that this was
    the first text there was is assumed. Such an article has a `first_seen_at` after the moment.
    """

    @classmethod
    def at(cls, moment: datetime) -> ByPublication:
        """Return a moment (aware) by this clock."""
        return cls.fromisoformat(moment.isoformat())


def is_assumed(record: Any, as_of: datetime | None) -> bool:
    """Return whether a record is known at a moment by assumption alone.

    >>> from datetime import UTC
    >>> at = datetime(2026, 8, 28, tzinfo=UTC)
    >>> is_assumed({"first_seen_at": datetime(2026, 9, 1, tzinfo=UTC)}, ByPublication.at(at)), is_assumed({}, at)
    (True, False)
    """
    return isinstance(as_of, ByPublication) and record["first_seen_at"] > as_of
