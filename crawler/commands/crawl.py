"""`scrapy crawl`: Scrapy's own, with one line for bad input and an exit status that tells a scheduler the truth."""

from __future__ import annotations

import argparse
import logging
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from archive.errors import ArchiveError
from crawler import own_settings
from crawler.cli.signals import last_steps
from crawler.download.exchange import read_exchanges
from crawler.errors import WrongUsage
from crawler.exit_status import INTERRUPTED, NO_DATABASE, STATUS, UNEXPECTED, WRONG_USAGE
from crawler.own_settings import open_archive
from crawler.spiders.recorded_spider import RecordedSpider

logger = logging.getLogger(__name__)


class Command(ScrapyCrawl):
    """Runs a spider; the exit statuses are listed in crawler/exit_status.py and docs/operations.md."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider that is named, after its arguments, the settings and the database have been looked at.

        Raises:
            UsageError: No spider of that name.
        """
        if len(args) != 1:
            raise UsageError("name one spider; `scrapy list` shows them")
        try:
            self.check(args[0], opts.spargs)
            # an embedded server stays up while somebody holds it
            self._held = open_archive(self.settings or {}, create=True)
        except (WrongUsage, ArchiveError) as error:
            sys.stderr.write(f"error: {error}\n")
            self.exitcode = (WRONG_USAGE if isinstance(error, WrongUsage) else NO_DATABASE).status
            return
        crawler = self._create_crawler(args[0])
        self._process.crawl(crawler, **opts.spargs)
        self._process.start()
        self.exitcode = self._status(crawler)
        with last_steps(self.exitcode):
            self._held.close()

    def _status(self, crawler: Crawler) -> int:
        try:
            status: int | None = crawler.stats.get_value(STATUS)
        except RuntimeError:  # the crawl did not get as far as to have stats
            status = None
        if status is None:
            status = (UNEXPECTED if self._process.bootstrap_failed else INTERRUPTED).status
        return status

    @property
    def _process(self) -> CrawlerProcessBase:
        if self.crawler_process is None:
            raise RuntimeError("Scrapy runs this command with a crawler process")
        return self.crawler_process

    def check(self, name: str, arguments: dict[str, str]) -> None:
        """Check that a spider exists and that settings and arguments can be meant.

        Raises:
            WrongUsage: They cannot.
        """
        try:
            spider = self._process.spider_loader.load(name)
        except KeyError:
            known = ", ".join(sorted(self._process.spider_loader.list()))
            raise WrongUsage(f"there is no spider {name!r}; there are: {known}") from None
        if issubclass(spider, RecordedSpider):
            spider.check(self.settings or BaseSettings(), arguments)
        if recording := own_settings.read(self.settings or {}, "REPLAY_FILE"):
            read_exchanges(recording)
