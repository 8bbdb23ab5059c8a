"""The change feed as the facade offers it: called for its lines, or read by the batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Unpack

from archive.articles.collection import Articles
from archive.feed.outbox import Outbox
from archive.feed.reader import Feed, Line
from archive.model.selection import Filters


class Changes(Outbox):
    """The outbox, with the feed that is made of it."""

    def __call__(
        self,
        after: str | None = None,
        fields: Iterable[str] | None = None,
        *,
        follow: bool = False,
        **wanted: Unpack[Filters],
    ) -> Iterator[Line]:
        """Return the feed: each change with its article as it is now, in order (see `docs/feed.md`).

        Args:
            after: The cursor of the last line that was dealt with; None for the beginning.
            fields: The fields that articles are to have; None for all.
            follow: Whether to wait for more at the end; it then never ends.
            **wanted: Which articles: see `archive.model.selection.Filters`.

        Raises:
            WrongCursor: It is none of this archive.
            WrongSelection: What is asked for cannot be meant.
        """
        return self.feed(fields, **wanted).lines(after, follow=follow)

    def feed(self, fields: Iterable[str] | None = None, **wanted: Unpack[Filters]) -> Feed:
        """Return the feed, to be read by the batch.

        Raises:
            WrongSelection: What is asked for cannot be meant.
        """
        return Feed(self, Articles(self.database), fields, **wanted)
