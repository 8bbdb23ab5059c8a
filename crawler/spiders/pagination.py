"""Pagination of a listing, with checks for circles, for listings without end, and for changes while it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from archive.model.text import column_of, is_garbled

STALE: Final = 3
"""A listing counts as endless after so many pages in a row without a new card."""

UNREAD: Final = 0.2
"""Share of entries without an address above which articles are missing."""

FEWEST, MANY = 10, 30
"""Titles of a whole listing, and of a part of one, of which one at least names the column that was asked for."""

WALKS: Final = 3
"""How often a listing is read at most if it changes while it is read."""


@dataclass(slots=True)
class Pagination:
    """A listing that is being read page by page.

    A cursor may be an offset. Then an article that leaves the listing makes the next page begin one too late. Therefore
    the first page is requested again at the end; if a card is missing from it, the whole listing is read again.

    Attributes:
        source: The name of the source, for the run's document.
        tags: The tags that the interface is asked for, empty for all; None for another listing.
        optional: Whether the listing may not exist.
        author: The author whose articles the interface is asked for; None for another listing.
        start: The cursor or address of the first page.
        requested: Addresses or cursors of this pagination, against circles.
        pages: Pages read in this pagination.
        is_check: Whether the page under way is the first one again.
        resumed: Whether it begins where an earlier run ended, so that it has no first page.
    """

    source: str
    tags: Sequence[str] | None = None
    optional: bool = False
    author: str | None = None
    start: str | None = None
    requested: set[str] = field(default_factory=set)
    pages: int = 0
    is_check: bool = False
    resumed: bool = False
    _walks: int = 1
    _least: int = 0
    _stale: int = 0
    _first: tuple[str, ...] = ()
    _entries: int = 0
    _unread: int = 0
    _titled: int = 0
    _is_named: bool = False
    _seen: set[int] = field(default_factory=set)
    """The hashes of the keys on all cards: half of what the keys would take, and a listing may have 100,000."""

    def note(self, keys: Sequence[str], *, is_check: bool = False) -> bool:
        """Note the keys on a page; return whether the listing has stood still as far as the page shows.

        Args:
            keys: In the page's order.
            is_check: Whether it is the first page again: where it shows a slip, another walk begins with it.
        """
        if is_check:
            if not has_slipped(self._first, keys):
                return True
            self._walks, self._least = self._walks + 1, max(self._least, self.pages)
            self._seen, self.requested, self.pages, self._stale = set(), {self.start or ""}, 0, 0
        if self.pages == 0:
            self._first = tuple(keys)
        self.pages += 1
        cards = set(map(hash, keys))
        self._stale = 0 if cards - self._seen else self._stale + 1
        self._seen |= cards
        return not is_check

    def note_entries(self, titles: Sequence[str | None], unread: int) -> None:
        """Note the titles on a page of the interface, and how many more of its entries make no article's address."""
        self._entries += len(titles) + unread
        self._unread += unread
        self._titled += sum(title is not None for title in titles)
        wanted = set(self.tags or ())
        self._is_named |= any(title and (is_garbled(title) or column_of(title) in wanted) for title in titles)

    def unsound(self, *, is_whole: bool) -> str:
        """Return why the interface's answers cannot be those that were asked for; empty if they can.

        Args:
            is_whole: Whether they were read to the end, and not only as far as needed.
        """
        if self._unread > self._entries * UNREAD:
            return f"{self._unread} of its {self._entries} entries make no article's address: not complete"
        if not self.tags or self._is_named:
            return ""
        if not self._entries and is_whole and not self.resumed:
            return f"it has no article of {'+'.join(self.tags)}: not complete"
        if self._titled >= (FEWEST if is_whole else MANY):
            return f"none of its {self._titled} titles names {'+'.join(self.tags)}: not complete"
        return ""

    @property
    def is_again(self) -> bool:
        """Whether this walk repeats another one."""
        return self._walks > 1

    @property
    def is_behind(self) -> bool:
        """Whether this walk repeats another one, and has not come as far yet."""
        return self.pages < self._least

    @property
    def moves(self) -> bool:
        """Whether the listing moved each time that it was read."""
        return self._walks > WALKS

    @property
    def cards(self) -> int:
        """How many different articles this walk has seen on cards."""
        return len(self._seen)

    @property
    def is_endless(self) -> bool:
        """Whether its last pages held nothing new."""
        return self._stale >= STALE

    @property
    def wants_check(self) -> bool:
        """Whether it may have moved: several pages were read, from the first one on."""
        return self.pages > 1 and not self.resumed


def has_slipped(before: Sequence[str], now: Sequence[str]) -> bool:
    """Return whether an article has left a first page, so that one may have slipped through between later pages.

    Articles that were added or came to the front push others off the page's end, and nothing slips.

    >>> has_slipped("abc", "xab"), has_slipped("abc", "bca"), has_slipped("abc", "bcd"), has_slipped("abc", "abd")
    (False, False, True, True)
    """
    stay = [key for key in before if key in set(now)]
    pushed = list(now).index(min(stay, key=list(now).index)) if stay else len(now)
    added = sum(key not in set(before) for key in now[: list(now).index(stay[-1])]) if stay else len(now)
    return len(before) - len(stay) > max(pushed, added)
