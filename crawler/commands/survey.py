"""`survey`: a few polite requests that tell whether the crawler understands the site, and what differs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler

from crawler import own_settings
from crawler.cli.command import CommandGroup, Operands, describe
from crawler.cli.progress_bar import ProgressBar
from crawler.download.exchange import read_exchanges
from crawler.errors import WrongUsage
from crawler.exit_status import EXIT_STATUSES, INTERRUPTED, UNEXPECTED, WRONG_USAGE
from crawler.survey.plan import HOSTS
from crawler.survey.proposal import as_toml
from crawler.survey.report import EXCHANGES, SITE, Report
from crawler.survey.spider import SurveySpider

REQUESTS: Final = 25
"""Requests of a survey, at most: enough for each source once and a dozen articles."""

_FEWEST: Final = 3

_QUIET: Final[dict[str, Any]] = {
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {"crawler.logs.LogLines": 5},
    "ROBOTSTXT_OBEY": False,  # the survey asks for robots.txt itself, writes it down, and obeys it
}
_OWN_MIDDLEWARES: Final = (
    "crawler.middlewares.robotstxt.RobotsTxt",
    "crawler.middlewares.retry.RetryMiddleware",
    "crawler.middlewares.redirect.Redirect",
)
"""What a crawl has and a survey has not: each answer is seen as it is, and counted."""


class Command(ScrapyCommand):
    """Makes a survey of the site; needs no archive."""

    requires_project = True
    group: ClassVar[CommandGroup] = "crawl"
    operands: ClassVar[Operands] = Operands(least=0, most=0)
    examples: ClassVar[tuple[str, ...]] = ("survey", "survey --host new --requests 10 --out report")
    statuses: ClassVar[Mapping[int, str]] = {
        status.status: f"{status.name}: {status.meaning}" for status in EXIT_STATUSES
    }

    def syntax(self) -> str:
        """Return how it is called."""
        return "[--host new|old|third|all] [--requests 25] [--out DIR] [--replay FILE]"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Compare what is known of the site with the site, in a few polite requests"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        describe(parser, self)
        parser.add_argument("--host", default="all", choices=[*HOSTS, "all"], help="the hosts to ask (default: all)")
        parser.add_argument("--requests", type=int, default=REQUESTS, help=f"at most so many (default: {REQUESTS})")
        parser.add_argument("--out", default="survey", metavar="DIR", help="folder for the report (default: survey)")
        parser.add_argument("--replay", metavar="FILE", help="answer from this WARC file, without a network")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make the survey, print it, and set the exit status."""
        try:
            crawler = self._made(args, opts)
        except WrongUsage as error:
            sys.stderr.write(f"error: {error}\n")
            self.exitcode = WRONG_USAGE.status
            return
        hosts = HOSTS if opts.host == "all" else (opts.host,)
        process: Any = self.crawler_process
        with ProgressBar("requests") as bar:
            process.crawl(crawler, hosts=hosts, requests=opts.requests, folder=Path(opts.out), show=bar.show)
            process.start()
        self.exitcode = self._ended(crawler, Path(opts.out))

    def _made(self, args: list[str], opts: argparse.Namespace) -> Crawler:
        """Return the crawler that makes the survey.

        Raises:
            WrongUsage: An option or a setting cannot be meant.
        """
        if args:
            raise WrongUsage(f"{args[0]!r}: a survey takes options only; see `survey -h`")
        if opts.requests < _FEWEST:
            raise WrongUsage(f"--requests {opts.requests}: {_FEWEST} are the fewest that tell anything")
        settings: Any = self.settings
        own_settings.check(settings)
        middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES") | dict.fromkeys(_OWN_MIDDLEWARES)
        settings.setdict(_QUIET | {"DOWNLOADER_MIDDLEWARES": middlewares}, priority="cmdline")
        try:
            Path(opts.out).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongUsage(f"--out {opts.out}: {error}") from error
        if opts.replay:
            settings.set("REPLAY_FILE", opts.replay, priority="cmdline")
            handler = "crawler.download.replay.ReplayHandler"
            settings.set("DOWNLOAD_HANDLERS", {"http": handler, "https": handler}, priority="cmdline")
            settings.set("DOWNLOAD_DELAY", 0, priority="cmdline")
            read_exchanges(Path(opts.replay))
        process: Any = self.crawler_process
        crawler: Crawler = process.create_crawler(SurveySpider)
        return crawler

    def _ended(self, crawler: Crawler, folder: Path) -> int:
        spider: Any = crawler.spider
        report: Report | None = spider.report if spider else None
        if report is None:
            return UNEXPECTED.status
        _print(report, folder)
        if spider.is_interrupted:
            print("interrupted: the report holds what was seen")
            return INTERRUPTED.status
        return report.judgement.status.status


def _print(report: Report, folder: Path) -> None:
    print("\n".join(report.judgement.lines) + "\n")
    wide = max(map(len, report.verdicts))
    for name, verdict in report.verdicts.items():
        print(f"{name:<{wide}}  {verdict.state:<8}  {verdict.detail}")
    if report.proposal:
        print(f"\nA site file is proposed: run with CMONEY_SITE_FILE={folder / SITE}, then `reparse`:\n")
        print(as_toml(report.proposal))
    print(f"\n{len(report.evidence.exchanges)} requests; survey.md, survey.json, {EXCHANGES}, articles/ in {folder}")
