"""Asking for articles: leased addresses become requests, responses become outcomes."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request, signals
from scrapy.exceptions import CloseSpider

from archive.errors import ArchiveError
from archive.model.article import Article
from archive.model.frontier import DiscoveredUrl, FoundBy, LeasedUrl, Verdict
from archive.model.outcome import Miss, Unchanged
from crawler import own_settings
from crawler.addresses import read_address
from crawler.exit_status import DATABASE
from crawler.scope import TOO_DEEP, Scope
from crawler.spiders.recorded_spider import RecordedSpider
from crawler.spiders.responses import Origin, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.addresses import Sites

logger = logging.getLogger(__name__)

CLAIM: Final = 100
"""Addresses claimed at once, at most, and half as many more at any time: what a killed run may ask for twice. Two
batches to be stored and the downloads under way find room in it."""

ROUNDS: Final = 8
"""Claims' worth of time in a lease: an address is asked for twice over before its lease can end."""


def request_for(wanted: LeasedUrl, sites: Sites, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
    """Return the request for a wanted address, conditional where the archive has the article.

    Args:
        wanted: The address, as the frontier has it.
        sites: The configured base addresses; they may be others today than when it was found.
        callback: Takes the response, and `wanted`.
        errback: Takes the failure.
    """
    address = read_address(wanted.url, sites)
    url = address.url(sites) if address else wanted.url
    headers = {}
    if wanted.kept and wanted.etag:
        headers["If-None-Match"] = wanted.etag
    if wanted.kept and wanted.last_modified:
        headers["If-Modified-Since"] = wanted.last_modified
    return Request(
        url,
        callback=callback,
        errback=errback,
        headers=headers,
        meta={"verbatim_url": address is not None and url.isascii()},  # canonical: nothing in it is to be escaped
        cb_kwargs={"wanted": wanted},
    )


class ArticleSpider(RecordedSpider):
    """Asks for the articles that the frontier wants, newest first, until nothing is wanted and nothing under way.

    Several workers may share its crawl: then one looks for more, and all ask.

    A subclass looks for more in `look`, and says with `begin_way` and `end_way` what it is still looking through.

    Args:
        scope: What this run wants.
        max_articles: Articles to keep, at most; None for no limit.
        ledger: The run's door to the archive.

    Attributes:
        kept: Articles that this run has kept.
    """

    shares = True

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

    @property
    def _reading(self) -> Reading:  # made each time: a run may fill several windows, and want something else in each
        return Reading(self.sites, self.scope, self.crawler.stats, self.window_id)

    @property
    def window_id(self) -> str | None:
        """Return the backfill that is being filled; None for none."""
        return None

    def place(self, by: FoundBy, name: str, depth: int = 0) -> Origin:
        """Return where this run finds addresses."""
        return Origin(by, name, depth, self.window_id)

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
            return self._at_once()
        return max(0, min(self._at_once(), self.max_articles - self.kept - len(self.ledger.outstanding)))

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

    async def help(self) -> AsyncIterator[Request]:
        """Yield requests for what is wanted, as long as another worker looks for more."""
        async for request in self._ask_on():
            yield request

    async def look(self) -> AsyncIterator[Request]:
        """Yield the first request of every way to find more."""
        return
        yield  # an async generator that yields nothing

    def ask(self, wanted: LeasedUrl) -> Request:
        """Return the request for a wanted address, conditional where the archive has the article."""
        return request_for(wanted, self.sites, self.parse_article, self.article_failed)

    async def _begun(self, claimed: Iterable[LeasedUrl]) -> AsyncIterator[Any]:
        """Yield the request for each address; where its page is kept, what that says."""
        pages = self.ledger.archive.pages
        for wanted in claimed:
            page = await self.ledger.call(partial(pages.latest, wanted.key)) if wanted.seen else None
            if page is None:
                yield self.ask(wanted)
                continue
            self.crawler.stats.inc_value("asking/read_from_kept_page")
            for outcome in self.heard([self._reading.read_kept(page, wanted)]):
                yield outcome

    async def _ask_on(self) -> AsyncIterator[Any]:
        while True:
            if self.ledger.fresh and self._runs_low():
                async for request_or_item in self._begun(await self._claim()):
                    yield request_or_item
            elif self._runs_low() and await self.more():
                self.ledger.fresh = True
            elif self.ledger.outstanding or None in self.ways.values():
                await self.ledger.wait()
            elif (claimed := await self._last_look()) is not None:
                async for request_or_item in self._begun(claimed):
                    yield request_or_item
            else:
                return

    async def _last_look(self) -> list[LeasedUrl] | None:
        """Return what is wanted although nothing seemed left: also what a shorter way has brought within reach.

        None when the run is over: none is wanted, and no other worker may still find any.
        """
        if not self.full:
            await self.ledger.reach(TOO_DEEP, self.scope.related_depth)
        claimed = await self._claim()
        if not claimed and (self.full or not await self.ledger.linger()):
            return None
        return claimed

    async def more(self) -> bool:
        """Put more into the frontier, where a subclass knows of more; return whether there was more."""
        return False

    def _at_once(self) -> int:
        """Return how many addresses to claim at once: at the pace of this run, a small part of what a lease lasts."""
        asked_for: float = self.crawler.stats.get_value("robots/crawl_delay", 0.0)
        delay = max(self.crawler.settings.getfloat("DOWNLOAD_DELAY"), asked_for)
        return max(1, min(CLAIM, int(self.ledger.lease / ROUNDS / delay))) if delay else CLAIM

    def _runs_low(self) -> bool:
        """Return whether so few claimed addresses are left that downloads, or the batch being stored, would wait."""
        return len(self.ledger.outstanding) <= self._at_once() // 2

    async def _claim(self) -> list[LeasedUrl]:
        room = self.room
        self.ledger.fresh = False  # before the claim: what is found while it is under way counts as fresh
        if not room:
            return []
        scope = self.scope
        claimed = await self.ledger.claim(room, since=scope.since, until=scope.until, windows=self.windows)
        self.ledger.fresh = self.ledger.fresh or len(claimed) == room
        return claimed

    # ---- What came --------------------------------------------------------------------------------------------------

    def parse_article(self, response: Response, wanted: LeasedUrl) -> list[Article | Miss | Unchanged]:
        """Return what became of a wanted address."""
        return self.heard(self._reading.read(response, wanted))

    def heard(self, outcomes: list[Article | Miss | Unchanged]) -> list[Article | Miss | Unchanged]:
        """Return what became of an address as it is; a subclass may learn from it."""
        return outcomes

    async def article_failed(self, failure: Failure) -> AsyncIterator[Miss]:
        """Yield why no response came."""
        wanted: LeasedUrl = failure.request.cb_kwargs["wanted"]  # type: ignore[attr-defined] # Scrapy adds the request
        miss = self._reading.failed(failure.value or CancelledError(), wanted)
        if miss is None:
            self.ledger.settle(wanted.key)
        else:
            yield miss

    async def discover(self, found: Sequence[DiscoveredUrl]) -> dict[str, Verdict]:
        """Return the frontier's verdict for each key that was found, once it is written down.

        Raises:
            CloseSpider: The database stayed away for too long.
        """
        try:
            return await self.ledger.discover(found)
        except ArchiveError as error:
            logger.error("%s", error)  # noqa: TRY400 -- one line; the cause is in it
            raise CloseSpider(DATABASE) from error

    def item_settled(self, item: Any, signal: object) -> None:
        """Note that an item has left the stages; an article that did so whole is kept, acknowledged by the database."""
        if isinstance(item, Article | Miss | Unchanged):
            self.kept += isinstance(item, Article) and signal is signals.item_scraped
            # a miss makes room for another, and further reading is wanted from now on
            self.ledger.fresh = self.ledger.fresh or self.max_articles is not None or _points_on(item)
            self.ledger.settle(item.key)


def _points_on(item: Article | Miss | Unchanged) -> bool:
    return not isinstance(item, Unchanged) and any(found.skip is None for found in item.finds)
