"""The part that all spiders share: checked arguments, a run that is recorded, and the state of each source of links."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

import archive
from archive.crawl_state.settlements import GoneRule
from archive.errors import ArchiveError
from archive.settings import place
from crawler import own_settings
from crawler.download.errors import STOPPING
from crawler.download.giving_up import give_up_requests
from crawler.errors import WrongUsage
from crawler.exit_status import DATABASE, STUMBLED, UNEXPECTED, ExitStatus
from crawler.frontier_client import HELPS, LEADS, FrontierClient

logger = logging.getLogger(__name__)

VERSIONS = {"cmoney-archive": archive.__version__, "scrapy": scrapy.__version__, "pymongo": version("pymongo")}
"""The versions that a run was made with; kept in its document."""


class RecordedSpider(scrapy.Spider):
    """A spider each of whose runs is a document in the archive.

    Args:
        frontier: The run's client of the archive.

    Attributes:
        sources: The state of each source of links: None while it is read, "" when it was read as far as needed, else
            why it was not.
        boundary: The newest publication in the last complete run of this kind; None if there is none.
        led: Whether the run looked for more itself; False for a worker that only helped.
    """

    boundary: datetime | None = None
    led = True
    shares: ClassVar[bool] = False
    """Whether several workers may share a crawl of it."""
    unexpected_is: ClassVar[ExitStatus] = UNEXPECTED
    """The exit status of a run with an unforeseen exception."""
    arguments: ClassVar[frozenset[str]] = frozenset()
    """The arguments that -a may give, by name."""

    def __init__(self, frontier: FrontierClient) -> None:
        super().__init__()
        self.frontier = frontier
        self.sources: dict[str, str | None] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_args: Any, **kwargs: Any) -> Self:
        """Return the spider for a crawler's settings and the arguments given with -a.

        Raises:
            WrongUsage: A setting or an argument is invalid.
        """
        spider = cls(frontier=cls._client(crawler.settings), **cls.check(crawler.settings, kwargs))
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.frontier.ending.set, signal=STOPPING)
        crawler.settings.set("SCHEDULER_QUEUE_KEY", f"cmoney:{spider._crawl_id()}:requests", priority="spider")
        spider.listen(crawler)
        return spider

    @classmethod
    def _client(cls, settings: BaseSettings) -> FrontierClient:
        client: type[FrontierClient] = FrontierClient
        if cls.shares and own_settings.read(settings, "DISTRIBUTED_REDIS_URL"):  # by name: it needs an extra
            client = load_object("crawler.distributed.frontier_client.SharedFrontierClient")
        return client(
            partial(own_settings.open_archive, settings, create=True),
            own_settings.read(settings, "MONGODB_OUTAGE_LIMIT"),
            own_settings.read(settings, "LEASE_SECONDS"),
            GoneRule(own_settings.read(settings, "GONE_LOOKS"), own_settings.read(settings, "GONE_DAYS")),
        )

    def _crawl_id(self) -> str:
        """Return the name of the crawl that workers share: the same for one archive, site and kind of run."""
        database = own_settings.read(self.settings, "MONGODB_DATABASE")
        parts = [database, repr(own_settings.sites(self.settings)), self.kind]
        return f"{self.name}:{sha256(repr(parts).encode()).hexdigest()[:16]}"

    @classmethod
    def check(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments without the client, read from those of the command line.

        Raises:
            WrongUsage: A setting or an argument is invalid.
        """
        own_settings.check(settings)
        for name in sorted(set(arguments) - cls.arguments - {"_job"}):  # scrapyd gives its job's id to every spider
            known = ", ".join(sorted(cls.arguments))
            raise WrongUsage(f"argument {name}={arguments[name]!r}: spider {cls.name} takes only {known}")
        return cls.read(settings, arguments)

    @classmethod
    def read(cls, _settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments without the client; a subclass reads them.

        Raises:
            WrongUsage: An argument is invalid.
        """
        raise NotImplementedError

    def listen(self, crawler: Crawler) -> None:
        """Connect to the crawler's signals; the base class needs none."""

    @property
    def kind(self) -> str:
        """The kind of run: the same for runs with the same purpose, which are compared with each other."""
        return self.name

    @property
    def full(self) -> bool:
        """Whether the wanted number of articles is kept."""
        return False

    def shown(self) -> dict[str, Any]:
        """Return the arguments for the run's document."""
        return {}

    async def start(self) -> AsyncIterator[Any]:
        """Yield what `work` yields, as a recorded run.

        Raises:
            CloseSpider: The run is to end, for the reason in it.
        """
        try:
            await self.begin_run()
            while (role := await self.frontier.role()) == HELPS:
                async for request in self.help():
                    yield request
            self.led = role == LEADS
            if self.led:
                async for request_or_item in self.work():
                    yield request_or_item
        except ArchiveError as error:
            logger.error("%s", error)  # noqa: TRY400 -- one line; the cause is in it
            await self.close_run(DATABASE)
        except CloseSpider:
            raise
        except Exception:
            logger.exception("the run ends: what to ask for next is not known")
            await self.close_run(STUMBLED)

    async def begin_run(self) -> None:
        """Record the beginning of the run."""
        await self.frontier.begin(self.name, self.shown(), kind=self.kind, versions=VERSIONS)
        logger.info("run %s of %s begins; archive %s", self.frontier.run_id, self.name, place.shown(self.settings))
        if own_settings.lacks_contact(self.settings):
            logger.warning("CRAWLER_CONTACT is empty: give the site's owner an address to write to")

    async def help(self) -> AsyncIterator[Any]:
        """Yield the requests by which this run helps another worker of the same crawl; the base class has none."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def work(self) -> AsyncIterator[Any]:
        """Yield the run's requests and items; a subclass has them."""
        raise NotImplementedError

    def begin_source(self, name: str) -> None:
        """Note that a source of links is being read."""
        self.sources[name] = None

    def end_source(self, name: str, why_not: str = "") -> None:
        """Note that a source of links was read as far as needed, or why it was not."""
        self.sources[name] = why_not
        if why_not:
            logger.warning("%s: %s", name, why_not)
        self.frontier.changed.set()

    def note_absences(self) -> None:
        """Hook for a subclass: called once all sources were read, to note what is missing."""

    async def close_run(self, reason: str) -> None:
        """End the run early, for a reason; waiting requests are dropped, requests under way get a few seconds."""
        if self.crawler.engine:
            give_up_requests(self.crawler)
            await self.crawler.engine.close_spider_async(reason=reason)
