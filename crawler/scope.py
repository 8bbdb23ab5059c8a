"""The scope of a run: columns, a window of publication, and the depth of further reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from archive.model.crawl.frontier import ADDRESS_ERRS, OUTSIDE, TOO_DEEP, PublishedFrom
from archive.model.text import column_of, is_garbled

OTHER_COLUMN: Final = "other column"


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles that a run wants.

    Attributes:
        columns: Names without brackets; None for all.
        since: Publication at or after this moment; aware; None for no bound.
        until: Publication before this moment; aware; None for no bound.
        related_depth: How many steps of further reading are followed from a listing.
        narrowed: Other arguments that narrow the run, for `kind`.
    """

    columns: frozenset[str] | None
    since: datetime | None = None
    until: datetime | None = None
    related_depth: int = 2
    narrowed: str = ""

    @property
    def kind(self) -> str:
        """The scope in words: equal for runs with the same scope, at any time."""
        columns = ",".join(sorted(self.columns)) if self.columns is not None else "*"
        return f"columns={columns} {self.narrowed}".strip()

    def shown(self) -> dict[str, Any]:
        """Return the scope for the run's document."""
        return {
            "columns": sorted(self.columns) if self.columns is not None else ["*"],
            "since": self.since,
            "until": self.until,
            "related_depth": self.related_depth,
        }

    def wants(self, column: str | None) -> bool:
        """Return whether a column is wanted; None for a title without a prefix."""
        return self.columns is None or column in self.columns

    def refuses(
        self,
        title: str | None,
        published_at: datetime | None,
        *,
        depth: int = 0,
        read: bool = False,
        told_by: PublishedFrom | None = None,
    ) -> str | None:
        """Return why an article is not wanted; None if it is, or if that is not decided yet.

        Args:
            title: The title in a listing, a link or the page; empty or None without one.
            published_at: The publication; aware; None if it is not known.
            depth: Steps of further reading from a listing.
            read: Whether the page was read, so that an absent title is final.
            told_by: The source of `published_at`. A date that only an address states is decided once the page was
                read: imported articles are older than their addresses.
        """
        if (title or read) and not is_garbled(title or "") and not self.wants(column_of(title or "")):
            return OTHER_COLUMN
        if depth > self.related_depth:
            return TOO_DEEP
        if told_by == "address" and not read:
            return self._surely_outside(published_at)
        return self._outside(published_at)

    def _surely_outside(self, published_at: datetime | None) -> str | None:
        """Return why an article is too old for the window, even if its address errs; None if it may not be."""
        too_old = published_at and self.since and published_at < self.since - ADDRESS_ERRS
        return OUTSIDE if too_old else None

    def _outside(self, published_at: datetime | None) -> str | None:
        if published_at is None:
            return None
        before = self.since is not None and published_at < self.since
        after = self.until is not None and published_at >= self.until
        return OUTSIDE if before or after else None
