"""The spider of a survey: one request after another through Scrapy's downloader, each recorded at once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

import scrapy
from protego import Protego
from scrapy.crawler import Crawler

from archive.errors import ArchiveError
from crawler import own_settings
from crawler.download.browser import has_browser, scroll
from crawler.download.exchange import BROWSE, Exchange, ExchangeFile
from crawler.download.raw_response import RECEIVED, Received
from crawler.pages.listings.html_listing import read_listing
from crawler.survey.checks import check_all
from crawler.survey.evidence import Evidence, Host, base_of, wait_of
from crawler.survey.judgement import judge
from crawler.survey.plan import LONGEST_WAIT, Question, SurveyPlan
from crawler.survey.proposal import propose
from crawler.survey.report import Report
from crawler.survey.verdict import Context

COLUMN: Final = "美股動態"
"""The column of the survey if all columns are wanted."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SurveyLimits:
    """The limits of a survey.

    Attributes:
        hosts: The hosts that may be asked.
        requests: How many requests may be made.
        delay: Seconds between two requests to a host, at least.
    """

    hosts: tuple[Host, ...]
    requests: int
    delay: float


class SurveySpider(scrapy.Spider):
    """Makes a survey; it needs no archive.

    Args:
        limits: What may be asked.
        folder: Where the report goes.
        file: The recording of exchanges; None in a replay.
        show: Called before each request with how many were made, the most that may be, and its purpose.

    Attributes:
        report: The report; None until the survey has ended.
        is_interrupted: Whether a signal ended it before its plan was done.
        fault: The error of writing its files; None without one.
    """

    name = "survey"
    report: Report | None = None
    is_interrupted = True
    fault: ArchiveError | None = None

    def __init__(
        self, limits: SurveyLimits, folder: Path, file: ExchangeFile | None, show: Callable[[int, int, str], None]
    ) -> None:
        super().__init__()
        self._limits = limits
        self._folder = folder
        self._file = file
        self._show = show
        self._asked_at: dict[str, float] = {}
        self._not_before: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider for a crawler's settings."""
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        spider._evidence = Evidence(own_settings.sites(crawler.settings))
        return spider

    _evidence: Evidence

    async def start(self) -> AsyncIterator[Any]:
        """Make the survey; it yields nothing, since each request depends on the answers before it."""
        columns = own_settings.columns(self.settings)
        plan = SurveyPlan(
            evidence=self._evidence,
            ask=self._ask,
            requests=self._limits.requests,
            hosts=self._limits.hosts,
            column=min(columns) if columns else COLUMN,
            robot=self.settings["ROBOTSTXT_USER_AGENT"],
            token=own_settings.read(self.settings, "CMONEY_TOKEN"),
            has_browser=bool(own_settings.read(self.settings, "REPLAY_FILE")) or has_browser(self.settings),
        )
        try:
            await plan.run()
            self.is_interrupted = False
        except ArchiveError as error:  # the exchange cannot be written down: nothing more is asked
            self.is_interrupted, self.fault = False, error
        finally:  # also where the survey is interrupted: what was seen is kept, and judged
            self._keep(self._judged(plan))
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def _keep(self, report: Report) -> None:
        self.report = report
        if self._file:
            self._file.close()
        try:
            report.write(self._folder)
        except ArchiveError as error:
            self.fault = self.fault or error

    def _judged(self, plan: SurveyPlan) -> Report:
        context = Context(plan.column, plan.robot)
        verdicts = check_all(self._evidence, context)
        delay = max((self._limits.delay, *self._delays().values()))
        is_whole = not self.is_interrupted and self.fault is None
        judgement = judge(self._evidence, verdicts, plan.column, delay, is_whole=is_whole)
        return Report(self._evidence, verdicts, judgement, propose(self._evidence))

    async def _ask(self, question: Question) -> Exchange:
        """Make one request after its host's delay, and record the exchange."""
        self._show(len(self._evidence.exchanges), self._limits.requests, question.purpose)
        await self._wait(question.url)
        logger.info("%s: %s %s", question.purpose, question.method, question.url)
        exchange = await (self._browsed(question) if question.in_browser else self._exchange(question))
        if wait := min(wait_of(exchange), LONGEST_WAIT):
            self._not_before[urlsplit(question.url).netloc] = time.monotonic() + wait
        if self._file:
            self._file.add(exchange)
        return exchange

    async def _exchange(self, question: Question) -> Exchange:
        url, method, body = question.url, question.method, question.body
        request = scrapy.Request(url, method=method, body=body, headers=question.headers, dont_filter=True)
        engine: Any = self.crawler.engine
        try:
            response = await engine.download_async(request)
        except Exception as error:  # noqa: BLE001 -- any error is the observation of this address
            why = f"{type(error).__name__}: {error}"
            return Exchange(question.purpose, method, url, datetime.now(UTC), body, error=why)
        received = request.meta.get(RECEIVED) or Received(response.body, None)
        headers = {
            name.decode("latin-1").lower(): values[-1].decode("latin-1") for name, values in response.headers.items()
        }
        if received.encoding:
            headers["content-encoding"] = received.encoding
        now = datetime.now(UTC)
        return Exchange(question.purpose, method, url, now, body, response.status, headers, received.body)

    async def _browsed(self, question: Question) -> Exchange:
        """Return what a page's scripts made of it in a browser, scrolled until it links to an article."""
        now, place = datetime.now(UTC), (question.purpose, BROWSE, question.url)
        is_replayed = bool(own_settings.read(self.settings, "REPLAY_FILE"))
        meta = {"playwright": True, "playwright_include_page": not is_replayed}
        engine: Any = self.crawler.engine
        try:
            response = await engine.download_async(scrapy.Request(question.url, meta=meta, dont_filter=True))
            body = response.body if is_replayed else await self._scrolled(response.meta["playwright_page"])
        except Exception as error:  # noqa: BLE001 -- any error is the observation of this address
            return Exchange(*place, now, error=f"{type(error).__name__}: {error}")
        headers = {"content-type": "text/html; charset=utf-8"}
        return Exchange(*place, now, b"", response.status, headers, body)

    async def _scrolled(self, page: Any) -> bytes:
        body = b""
        try:
            async for body in scroll(page, self.settings.getfloat("DOWNLOAD_DELAY"), asyncio.Event()):
                if read_listing(body, page.url, self._evidence.sites, "text/html; charset=utf-8").cards:
                    break
        finally:
            await page.close()
        return body

    def _delays(self) -> dict[str, float]:
        """Return the seconds between two requests by host: the longer of the setting and what its robots.txt asks."""
        robot = self.settings["ROBOTSTXT_USER_AGENT"]
        delays: dict[str, float] = {}
        for host, text in self._evidence.robots.items():
            asked_for = Protego.parse(text).crawl_delay(robot) if text else None
            delays[urlsplit(base_of(self._evidence.sites, host)).netloc] = max(self._limits.delay, asked_for or 0.0)
        return delays

    async def _wait(self, url: str) -> None:
        """Wait for the host's delay since the last request, or until the end of its Retry-After.

        A recording needs no delay.
        """
        if self._file is None:
            return
        place = urlsplit(url).netloc
        delay = self._delays().get(place, self._limits.delay)
        due = max(self._asked_at.get(place, float("-inf")) + delay, self._not_before.get(place, float("-inf")))
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        self._asked_at[place] = time.monotonic()
