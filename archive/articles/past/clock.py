"""The two clocks of past states: when the archive saw an article, and when it was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class ByPublication(datetime):
    """A moment by the clock of publication; take it as `as_of` in place of a `datetime`.

    By a plain moment only articles that the archive had seen by then are known. By this clock an article that was first
    seen later, as in a backfill, counts as known from its publication on, in the first text that the archive has of it.
    It is an assumption that the site had not revised it before. Such an article has a `first_seen_at` after the moment.
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
