"""The part that every spider shares: arguments that are checked, a ledger, and what became of each way it looked."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar, Self

import scrapy
from scrapy.utils.misc import load_object

import archive
from archive.errors import ArchiveError
from crawler import own_settings
from crawler.errors import WrongUsage
from crawler.exit_status import DATABASE
from crawler.frontier_client import HELPS, LEADS, FrontierClient

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

VERSIONS = {"cmoney-archive": archive.__version__, "scrapy": scrapy.__version__, "pymongo": version("pymongo")}
"""What is kept with a run: the versions that it was made with."""


class RecordedSpider(scrapy.Spider):
    """A spider whose every run is in the ledger.

    Args:
        ledger: The run's door to the archive.

    Attributes:
        ways: What became of each way that was looked through: None while under way, "" when it was walked as far as
            needed, else why not.
        boundary: The newest publication that the last complete run of this kind had kept; None if there is none.
        led: Whether it looked for more itself; False for a worker that helped another which did.
    """

    boundary: datetime | None = None
    led = True
    shares: ClassVar[bool] = False
    """Whether several workers may share a crawl of it."""
    arguments: ClassVar[frozenset[str]] = frozenset()
    """Names of the arguments that -a may give."""

    def __init__(self, ledger: FrontierClient) -> None:
        super().__init__()
        self.ledger = ledger
        self.ways: dict[str, str | None] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_args: Any, **kwargs: Any) -> Self:
        """Return the spider for a crawler's settings and the arguments given with -a.

        Raises:
            WrongUsage: A setting or an argument cannot be meant.
        """
        spider = cls(ledger=cls._ledger(crawler.settings), **cls.check(crawler.settings, kwargs))
        spider._set_crawler(crawler)
        crawler.settings.set("SCHEDULER_QUEUE_KEY", f"cmoney:{spider._crawl()}:requests", priority="spider")
        spider.listen(crawler)
        return spider

    @classmethod
    def _ledger(cls, settings: BaseSettings) -> FrontierClient:
        shared = cls.shares and own_settings.read(settings, "FRONTIER_REDIS_URL")
        kind: type[FrontierClient] = (
            load_object("crawler.distributed.frontier_client.SharedFrontierClient") if shared else FrontierClient
        )  # an extra's
        return kind(
            lambda: own_settings.open_archive(settings),
            own_settings.read(settings, "MONGODB_OUTAGE_LIMIT"),
            own_settings.read(settings, "LEASE_SECONDS"),
        )

    def _crawl(self) -> str:
        """Return the same text for workers that share a crawl: of one archive, one site, one kind of run."""
        database = own_settings.read(self.settings, "MONGODB_DATABASE")
        named = [database, repr(own_settings.sites(self.settings)), self.kind]
        return f"{self.name}:{sha256(repr(named).encode()).hexdigest()[:16]}"

    @classmethod
    def check(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments but the ledger, read from those of the command line.

        Raises:
            WrongUsage: A setting or an argument cannot be meant.
        """
        own_settings.check(settings)
        for name in sorted(set(arguments) - cls.arguments - {"_job"}):  # scrapyd gives its job's id to every spider
            known = ", ".join(sorted(cls.arguments))
            raise WrongUsage(f"argument {name}={arguments[name]!r}: spider {cls.name} takes only {known}")
        return cls.read(settings, arguments)

    @classmethod
    def read(cls, _settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments but the ledger; a subclass says how they are read.

        Raises:
            WrongUsage: One cannot be meant.
        """
        raise NotImplementedError

    def listen(self, crawler: Crawler) -> None:
        """Connect to the crawler's signals, where a subclass listens to any."""

    @property
    def kind(self) -> str:
        """Return the same words for runs that want the same: a later run may rest on an earlier one of its kind."""
        return self.name

    @property
    def full(self) -> bool:
        """Return whether the run ended because as much is kept as was asked for."""
        return False

    def shown(self) -> dict[str, Any]:
        """Return the arguments as the run's document shows them."""
        return {}

    async def start(self) -> AsyncIterator[Any]:
        """Yield what `work` yields, as a run that is entered in the ledger."""
        try:
            await self.ledger.begin(self.name, self.shown(), kind=self.kind, versions=VERSIONS)
            while (role := await self.ledger.role()) == HELPS:
                async for request in self.help():
                    yield request
            self.led = role == LEADS
            if self.led:
                async for request_or_item in self.work():
                    yield request_or_item
        except ArchiveError as error:
            logger.error("%s", error)  # noqa: TRY400 -- one line; the cause is in it
            await self.close_run(DATABASE)

    async def help(self) -> AsyncIterator[Any]:
        """Yield what helps another worker of the same crawl: nothing, unless a subclass can share its work."""
        return
        yield  # an async generator that yields nothing

    def work(self) -> AsyncIterator[Any]:
        """Yield the run's requests and items; a subclass says which."""
        raise NotImplementedError

    def begin_way(self, name: str) -> None:
        """Note that a way to find articles is being looked through."""
        self.ways[name] = None

    def end_way(self, name: str, why_not: str = "") -> None:
        """Note that a way was walked as far as needed, or why it was not."""
        self.ways[name] = why_not
        if why_not:
            logger.warning("%s: %s", name, why_not)
        self.ledger.note_change()

    async def close_run(self, reason: str) -> None:
        """End the run early, for a reason."""
        if self.crawler.engine:
            await self.crawler.engine.close_spider_async(reason=reason)
