"""`cmoney survey`: a few polite requests that show whether the crawler understands the site, and what differs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler

from archive.atomic_file import writing
from archive.errors import ArchiveError, WrongSetting
from crawler import own_settings
from crawler.cli.command import (
    ChecksUsage,
    drop_output,
    escape_what_cannot_be_written,
    fail,
    fail_for,
)
from crawler.cli.printer import print_json
from crawler.cli.progress_bar import ProgressBar
from crawler.download.browser import MOST_REQUESTS
from crawler.download.exchange import ExchangeFile
from crawler.download.raw_response import ONCE
from crawler.download.replay import replay
from crawler.errors import WrongUsage
from crawler.exit_status import (
    ALL_WELL,
    EXIT_STATUSES,
    INTERRUPTED,
    RUN_STATUSES,
    TEMPLATE_CHANGED,
    UNEXPECTED,
    WRONG_USAGE,
)
from crawler.monitoring import drift
from crawler.printable import printable
from crawler.survey.evidence import HOSTS, Host
from crawler.survey.judgement import SOURCES
from crawler.survey.plan import BROWSER_REQUESTS
from crawler.survey.proposal import as_toml
from crawler.survey.report import EXCHANGES, SITE, Report
from crawler.survey.spider import SurveyLimits, SurveySpider

if TYPE_CHECKING:
    from archive.archive import Archive

REQUESTS: Final = 25
"""Requests of a survey, at most: enough for each source once and a dozen articles."""

NAMES: Final[dict[str, Host]] = {"new": "new", "old": "old", "forecastock": "third"}
"""The hosts by their names on the command line."""

_FEWEST: Final = 3

_QUIET: Final[dict[str, Any]] = {
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {"crawler.logs.LogLines": 5},
    MOST_REQUESTS: BROWSER_REQUESTS,
    ONCE: True,
    "ROBOTSTXT_OBEY": False,  # the survey requests robots.txt itself, records it, and obeys it
}
_OWN_MIDDLEWARES: Final = (
    "crawler.middlewares.robotstxt.RobotsTxt",
    "crawler.middlewares.retry.RetryMiddleware",
    "crawler.middlewares.redirect.Redirect",
)
"""The middlewares of a crawl that a survey lacks: it sees and counts each answer as it is."""


class Command(ChecksUsage, ScrapyCommand):
    """It needs no archive, unless its result is to be recorded."""

    requires_project = True
    summary = "Compare what is known of the site with the site, in a few polite requests"
    group = "crawl"
    examples = ("survey", "survey --host new --requests 10 --out report")
    statuses: ClassVar = RUN_STATUSES | {
        ALL_WELL.status: f"{ALL_WELL.name}: what is known of the site holds, so a crawl will work",
        TEMPLATE_CHANGED.status: f"{TEMPLATE_CHANGED.name}: something does not hold; the report has what",
    }

    def _options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="all", choices=[*NAMES, "all"], help="the hosts to ask (default: all)")
        parser.add_argument("--requests", type=int, default=REQUESTS, help=f"at most so many (default: {REQUESTS})")
        parser.add_argument("--out", default="survey", metavar="DIR", help="folder for the report (default: survey)")
        parser.add_argument("--replay", type=Path, metavar="FILE", help="answer from this WARC file, without a network")
        meaning = "record the result in the archive's runs, with the changes since earlier surveys"
        parser.add_argument("--record", action="store_true", help=meaning)
        parser.add_argument("--json", action="store_true", help="print survey.json in place of the table")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 -- takes options only
        """Make the survey, print it, and set the exit status."""
        try:
            escape_what_cannot_be_written()
            crawler = self._made(opts)
            with ExitStack() as stack:
                record = None
                if opts.record:
                    archive = stack.enter_context(own_settings.open_archive(self.settings, create=True))
                    record = _SurveyRecord(archive, {"host": opts.host, "requests": opts.requests})
                self._survey(crawler, opts)
                self.exitcode = self._ended(crawler, Path(opts.out), as_json=opts.json)
                remarks = record.enter(crawler.spider, self.exitcode) if record else []
                for remark in remarks:
                    print(remark, file=sys.stderr if opts.json else sys.stdout)
        except (WrongUsage, WrongSetting) as error:
            self.exitcode = fail(error, WRONG_USAGE.status)
        except ArchiveError as error:
            self.exitcode = fail_for(error)
        except BrokenPipeError:
            drop_output()

    def _survey(self, crawler: Crawler, opts: argparse.Namespace) -> None:
        is_replay = own_settings.read(self.settings, "REPLAY_FILE")
        file = None if is_replay else ExchangeFile(Path(opts.out) / EXCHANGES)
        hosts = HOSTS if opts.host == "all" else (NAMES[opts.host],)
        with ProgressBar("requests") as bar:
            limits = SurveyLimits(hosts, opts.requests, self._delay)
            self.crawler_process.crawl(crawler, limits=limits, folder=Path(opts.out), file=file, show=bar.show)
            self.crawler_process.start()

    def _made(self, opts: argparse.Namespace) -> Crawler:
        """Return the crawler that makes the survey.

        Raises:
            WrongUsage: An option or a setting is invalid.
            ArchiveError: The folder for the report cannot be made.
        """
        if opts.requests < _FEWEST:
            raise WrongUsage(f"--requests {opts.requests}: {_FEWEST} are the fewest that show anything")
        settings = self.settings
        middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES") | dict.fromkeys(_OWN_MIDDLEWARES)
        settings.setdict(_QUIET | {"DOWNLOADER_MIDDLEWARES": middlewares}, priority="cmdline")
        with writing(opts.out):
            Path(opts.out).mkdir(parents=True, exist_ok=True)
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        replay(settings, opts.replay)
        if opts.record and own_settings.read(settings, "REPLAY_FILE"):
            raise WrongUsage("--record: a recording is not the site of today; leave it out, or the recording")
        crawler: Crawler = self.crawler_process.create_crawler(SurveySpider)
        return crawler

    def _ended(self, crawler: Crawler, folder: Path, *, as_json: bool) -> int:
        spider: Any = crawler.spider
        report: Report | None = spider.report if spider else None
        if report is None:
            return (UNEXPECTED if self.crawler_process.bootstrap_failed else INTERRUPTED).status
        if as_json:
            print_json(report.as_json())
        else:
            _print(report, folder)
        if spider.fault:
            return fail_for(spider.fault)
        if spider.is_interrupted:
            print("interrupted: the report holds what was seen", file=sys.stderr if as_json else sys.stdout)
            return INTERRUPTED.status
        return report.judgement.status.status


class _SurveyRecord:
    """Records a survey in the archive's runs; its beginning at once, so that no other survey begins in its week."""

    def __init__(self, archive: Archive, arguments: Mapping[str, object]) -> None:
        self._runs = archive.runs
        self._earlier = self._runs.recent(drift.REMEMBERED, drift.SPIDER)
        self._run = self._runs.begin(drift.SPIDER, arguments, kind=drift.SPIDER)

    def enter(self, spider: Any, status: int) -> list[str]:
        """Record the survey's end, and return a line on each change since the surveys before it."""
        surveyed = drift.Surveyed({}, {}, ())
        if spider is not None and spider.report is not None:
            surveyed = _surveyed(spider.report)
        problems = surveyed.problems(self._earlier, self._run.started_at)
        outcome, counts = EXIT_STATUSES[status].name, surveyed.counts
        self._runs.end(
            self._run.id, outcome, complete=status == 0, exit_status=status, counts=counts, problems=problems
        )
        return [f"changed: {problem}" for problem in problems]


def _surveyed(report: Report) -> drift.Surveyed:
    verdicts = {name: verdict for name, verdict in report.verdicts.items() if verdict.state != "not seen"}
    return drift.Surveyed(
        {name: (verdict.state == "held", verdict.detail) for name, verdict in verdicts.items()},
        {name: SOURCES[name] for name in report.judgement.sources},
        report.judgement.faults,
    )


def _print(report: Report, folder: Path) -> None:
    wide = max(map(len, report.verdicts))
    lines = [*report.judgement.lines, ""]
    lines += [f"{name:<{wide}}  {verdict.state:<8}  {verdict.detail}" for name, verdict in report.verdicts.items()]
    if report.proposal:
        lines += ["", f"A site file is proposed: run with CMONEY_SITE_FILE={folder / SITE}, then `reparse`:", ""]
        lines.append(as_toml(report.proposal))
    lines += [
        "",
        f"{len(report.evidence.exchanges)} requests; survey.md, survey.json, {EXCHANGES}, articles/ in {folder}",
    ]
    print(printable("\n".join(lines)))
