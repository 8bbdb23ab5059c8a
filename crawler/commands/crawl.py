"""`cmoney crawl`: Scrapy's own, with one line for bad input and an exit status of its own for each end."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler

from archive.errors import ArchiveError, WrongSetting
from crawler.cli.command import ChecksUsage, Operands, fail, no_such, refuse
from crawler.cli.signals import last_steps
from crawler.download.replay import replay
from crawler.errors import WrongUsage
from crawler.exit_status import INTERRUPTED, NO_DATABASE, RUN_STATUSES, STATUS, UNEXPECTED, WRONG_USAGE
from crawler.monitoring.notice import beat
from crawler.own_settings import open_archive
from crawler.spiders.recorded_spider import RecordedSpider

logger = logging.getLogger(__name__)


class Command(ChecksUsage, ScrapyCrawl):
    """A spider takes arguments by `-a`; docs/spiders.md has them all.

    column, for what is new: max_articles= (articles to keep, at most), max_age= (days), related_depth= (steps of
    further reading), listing= (one page in place of all).

    backfill, for what was: since= and until= (dates, both included), via=api,notes,related, gaps=1 (only what is known
    to be missing), max_articles=.

    captures, for texts in files: path= (a file, a folder or a glob).

    What each exit status calls for is in docs/operations.md.
    """

    summary = "Run a spider: column, backfill or captures"
    group = "crawl"
    operands = Operands("SPIDER")
    examples: ClassVar[tuple[str, ...]] = (
        "crawl column",
        "crawl column -a max_articles=20 -O articles.csv",
        "crawl backfill -a since=2024-01-01",
        "crawl backfill -a since=2024-01-01 -a until=2024-12",
        "crawl captures -a path=captures/",
        "crawl column --replay survey/exchanges.warc.gz",
    )
    statuses: ClassVar = RUN_STATUSES

    def _options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--replay", type=Path, metavar="FILE", help="answer from this WARC file, without a network")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Put the options into the settings; refuse `-o` for a file that cannot be gone on with."""
        super().process_options(args, opts)
        for name in opts.output or ():
            path = Path(name)
            if path.suffix in {".csv", ".parquet"} and path.is_file() and path.stat().st_size:
                refuse(f"-o {name}: there is such a file, and nothing can be added to it; -O {name} replaces it")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider that is named; wrong usage, and an archive that cannot be used, end it in one line."""
        (name,) = args
        try:
            self._check(name, opts.spargs)
            self._crawl(name, opts)
        except (WrongUsage, WrongSetting) as error:
            self.exitcode = fail(error, WRONG_USAGE.status)
        except ArchiveError as error:
            self.exitcode = fail(error, NO_DATABASE.status)
            self._beat(name, None)

    def _crawl(self, name: str, opts: argparse.Namespace) -> None:
        """Run a spider, and set the exit status.

        Raises:
            WrongUsage: The recording to replay cannot be read.
            ArchiveError: The archive cannot be used.
        """
        replay(self.settings, opts.replay)
        held = open_archive(self.settings, create=True)  # an embedded server stays up while somebody holds it
        crawler = self._create_crawler(name)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        self.exitcode = self._status(crawler)
        with last_steps(self.exitcode):
            held.close()
            self._beat(name, crawler.spider)

    def _beat(self, name: str, spider: Any) -> None:
        """Report to the heartbeat's address how the crawl ended; a failure there changes nothing."""
        run_id = getattr(getattr(spider, "frontier", None), "run_id", None)
        if why_not := beat(self.settings, name, run_id, self.exitcode):
            logger.warning("%s", why_not)

    def _status(self, crawler: Crawler) -> int:
        try:
            status: int | None = crawler.stats.get_value(STATUS)
        except RuntimeError:  # the crawl did not get as far as to have stats
            status = None
        if status is None:
            status = (UNEXPECTED if self.crawler_process.bootstrap_failed else INTERRUPTED).status
        return status

    def _check(self, name: str, arguments: dict[str, str]) -> None:
        """Check a spider's name and arguments, and the settings.

        Raises:
            WrongUsage: There is no such spider, or a value is invalid.
        """
        try:
            spider = self.crawler_process.spider_loader.load(name)
        except KeyError:
            known = sorted(self.crawler_process.spider_loader.list())
            raise WrongUsage(no_such(name, known, "spider ")) from None
        if issubclass(spider, RecordedSpider):
            spider.check(self.settings, arguments)
