"""The spider `backfill`: fills a window of the past."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Final

from scrapy import Request
from scrapy.settings import BaseSettings

from archive.coverage.missing import Missing
from archive.coverage.report import KnownMissing, known_missing
from archive.model.crawl.backfill import Filled, Window
from archive.model.crawl.frontier import OUTSIDE, PASSED_OVER, DiscoveredUrl, LeasedUrl
from crawler.addresses import note_address, read_address
from crawler.arguments import read_count, read_flag
from crawler.errors import ListingError
from crawler.pages.listings.cards import Card
from crawler.spiders.article_spider import ArticleSpider
from crawler.spiders.backfill_window import DEEP, read_backfill, scope_of
from crawler.spiders.listing_walk import ListingWalk, all_before
from crawler.spiders.number_search import NumberSearch
from crawler.spiders.pagination import Pagination
from crawler.spiders.responses import PageOutcome

logger = logging.getLogger(__name__)

CHUNK: Final = 100
"""Numbers that go to the frontier at once: a killed run repeats at most those in flight."""

PATIENCE: Final = 1.0
"""Seconds between two looks whether other runs still hold undated addresses of the window."""


class Backfill(ArticleSpider):
    """Fills a window of the past through the interface, the old site's numbers and further reading; resumable.

    Its progress is kept in the archive, so that a later run goes on where this one ended.

    Arguments: `since` and `until` (dates in Taipei, both included; without `until`, until now, going on with what an
    earlier such run began), `via` (`api,notes,related`; `authors` too), `max_articles`, `gaps` (1 to fill only what the
    archive has as missing, anywhere or in the window).

    Attributes:
        window: The current window.
        filled: Its progress; None while none has begun.
    """

    name = "backfill"
    arguments: ClassVar[frozenset[str]] = frozenset({"since", "until", "via", "gaps", "max_articles"})

    def __init__(self, *, window: Window, gaps: bool = False, until_now: bool = False, **asking: Any) -> None:
        super().__init__(**asking)
        self._until_now = until_now
        self.window = window
        self.gaps = gaps
        self.filled: Filled | None = None
        self._anew = False
        self.numbers = NumberSearch(self)
        self.listings = ListingWalk(self, self.is_enough, on_page=self.note_cursor, on_failure=self.interface_failed)

    @classmethod
    def read(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments without the client.

        Raises:
            WrongUsage: An argument is invalid.
        """
        gaps = read_flag(arguments, "gaps")
        window = read_backfill(settings, arguments, gaps=gaps)
        return {
            "window": window,
            "gaps": gaps,
            "until_now": not str(arguments.get("until", "")).strip(),
            "scope": scope_of(window),
            "max_articles": read_count(arguments, "max_articles", None, smallest=1),
        }

    def shown(self) -> dict[str, Any]:
        """Return the arguments for the run's document."""
        return super().shown() | {"via": list(self.window.via), "gaps": self.gaps}

    @property
    def window_id(self) -> str:
        """The window that is being filled."""
        return self.window.id

    @property
    def windows(self) -> Sequence[str]:
        """Only the current window: undated addresses of another are left to the run that fills it."""
        return [self.window.id]

    @property
    def remaining(self) -> tuple[int, int] | None:
        """The window's numbers that are still to be asked for, and all of them; None while they are not known."""
        filled = self.filled
        if filled is None or filled.numbers_left is None or filled.notes_first is None or filled.notes_last is None:
            return None
        return filled.numbers_left, filled.notes_last - filled.notes_first + 1

    # ---- Windows ----------------------------------------------------------------------------------------------------

    async def work(self) -> AsyncIterator[Any]:
        """Yield what fills the window, or only its gaps."""
        parts = self._fill_gaps() if self.gaps else self._fill_parts()
        async for request_or_item in parts:
            yield request_or_item

    async def _fill_parts(self) -> AsyncIterator[Any]:
        for window in await self._parts():
            if not self.full:
                async for request_or_item in self.fill(window):
                    yield request_or_item

    async def _fill_gaps(self) -> AsyncIterator[Any]:
        whole = self.window
        windows = await self._windows_of(await self._want_missing())
        async for request_or_item in self._ask_on():
            yield request_or_item
        for window in windows:
            async for request_or_item in self.fill(window, anew=True):
                yield request_or_item
        self.window, self.scope, self.filled = whole, scope_of(whole), None
        async for request_or_item in self._ask_on():  # discovered meanwhile, and dated between the windows
            yield request_or_item

    async def _parts(self) -> list[Window]:
        """Return the windows to fill: without an end, what an earlier run began, and the days since."""
        if not self._until_now:
            return [self.window]
        windows = await self.frontier.call(lambda archive: archive.backfills.unfilled(self.window))
        if windows != [self.window]:
            logger.info("an earlier run began this: going on with %s", ", ".join(window.id for window in windows))
        return windows

    async def fill(self, window: Window, *, anew: bool = False) -> AsyncIterator[Any]:
        """Yield what fills a window; it is complete when every source was read to its end.

        Args:
            window: The window.
            anew: Whether to redo a complete window, including numbers that gave no article.
        """
        self.window, self._anew = window, anew
        self.scope = scope_of(window)
        self.filled = await self.frontier.call(lambda archive: archive.backfills.begin(window, anew=anew))
        await self._want_passed_over()
        before = set(self.sources)
        async for request_or_item in super().work():
            yield request_or_item
        if not self.full and all(why_not == "" for name, why_not in self.sources.items() if name not in before):
            await self.frontier.call(lambda archive: archive.backfills.complete(window))

    async def start_sources(self) -> AsyncIterator[Any]:
        """Yield the pages of the interface and what they lead to, then the looks that find the window's numbers."""
        if self.filled is None:
            return
        if "api" in self.window.via and not self.filled.api_done:
            async for request_or_item in self._interface(self.filled.api_cursor if self._is_single else None):
                yield request_or_item
        async for request_or_item in self._authors():
            yield request_or_item
        if "notes" in self.window.via:
            self.begin_source(self._numbers_source)
            if self.filled.notes_first is None:
                async for outcome in self.numbers.search(self.window.id, self.window.since, self.window.until):
                    yield outcome
                await self._note_range()
            self._log_remaining()

    async def _interface(self, cursor: str | None) -> AsyncIterator[Any]:
        """Yield the first page for each tag, or the one of a cursor, and what all their pages lead to."""
        for tags in self.listings.tags():
            source = f"interface {'+'.join(tags) or 'all'} {self.window.id}"
            yield self.listings.interface(Pagination(source, tags, resumed=cursor is not None), cursor)
        async for request_or_item in self._ask_on():  # it leads to numbers with dates, which spare looks
            yield request_or_item

    async def _authors(self) -> AsyncIterator[Any]:
        """Yield the first page of each known author of the columns, and what all their pages lead to."""
        if "authors" not in self.window.via:
            return
        columns = None if "*" in self.window.columns else list(self.window.columns)
        authors = await self.frontier.call(lambda archive: archive.articles.authors(columns))
        if not authors:
            self.end_source(f"authors {self.window.id}", "the archive knows no author of the column yet")
        for author in authors:
            yield self.listings.interface(Pagination(f"author {author} {self.window.id}", author=author))
        async for request_or_item in self._ask_on():
            yield request_or_item

    async def _last_claim(self) -> list[LeasedUrl] | None:
        """Return addresses that have become wanted meanwhile; None when the window is filled.

        Another run may have asked for an address of this window and skipped it. While other runs hold undated
        addresses of the window, there is more to come.
        """
        while True:
            await self._want_passed_over()
            claimed = await super()._last_claim()
            if claimed or self.full or not await self.frontier.others_hold(self.windows):
                return claimed
            await self.frontier.release_dead()
            await asyncio.sleep(PATIENCE)

    async def _want_passed_over(self) -> None:
        reasons = PASSED_OVER if "related" in self.window.via else (OUTSIDE,)
        await self.frontier.want_again(reasons, self.window.since, self.window.until)

    # ---- The interface ----------------------------------------------------------------------------------------------

    def is_enough(self, cards: Sequence[Card], verdicts: Mapping[str, str]) -> bool:  # noqa: ARG002 -- dates decide
        """Return whether the interface was read down to the window's beginning."""
        return all_before(cards, self.window.since)

    async def note_cursor(self, pagination: Pagination, cursor: str | None) -> None:  # noqa: ARG002 -- one cursor only
        """Record how far the interface was read; of several columns at once, only the end of all."""
        if self._is_single or (cursor is None and list(self.sources.values()).count(None) == 1):
            await self.frontier.call(lambda archive: archive.backfills.note_interface(self.window, cursor))

    def interface_failed(self, pagination: Pagination, error: ListingError) -> list[Request]:
        """Return the request for the interface's first page where the kept cursor has expired; else end the source."""
        if self.filled and self.filled.api_cursor in pagination.requested:
            logger.info("the interface does not take the cursor kept (%s): beginning anew", error)
            self.filled = replace(self.filled, api_cursor=None)
            return [self.listings.interface(Pagination(pagination.source, pagination.tags))]
        self.end_source(pagination.source, str(error))
        return []

    @property
    def _is_single(self) -> bool:
        return len(self.listings.tags()) == 1

    # ---- The old site's numbers -------------------------------------------------------------------------------------

    def observe(self, outcomes: Iterable[PageOutcome]) -> None:
        """Pass outcomes to the number search, which learns dates from pages of the old site."""
        self.numbers.learn(outcomes)

    async def refill(self) -> bool:
        """Put the window's next numbers into the frontier; return whether there were any left."""
        filled = self.filled
        if self.sources.get(self._numbers_source, "") is not None or filled is None or filled.notes_next is None:
            return False
        begin, end = filled.notes_next, min(filled.notes_next + CHUNK, (filled.notes_last or 0) + 1)
        if begin < end and self.numbers.is_lost:
            why_not = (
                f"{self.numbers.gap} numbers in a row have no article; from {begin} to {filled.notes_last} none was"
            )
            self.end_source(self._numbers_source, f"{why_not} asked for: the next run goes on there")
            return False
        if begin >= end or self.full:
            self.end_source(self._numbers_source)
        if begin >= end or not self.room:
            return False
        discovered = await self._numbered(range(begin, end))
        await self.discover(discovered)
        if self._anew:
            await self.frontier.retry([url.key for url in discovered], state="gone")
        self.filled = await self.frontier.call(lambda archive: archive.backfills.advance(self.window, begin, end))
        return True

    async def _numbered(self, numbers: range) -> list[DiscoveredUrl]:
        """Return numbers as discovered addresses; title and date decide where the frontier has them."""
        addresses = [note_address(number) for number in numbers]
        known = await self.frontier.lookup([address.key for address in addresses])
        origin = self.origin("backfill", self.window.id)
        discovered = []
        for address in addresses:
            entry = known.get(address.key)
            skip = (
                self.scope.refuses(entry.title, entry.published_at, told_by=entry.published_from)
                if entry
                else self.scope.refuses(None, None)
            )
            discovered.append(origin.discovered(address, self.sites, skip=skip))
        return discovered

    @property
    def _numbers_source(self) -> str:
        return f"numbers {self.window.id}"

    async def _note_range(self) -> None:
        if self.numbers.range is None:
            self.end_source(self._numbers_source, self.numbers.why_not)
            return
        first, last = self.numbers.range
        self.filled = await self.frontier.call(lambda archive: archive.backfills.note_numbers(self.window, first, last))

    def _log_remaining(self) -> None:
        if self.remaining is None:
            return
        left, of = self.remaining
        delay = self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        took = f", about {timedelta(seconds=round(left * delay))} at one every {delay:g} s" if delay else ""
        if self.max_articles is not None:
            took += "; max_articles counts articles, not numbers that give none: -a via=api asks for no numbers"
        logger.info("%s of the window's %s numbers of the old site are to be asked for%s", f"{left:,}", f"{of:,}", took)

    # ---- Gaps -------------------------------------------------------------------------------------------------------

    async def _want_missing(self) -> KnownMissing:
        """Return the known gaps, and make their addresses wanted and due."""
        span = (self.window.since, self.window.until, self.window.wanted)
        missing = await self.frontier.call(lambda archive: known_missing(archive, *span, passed_over=PASSED_OVER))
        discovered = [url for article in missing.articles if (url := self._discovered_again(article))]
        await self.discover(discovered)
        due = await self.frontier.retry(missing.keys)
        self.frontier.fresh = True
        logger.info("%d known addresses are asked for again, %d spans looked through", due, len(missing.spans))
        return missing

    def _discovered_again(self, missing: Missing) -> DiscoveredUrl | None:
        address = read_address(missing.url, self.sites) if missing.url else None
        if address is None:
            return None
        origin = self.origin("related", missing.linked_from or self.window.id, DEEP if missing.is_known else 1)
        return origin.discovered(address, self.sites, title=missing.title)

    async def _windows_of(self, missing: KnownMissing) -> Sequence[Window]:
        """Return the windows to fill: unfinished ones, and the spans in which too few articles are kept."""
        unfinished = await self.frontier.call(lambda archive: archive.backfills.some(missing.windows))
        spans = [replace(self.window, since=since, until=until) for since, until in missing.spans]
        return [filled.window for filled in unfinished] + spans
