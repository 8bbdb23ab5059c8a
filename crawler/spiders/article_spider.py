"""Asking for articles: leased addresses become requests, responses become outcomes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from asyncio import CancelledError
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.crawl_state.turns import Rest
from archive.errors import ArchiveError
from archive.model.article import Article
from archive.model.crawl.frontier import TOO_DEEP, DiscoveredUrl, FindVerdict, FoundBy, LeasedUrl
from archive.model.crawl.outcome import Miss, Unchanged
from archive.model.suspicion import kind_in
from archive.model.time_zones import TAIPEI
from crawler import own_settings
from crawler.addresses import read_address
from crawler.download.errors import FORESEEN
from crawler.exit_status import DATABASE
from crawler.frontier_client import Fate
from crawler.pages.extract import extract, in_scope
from crawler.scope import Scope
from crawler.spiders.recorded_spider import RecordedSpider
from crawler.spiders.responses import ROBOTS, Origin, PageOutcome, further_reading, listed_of, miss_of, outcomes_of
from crawler.spiders.unforeseen import LOOK, Unforeseen

logger = logging.getLogger(__name__)

CLAIM: Final = 100
"""Addresses claimed at once, at most; with half as many left, more are claimed: a killed run repeats them at most.
Enough for two batches to be stored and the downloads under way."""

ROUNDS: Final = 8
"""A claim takes at most one in so many of the addresses that a lease has time for."""


class ArticleSpider(RecordedSpider):
    """Requests the wanted articles of the frontier, newest first, until none is wanted or under way.

    Several workers may share its crawl: all send requests, and one of them reads the sources of links.

    A subclass reads sources in `start_sources`, and records the state of each with `begin_source` and `end_source`.

    Args:
        scope: The articles that this run wants.
        max_articles: Articles to keep, at most; None for no limit.
        frontier: The run's client of the archive.

    Attributes:
        kept: The number of articles that this run has kept.
        resting: The hosts that rest after walls, by name.
    """

    shares = True

    def __init__(self, *, scope: Scope, max_articles: int | None = None, **recorded: Any) -> None:
        super().__init__(**recorded)
        self.scope = scope
        self.max_articles = max_articles
        self.kept = 0
        self.resting: Mapping[str, Rest] = {}
        self.unforeseen = Unforeseen(self)

    def listen(self, crawler: Crawler) -> None:
        """Connect to the signals of items that have left the stages."""
        self.sites = own_settings.sites(crawler.settings)
        crawler.signals.connect(self.item_settled, signal=signals.item_scraped)
        self.unforeseen.listen(crawler)

    @property
    def window_id(self) -> str | None:
        """The backfill that is being filled; None for none."""
        return None

    @property
    def windows(self) -> Sequence[str] | None:
        """The backfills whose undated addresses this run asks for; None for all."""
        return None

    @property
    def kind(self) -> str:
        """The kind of run: the same for runs with the same purpose, which are compared with each other."""
        return f"{self.name} {self.scope.kind}"

    @property
    def full(self) -> bool:
        """Whether `max_articles` has been reached."""
        return self.max_articles is not None and self.kept >= self.max_articles

    @property
    def room(self) -> int:
        """The number of addresses that may be claimed now."""
        if self.max_articles is None:
            return self._at_once()
        return max(0, min(self._at_once(), self.max_articles - self.kept - len(self.frontier.outstanding)))

    def shown(self) -> dict[str, Any]:
        """Return the arguments for the run's document."""
        return {"max_articles": self.max_articles} | self.scope.shown()

    def origin(self, by: FoundBy, name: str, depth: int = 0) -> Origin:
        """Return the origin of addresses that this run discovers."""
        return Origin(by, name, depth, self.window_id)

    async def begin_run(self) -> None:
        """Enter the run in the ledger, and see which hosts rest."""
        await super().begin_run()
        if not own_settings.read(self.settings, "WALL_WAIT"):
            return
        resting = await self.frontier.call(lambda archive: archive.turns.resting())
        own = {urlsplit(base).netloc for base in self.sites.bases}
        self.resting = {host: rest for host, rest in resting.items() if host in own}
        for host, rest in self.resting.items():
            until = f"{rest.until.astimezone(TAIPEI):%Y-%m-%d %H:%M}"
            words = "%s kept %d runs in a row out: it is asked again from %s (Taipei; -s WALL_WAIT=0 asks at once)"
            logger.warning(words, host, rest.walls, until)
            self.crawler.stats.inc_value("patience/resting")

    # ---- Requests ---------------------------------------------------------------------------------------------------

    async def work(self) -> AsyncIterator[Any]:
        """Yield requests for the wanted addresses, then for the sources of links and the addresses they bring."""
        await self.frontier.retry_refused(ROBOTS)
        async for request_or_item in self._begun(await self._claim()):
            yield request_or_item
        async for request_or_item in self.start_sources():
            yield request_or_item
        async for request_or_item in self._ask_on():
            yield request_or_item

    async def help(self) -> AsyncIterator[Any]:
        """Yield requests for wanted addresses, as long as another worker looks for more."""
        async for request_or_item in self._ask_on():
            yield request_or_item

    async def start_sources(self) -> AsyncIterator[Any]:
        """Yield the first request of every source of links; the base class has none."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    async def refill(self) -> bool:
        """Put more addresses into the frontier without a request; return whether there were any."""
        return False

    def ask(self, wanted: LeasedUrl) -> Request:
        """Return the request for a leased address, conditional where the archive has the article."""
        address = read_address(wanted.url, self.sites)  # the base addresses may have changed since it was discovered
        url = address.url(self.sites) if address else wanted.url
        headers = {}
        if wanted.kept and wanted.etag:
            headers["If-None-Match"] = wanted.etag
        if wanted.kept and wanted.last_modified:
            headers["If-Modified-Since"] = wanted.last_modified
        return Request(
            url,
            callback=self.parse_article,
            errback=self.article_failed,
            headers=headers,
            meta={"verbatim_url": address is not None and url.isascii()},  # canonical: nothing in it is to be escaped
            cb_kwargs={"wanted": wanted},
        )

    async def _begun(self, claimed: Iterable[LeasedUrl]) -> AsyncIterator[Any]:
        """Yield the request for each address, or its outcome where its page is kept.

        Raises:
            ArchiveError: The database cannot be used.
            CloseSpider: It stayed away for too long.
        """
        for wanted in claimed:
            try:
                begun = await self._begin(wanted)
            except (ArchiveError, CloseSpider):
                raise
            except Exception as error:
                logger.exception("%s cannot be asked for: %s", wanted.key, type(error).__name__)
                self.unforeseen.fail(wanted.key, wanted.url, error)
                continue
            for request_or_outcome in begun:
                yield request_or_outcome

    async def _begin(self, wanted: LeasedUrl) -> Sequence[Request | PageOutcome]:
        page = await self.frontier.call(lambda archive: archive.pages.latest(wanted.key)) if wanted.seen else None
        if page is None:
            return [self.ask(wanted)]
        self.crawler.stats.inc_value("asking/read_from_kept_page")
        address = read_address(page.url, self.sites)
        return self.accepted([extract(page, page.body, address, self.sites, listed_of(wanted))], wanted)

    async def _ask_on(self) -> AsyncIterator[Any]:
        """Yield requests until nothing is left to ask for, however long that takes."""
        while True:
            if self.frontier.fresh and self._runs_low():
                async for request_or_item in self._begun(await self._claim()):
                    yield request_or_item
            elif self._runs_low() and await self.refill():
                self.frontier.fresh = True
            elif self.frontier.outstanding or None in self.sources.values():
                await self._wait()  # downloads and sources under way may bring more
            elif (claimed := await self._last_claim()) is not None:
                async for request_or_item in self._begun(claimed):
                    yield request_or_item
            else:
                return

    async def _last_claim(self) -> list[LeasedUrl] | None:
        """Return addresses that have become wanted meanwhile, such as those to which a shorter path was found.

        None when the run is over: nothing is wanted, and no other worker may bring more.
        """
        if not self.full:
            await self.frontier.reach(TOO_DEEP, self.scope.related_depth)
        claimed = await self._claim()
        if not claimed and (self.full or not await self.frontier.linger()):
            return None
        return claimed

    async def _wait(self) -> None:
        """Wait until an address is discovered or settled, or until the next check for lost requests."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.frontier.wait(), LOOK)
        await self.unforeseen.look()

    def _at_once(self) -> int:
        """Return the number of addresses to claim at once: at this run's rate, a small part of a lease's length."""
        asked_for: float = self.crawler.stats.get_value("robots/crawl_delay", 0.0)
        delay = max(self.crawler.settings.getfloat("DOWNLOAD_DELAY"), asked_for)
        return max(1, min(CLAIM, int(self.frontier.lease / ROUNDS / delay))) if delay else CLAIM

    def _runs_low(self) -> bool:
        """Return whether too few claimed addresses are left to keep downloads and the store busy."""
        return len(self.frontier.outstanding) <= self._at_once() // 2

    async def _claim(self) -> list[LeasedUrl]:
        room = self.room
        self.frontier.fresh = False  # before the claim: what is discovered during it counts as fresh
        if not room:
            return []
        scope = self.scope
        span = {"since": scope.since, "until": scope.until}
        claimed = await self.frontier.claim(room, **span, windows=self.windows, besides=list(self.resting))
        self.frontier.fresh = self.frontier.fresh or len(claimed) == room
        return claimed

    # ---- Outcomes ---------------------------------------------------------------------------------------------------

    def parse_article(self, response: Response, wanted: LeasedUrl) -> list[PageOutcome]:
        """Return the outcome of a leased address; two where it was redirected to another article."""
        return self.accepted(outcomes_of(response, wanted, self.sites), wanted)

    def accepted(self, outcomes: Iterable[PageOutcome], wanted: LeasedUrl) -> list[PageOutcome]:
        """Return outcomes counted and judged by the scope, articles with the addresses that they link to."""
        accepted = [self._accepted(outcome, wanted) for outcome in outcomes]
        if wanted.kept or (wanted.title and not wanted.depth):  # kept, or named by a listing: no number only tried
            self.crawler.stats.inc_value("named/asked")
            is_gone = any(isinstance(outcome, Miss) and outcome.state == "gone" for outcome in accepted)
            self.crawler.stats.inc_value("named/gone", int(is_gone))
        self.observe(accepted)
        return accepted

    def observe(self, outcomes: Iterable[PageOutcome]) -> None:
        """Hook for a subclass: called with outcomes before they leave the spider."""

    def _accepted(self, outcome: PageOutcome, wanted: LeasedUrl) -> PageOutcome:
        stats = self.crawler.stats
        if isinstance(outcome, Article):
            stats.inc_value(f"reading/read_by/{outcome.extractor.name}")
            title = wanted.title if outcome.key == wanted.key else None
            outcome = in_scope(outcome, self.scope, title, is_listed=not wanted.depth, is_kept=wanted.kept)
        if isinstance(outcome, Article):
            origin = self.origin("related", outcome.key, wanted.depth + 1)
            outcome.finds = tuple(further_reading(outcome, origin, self.scope, self.sites))
        elif isinstance(outcome, Miss):
            stats.inc_value(f"reading/{outcome.state}/{outcome.reason}")
        return outcome

    async def article_failed(self, failure: Failure) -> AsyncIterator[PageOutcome]:
        """Errback: yield the outcome of a leased address without a response."""
        wanted: LeasedUrl = failure.request.cb_kwargs["wanted"]  # type: ignore[attr-defined] # Scrapy adds the request
        for outcome in self.failed(failure.value or CancelledError(), wanted):
            yield outcome

    def failed(self, error: BaseException, wanted: LeasedUrl) -> list[PageOutcome]:
        """Return the outcome of a leased address without a response; none where the run's end cut it short."""
        if not isinstance(error, FORESEEN):
            logger.error("%s: asking for it raised %s", wanted.key, type(error).__name__, exc_info=error)
        miss = miss_of(error, wanted)
        if miss is None:
            self.frontier.settle(wanted.key, "left")
            return []
        return self.accepted([miss], wanted)

    async def discover(self, discovered: Sequence[DiscoveredUrl]) -> dict[str, FindVerdict]:
        """Enter addresses into the frontier, and return its verdict for each key.

        Raises:
            CloseSpider: The database stayed away for too long.
        """
        try:
            return await self.frontier.discover(discovered)
        except ArchiveError as error:
            logger.error("%s", error)  # noqa: TRY400 -- one line; the cause is in it
            raise CloseSpider(DATABASE) from error

    def item_settled(self, item: Any) -> None:
        """Settle the address of an item that has left the stages: the database has kept it."""
        if not isinstance(item, Article | Miss | Unchanged):
            return
        self.kept += isinstance(item, Article)
        try:  # a miss makes room for another address, and further reading is wanted from now on
            self.frontier.fresh = self.frontier.fresh or self.max_articles is not None or _links_on(item)
        finally:
            self.frontier.settle(item.key, fate_of(item))


def fate_of(item: PageOutcome) -> Fate:
    """Return what became of the address of an item that has left the stages."""
    if not isinstance(item, Miss):
        return "kept"
    if item.state == "skipped":
        return "refused" if item.reason == ROBOTS else "passed_over"
    if item.state == "gone":
        return "gone"
    return "doubted" if kind_in(item.reason) else "failed"


def _links_on(item: PageOutcome) -> bool:
    return not isinstance(item, Unchanged) and any(discovered.skip is None for discovered in item.finds)
