"""Filling a window of the past: the interface is walked down to its beginning, the numbers up to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from archive.backfill import Filled, Window
from crawler.addresses import note_address
from crawler.errors import ListingError
from crawler.scope import OUTSIDE, TOO_DEEP, Scope
from crawler.spiders.looking import Walk, all_before
from crawler.spiders.searching import Searching

if TYPE_CHECKING:
    from scrapy import Request

    from archive.frontier import Found, Wanted
    from crawler.pages import Card

logger = logging.getLogger(__name__)

CHUNK: Final = 100
"""Numbers that go to the frontier at once: what a killed walk repeats at most is what was in flight."""

DEEP: Final = 1_000_000
"""Steps of further reading that are followed: as many as there are."""

PASSED_OVER: Final = (OUTSIDE, TOO_DEEP)
"""Reasons for which a run that wanted less may have skipped an article of the window."""

PATIENCE: Final = 1.0
"""Seconds between two looks whether other runs still hold what may be the window's."""


class Filling(Searching):
    """Fills windows, one after the other; what is done of each stands in the archive.

    Args:
        window: The window.

    Attributes:
        window: The window that is being filled.
        filled: How far it is; None where none was begun.
    """

    def __init__(self, *, window: Window, **looking: Any) -> None:
        super().__init__(**looking)
        self.window = window
        self.filled: Filled | None = None
        self._anew = False

    @property
    def window_id(self) -> str:
        """Return the window that is being filled."""
        return self.window.id

    @property
    def windows(self) -> Sequence[str]:
        """Return the window that is being filled: another one's undated addresses are left to the run that fills it."""
        return [self.window.id]

    @property
    def remaining(self) -> tuple[int, int] | None:
        """Return how many of the window's numbers are still to be asked for, of how many; None if that is unknown."""
        filled = self.filled
        if filled is None or filled.numbers_left is None or filled.notes_first is None or filled.notes_last is None:
            return None
        return filled.numbers_left, filled.notes_last - filled.notes_first + 1

    @property
    def _passed_over(self) -> Sequence[str]:
        return PASSED_OVER if "related" in self.window.via else (OUTSIDE,)

    async def fill(self, window: Window, *, anew: bool = False) -> AsyncIterator[Any]:
        """Yield what fills a window; it is complete when every way was walked.

        Args:
            window: The window.
            anew: Whether it is looked through again though it is complete, numbers that led to nothing included.
        """
        backfills = self.ledger.archive.backfills
        self.window, self._anew = window, anew
        self.scope = scope_of(window)
        self.filled = await self.ledger.call(lambda: backfills.begin(window, anew=anew))
        await self.ledger.want_again(self._passed_over, window.since, window.until)
        before = set(self.ways)
        async for request_or_item in super().work():
            yield request_or_item
        if not self.full and all(why == "" for name, why in self.ways.items() if name not in before):
            await self.ledger.call(lambda: backfills.complete(window))

    async def look(self) -> AsyncIterator[Any]:
        """Yield what the interface leads to, then the looks that find the window's numbers of the old site."""
        if self.filled is None:
            return
        if "api" in self.window.via and not self.filled.api_done:
            for tags in self.tags():
                walk = Walk(f"interface {'+'.join(tags) or 'all'} {self.window.id}", set())
                yield self.interface(walk, tags, self.filled.api_cursor if self._is_single else None)
            async for request_or_item in self._ask_on():  # it leads to numbers with dates, which spare looks
                yield request_or_item
        if "notes" in self.window.via:
            self.begin_way(self._numbers)
            if self.filled.notes_first is None:
                async for outcome in self.search(self.window.id, self.window.since, self.window.until):
                    yield outcome
                await self._note_range()
            self._tell_left()

    async def _last_look(self) -> list[Wanted] | None:
        """Return what is wanted although nothing seemed left.

        Another run may have asked for what proved to be this window's, and passed it over; while others hold what may
        prove so, there is more to come.
        """
        while True:
            await self.ledger.want_again(self._passed_over, self.window.since, self.window.until)
            claimed = await super()._last_look()
            if claimed or self.full or not await self.ledger.others_hold(self.windows):
                return claimed
            await self.ledger.release_dead()
            await asyncio.sleep(PATIENCE)

    # ---- The interface ----------------------------------------------------------------------------------------------

    def is_enough(self, cards: Sequence[Card], verdicts: Mapping[str, str]) -> bool:  # noqa: ARG002 -- dates decide
        """Return whether the interface was walked down to the window's beginning."""
        return all_before(cards, self.window.since)

    async def noted(self, walk: Walk, cursor: str | None) -> None:  # noqa: ARG002 -- one walk has one cursor
        """Enter how far the interface was walked; of several columns at once only the end is."""
        if self._is_single or (cursor is None and list(self.ways.values()).count(None) == 1):
            backfills = self.ledger.archive.backfills
            await self.ledger.call(lambda: backfills.note_interface(self.window, cursor))

    def instead(self, walk: Walk, tags: Sequence[str], error: ListingError) -> list[Request]:
        """Return what to ask where the interface fails: its beginning, where the cursor kept has grown too old."""
        if self.filled and self.filled.api_cursor in walk.asked:
            logger.info("the interface does not take the cursor kept (%s): beginning anew", error)
            self.filled = replace(self.filled, api_cursor=None)
            return [self.interface(Walk(walk.way, set()), tags)]
        self.end_way(walk.way, str(error))
        return []

    @property
    def _is_single(self) -> bool:
        return len(self.tags()) == 1

    # ---- The old site's numbers -------------------------------------------------------------------------------------

    async def more(self) -> bool:
        """Put the next numbers of the window into the frontier; return whether there were any left."""
        filled = self.filled
        if self.ways.get(self._numbers, "") is not None or filled is None or filled.notes_next is None:
            return False
        begin, end = filled.notes_next, min(filled.notes_next + CHUNK, (filled.notes_last or 0) + 1)
        if begin >= end or self.full:
            self.end_way(self._numbers)
        if begin >= end or not self.room:
            return False
        found = await self._numbered(range(begin, end))
        await self.discover(found)
        if self._anew:
            frontier = self.ledger.archive.frontier
            await self.ledger.call(lambda: frontier.retry(state="gone", keys=[one.key for one in found]))
        backfills = self.ledger.archive.backfills
        self.filled = await self.ledger.call(lambda: backfills.advance(self.window, begin, end))
        return True

    async def _numbered(self, numbers: range) -> list[Found]:
        """Return numbers as finds; one whose page was seen before is judged by what that told."""
        addresses = [note_address(number) for number in numbers]
        frontier = self.ledger.archive.frontier
        known = await self.ledger.call(lambda: frontier.lookup([address.key for address in addresses]))
        told = [(entry.title, entry.published_at) if (entry := known.get(it.key)) else (None, None) for it in addresses]
        here = self.place("backfill", self.window.id)
        return [
            here.found(address, self.sites, skip=self.scope.refuses(*what))
            for address, what in zip(addresses, told, strict=True)
        ]

    @property
    def _numbers(self) -> str:
        return f"numbers {self.window.id}"

    async def _note_range(self) -> None:
        if self.range is None:
            self.end_way(self._numbers, "the old site's listing names no newest number, and the archive has none")
            return
        (first, last), backfills = self.range, self.ledger.archive.backfills
        self.filled = await self.ledger.call(lambda: backfills.note_numbers(self.window, first, last))

    def _tell_left(self) -> None:
        if self.remaining is None:
            return
        left, of = self.remaining
        delay = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        took = f", about {timedelta(seconds=round(left * delay))} at one every {delay:g} s" if delay else ""
        logger.info("%s of the window's %s numbers of the old site are to be asked for%s", f"{left:,}", f"{of:,}", took)


def scope_of(window: Window) -> Scope:
    """Return what a run wants that fills a window."""
    columns = None if window.columns == ("*",) else frozenset(window.columns)
    depth = DEEP if "related" in window.via else 0
    return Scope(columns, window.since, window.until, related_depth=depth, narrowed=f"window={window.id}")
