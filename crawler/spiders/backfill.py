"""The spider `backfill`: fills a window of the past."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from archive.coverage.report import KnownMissing, known_missing
from archive.model.backfill import Filled, Window
from archive.model.time_zones import TAIPEI
from crawler import own_settings
from crawler.addresses import note_address, read_address
from crawler.arguments import read_count, read_flag, read_window
from crawler.errors import ListingError, WrongUsage
from crawler.scope import OUTSIDE, TOO_DEEP, Scope
from crawler.spiders.listing_spider import Pagination, all_before
from crawler.spiders.number_search import NumberSearch

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from archive.coverage.missing import Missing
    from archive.model.frontier import DiscoveredUrl, LeasedUrl
    from crawler.pages.listings.cards import Card

logger = logging.getLogger(__name__)

CHUNK: Final = 100
"""Numbers that go to the frontier at once: what a killed walk repeats at most is what was in flight."""

DEEP: Final = 1_000_000
"""Steps of further reading that are followed: as many as there are."""

PASSED_OVER: Final = (OUTSIDE, TOO_DEEP)
"""Reasons for which a run that wanted less may have skipped an article of the window."""

PATIENCE: Final = 1.0
"""Seconds between two looks whether other runs still hold what may be the window's."""

WAYS: Final = ("api", "notes", "related")
BEGINNING: Final = "2012-01-01"
"""From when gaps are looked for, where no window is given: no article of the column is older."""


class Filling(NumberSearch):
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
                walk = Pagination(f"interface {'+'.join(tags) or 'all'} {self.window.id}", set())
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

    async def _last_look(self) -> list[LeasedUrl] | None:
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

    async def noted(self, walk: Pagination, cursor: str | None) -> None:  # noqa: ARG002 -- one walk has one cursor
        """Enter how far the interface was walked; of several columns at once only the end is."""
        if self._is_single or (cursor is None and list(self.ways.values()).count(None) == 1):
            backfills = self.ledger.archive.backfills
            await self.ledger.call(lambda: backfills.note_interface(self.window, cursor))

    def instead(self, walk: Pagination, tags: Sequence[str], error: ListingError) -> list[Request]:
        """Return what to ask where the interface fails: its beginning, where the cursor kept has grown too old."""
        if self.filled and self.filled.api_cursor in walk.asked:
            logger.info("the interface does not take the cursor kept (%s): beginning anew", error)
            self.filled = replace(self.filled, api_cursor=None)
            return [self.interface(Pagination(walk.way, set()), tags)]
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

    async def _numbered(self, numbers: range) -> list[DiscoveredUrl]:
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


class Backfill(Filling):
    """Fills a window of the past through the interface, the old site's numbers and further reading; resumable.

    Arguments: `since` and `until` (dates in Taipei, both included), `via` (`api,notes,related`), `max_articles`, `gaps`
    (1 for only what the archive knows to be missing, anywhere or in the window).
    """

    name = "backfill"
    arguments: ClassVar[frozenset[str]] = frozenset({"since", "until", "via", "gaps", "max_articles"})

    def __init__(self, *, gaps: bool = False, **filling: Any) -> None:
        super().__init__(**filling)
        self.gaps = gaps

    @classmethod
    def read(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments but the ledger.

        Raises:
            WrongUsage: One cannot be meant.
        """
        gaps = read_flag(arguments, "gaps")
        since, until = _read_window(arguments, gaps=gaps)
        via = _read_via(arguments.get("via", ",".join(WAYS)))
        columns = own_settings.columns(settings)
        window = Window(since, until, tuple(sorted(columns)) if columns is not None else ("*",), via)
        return {
            "window": window,
            "gaps": gaps,
            "scope": scope_of(window),
            "max_articles": read_count(arguments, "max_articles", None, smallest=1),
            "token": own_settings.read(settings, "CMONEY_TOKEN"),
        }

    def shown(self) -> dict[str, Any]:
        """Return the arguments as the run's document shows them."""
        return super().shown() | {"via": list(self.window.via), "gaps": self.gaps}

    async def work(self) -> AsyncIterator[Any]:
        """Yield what fills the window, or what the archive knows to be lacking in it."""
        if not self.gaps:
            async for request_or_item in self.fill(self.window):
                yield request_or_item
            return
        whole = self.window
        windows = await self._lacking(await self._missing())
        async for request_or_item in self._ask_on():
            yield request_or_item
        for window in windows:
            async for request_or_item in self.fill(window, anew=True):
                yield request_or_item
        self.window, self.scope, self.filled = whole, scope_of(whole), None
        async for request_or_item in self._ask_on():  # what was found meanwhile and lies between the windows
            yield request_or_item

    async def _missing(self) -> KnownMissing:
        """Return what the archive knows to be missing; its addresses are wanted, and due, from now on."""
        archive, window = self.ledger.archive, self.window
        missing = await self.ledger.call(
            lambda: known_missing(archive, window.since, window.until, self.scope.columns, passed_over=PASSED_OVER)
        )
        found = [found for one in missing.articles if (found := self._found_again(one))]
        await self.discover(found)
        due = await self.ledger.call(lambda: archive.frontier.retry(keys=missing.keys)) if missing.keys else 0
        self.ledger.fresh = True
        logger.info("%d known addresses are asked for again, %d spans looked through", due, len(missing.spans))
        return missing

    def _found_again(self, missing: Missing) -> DiscoveredUrl | None:
        address = read_address(missing.url, self.sites) if missing.url else None
        if address is None:
            return None
        depth = DEEP if missing.is_known else 1
        here = self.place("related", missing.linked_from or self.window.id, depth)
        return here.found(address, self.sites, title=missing.title)

    async def _lacking(self, missing: KnownMissing) -> Sequence[Window]:
        """Return the windows to fill: those that were begun, and the spans in which too little is kept."""
        backfills = self.ledger.archive.backfills
        begun = await self.ledger.call(lambda: [backfills.get(identity) for identity in missing.windows])
        spans = [replace(self.window, since=since, until=until) for since, until in missing.spans]
        return [one.window for one in begun if one] + spans


def _read_window(arguments: Mapping[str, str], *, gaps: bool) -> tuple[datetime, datetime]:
    given = {name: str(arguments.get(name, "")).strip() for name in ("since", "until")}
    if gaps:
        today = f"{datetime.now(TAIPEI):%Y-%m-%d}"
        given = {"since": given["since"] or BEGINNING, "until": given["until"] or today}
    since, until = read_window(**given)
    if since is None or until is None:
        lacking = " ".join(f"-a {name}=YYYY-MM-DD" for name, value in given.items() if not value)
        raise WrongUsage(f"spider backfill needs {lacking}: dates in Taipei, both included")
    return since, until


def _read_via(given: str) -> tuple[str, ...]:
    ways = tuple(sorted({way.strip() for way in given.split(",") if way.strip()}))
    if not ways or set(ways) - set(WAYS):
        raise WrongUsage(f"argument via={given!r}: name one or more of {','.join(WAYS)}")
    return ways
