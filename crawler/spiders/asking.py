"""The part that all spiders of articles share: claim what is wanted, ask for it, tell what became of it."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request, signals
from scrapy.exceptions import CloseSpider

from archive.article import Article
from archive.errors import ArchiveError
from archive.frontier import Found, FoundBy, Wanted
from archive.outcomes import Miss, Unchanged
from crawler import own_settings
from crawler.addresses import ArticleAddress, read_address
from crawler.endings import DATABASE
from crawler.reading import Reading
from crawler.scope import TOO_DEEP, Scope
from crawler.spiders.ledger_spider import LedgerSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

CLAIM: Final = 64
"""Addresses claimed at once, at most."""

LOW_WATER: Final = 32
"""Claimed addresses below which more are claimed: enough to keep 16 downloads busy."""


class Asking(LedgerSpider):
    """Asks for the articles that the frontier wants, newest first, until nothing is wanted and nothing under way.

    A subclass looks for more in `look`, and says with `begin_way` and `end_way` what it is still looking through.

    Args:
        scope: What this run wants.
        max_articles: Articles to keep, at most; None for no limit.
        ledger: The run's door to the archive.

    Attributes:
        kept: Articles that this run has kept.
    """

    def __init__(self, *, scope: Scope, max_articles: int | None = None, **recorded: Any) -> None:
        super().__init__(**recorded)
        self.scope = scope
        self.max_articles = max_articles
        self.kept = 0

    def listen(self, crawler: Crawler) -> None:
        """Hear of every item that has left the stages."""
        self.sites = own_settings.sites(crawler.settings)
        for settled in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(self.item_settled, signal=settled)
        crawler.signals.connect(self.item_kept, signal=signals.item_scraped)

    @property
    def _reading(self) -> Reading:  # made each time: a run may fill several windows, and want something else in each
        return Reading(self.sites, self.scope, self.crawler.stats)

    @property
    def windows(self) -> Sequence[str] | None:
        """Return the backfills whose addresses without a known date this run asks for; None for all that there are."""
        return None

    @property
    def kind(self) -> str:
        """Return the same words for runs that want the same: a later run may rest on an earlier one of its kind."""
        return f"{self.name} {self.scope.kind}"

    @property
    def full(self) -> bool:
        """Return whether the run ended because as many articles are kept as were asked for."""
        return self.max_articles is not None and self.kept >= self.max_articles

    @property
    def room(self) -> int:
        """Return how many addresses may be claimed now."""
        if self.max_articles is None:
            return CLAIM
        return max(0, min(CLAIM, self.max_articles - self.kept - len(self.ledger.outstanding)))

    def shown(self) -> dict[str, Any]:
        """Return the arguments as the run's document shows them."""
        return {"max_articles": self.max_articles} | self.scope.shown()

    # ---- What is asked ----------------------------------------------------------------------------------------------

    async def work(self) -> AsyncIterator[Any]:
        """Yield requests for what is still wanted, for what tells of more, and for what that found."""
        async for request_or_item in self._begun(await self._claim()):
            yield request_or_item
        async for request in self.look():
            yield request
        async for request_or_item in self._ask_on():
            yield request_or_item

    async def look(self) -> AsyncIterator[Request]:
        """Yield the first request of every way to find more."""
        return
        yield  # an async generator that yields nothing

    def ask(self, wanted: Wanted) -> Request:
        """Return the request for a wanted address, conditional where the archive has the article."""
        address = read_address(wanted.url, self.sites)
        headers = {}
        if wanted.kept and wanted.etag:
            headers["If-None-Match"] = wanted.etag
        if wanted.kept and wanted.last_modified:
            headers["If-Modified-Since"] = wanted.last_modified
        return Request(
            address.url(self.sites) if address else wanted.url,
            callback=self.parse_article,
            errback=self.article_failed,
            headers=headers,
            cb_kwargs={"wanted": wanted},
        )

    async def _begun(self, claimed: Iterable[Wanted]) -> AsyncIterator[Any]:
        """Yield the request for each address; where its page is kept, what that says."""
        pages = self.ledger.archive.pages
        for wanted in claimed:
            page = await self.ledger.call(partial(pages.latest, wanted.key)) if wanted.seen else None
            if page is None:
                yield self.ask(wanted)
                continue
            self.crawler.stats.inc_value("asking/read_from_kept_page")
            async for item in self._told([self._reading.read_kept(page)], wanted):
                yield item

    async def _ask_on(self) -> AsyncIterator[Any]:
        while True:
            if self.ledger.fresh and len(self.ledger.outstanding) < LOW_WATER:
                async for request_or_item in self._begun(await self._claim()):
                    yield request_or_item
            elif len(self.ledger.outstanding) < LOW_WATER and await self.more():
                self.ledger.fresh = True
            elif self.ledger.outstanding or None in self.ways.values():
                await self.ledger.wait()
            elif claimed := await self._last_look():
                async for request_or_item in self._begun(claimed):
                    yield request_or_item
            else:
                return

    async def _last_look(self) -> list[Wanted]:
        """Return what is wanted although nothing seemed left: also what a shorter way has brought within reach."""
        if not self.full:
            await self.ledger.reach(TOO_DEEP, self.scope.related_depth)
        return await self._claim()

    async def more(self) -> bool:
        """Put more into the frontier, where a subclass knows of more; return whether there was more."""
        return False

    async def _claim(self) -> list[Wanted]:
        room = self.room
        self.ledger.fresh = False  # before the claim: what is found while it is under way counts as fresh
        if not room:
            return []
        scope = self.scope
        claimed = await self.ledger.claim(room, since=scope.since, until=scope.until, windows=self.windows)
        self.ledger.fresh = self.ledger.fresh or len(claimed) == room
        return claimed

    # ---- What came --------------------------------------------------------------------------------------------------

    async def parse_article(self, response: Response, wanted: Wanted) -> AsyncIterator[Article | Miss | Unchanged]:
        """Yield what became of a wanted address; its further reading is written down before its article is kept."""
        async for item in self._told(self._reading.read(response, wanted), wanted):
            yield item

    async def _told(
        self, outcomes: Iterable[Article | Miss | Unchanged], wanted: Wanted
    ) -> AsyncIterator[Article | Miss | Unchanged]:
        for item in outcomes:
            if isinstance(item, Article):
                await self.discover(self._related(item, wanted.depth + 1))
            yield item

    async def article_failed(self, failure: Failure) -> AsyncIterator[Miss]:
        """Yield why no response came."""
        wanted: Wanted = failure.request.cb_kwargs["wanted"]  # type: ignore[attr-defined] # Scrapy adds the request
        miss = self._reading.failed(failure.value or CancelledError(), wanted)
        if miss is None:
            self.ledger.settle(wanted.key)
        else:
            yield miss

    async def discover(self, found: Sequence[Found]) -> dict[str, str]:
        """Return the frontier's verdict for each key that was found, once it is written down.

        Raises:
            CloseSpider: The database stayed away for too long.
        """
        try:
            return await self.ledger.discover(found)
        except ArchiveError as error:
            logger.error("%s", error)  # noqa: TRY400 -- one line; the cause is in it
            raise CloseSpider(DATABASE) from error

    def item_settled(self, item: Any) -> None:
        """Note that an item has left the stages."""
        if isinstance(item, Article | Miss | Unchanged):
            self.ledger.fresh = self.ledger.fresh or self.max_articles is not None  # a miss makes room for another
            self.ledger.settle(item.key)

    def item_kept(self, item: Any) -> None:
        """Count an article that the database has acknowledged."""
        if isinstance(item, Article):
            self.kept += 1

    def _related(self, article: Article, depth: int) -> list[Found]:
        found = []
        for related in article.related:
            address = read_address(related.url, self.sites) if related.url else None
            if address and address.key != article.key:
                skip = self.scope.refuses(related.title, address.published_at, depth=depth)
                found.append(self.found(address, related.title, "related", article.key, depth=depth, skip=skip))
        return found

    def found(  # noqa: PLR0913 -- what the frontier wants to know of a place
        self,
        address: ArticleAddress,
        title: str | None,
        by: FoundBy,
        where: str,
        *,
        depth: int = 0,
        skip: str | None = None,
        updated_at: datetime | None = None,
    ) -> Found:
        """Return an address as the frontier takes it."""
        return Found(
            address.key, address.url(self.sites), title, address.published_at, updated_at, by, where, depth, skip
        )
