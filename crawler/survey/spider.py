"""The spider of a survey: one request after the other through Scrapy's downloader, each written down as it comes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import scrapy
from protego import Protego

from crawler import own_settings
from crawler.download.browser import has_browser, scroll
from crawler.download.exchange import BROWSE, Exchange, ExchangeFile
from crawler.download.raw_response import RECEIVED, Received
from crawler.pages.listings.html_listing import read_listing
from crawler.survey.checks import check_all
from crawler.survey.evidence import Evidence, Host, base_of
from crawler.survey.judgement import judge
from crawler.survey.plan import Question, SurveyPlan
from crawler.survey.proposal import propose
from crawler.survey.report import EXCHANGES, Report
from crawler.survey.verdict import Context

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

COLUMN: Final = "美股動態"
"""The column that is looked for where all are wanted."""

logger = logging.getLogger(__name__)


class SurveySpider(scrapy.Spider):
    """Makes a survey; it needs no archive.

    Args:
        hosts: The hosts that may be asked.
        requests: How many requests may be made.
        folder: Where exchanges and report go.
        show: Called before each request with how many were made, the most that may be, and its purpose.

    Attributes:
        report: What was found; None until the survey has ended.
        is_interrupted: Whether a signal ended it before its plan was done.
    """

    name = "survey"
    report: Report | None = None
    is_interrupted = True

    def __init__(
        self, hosts: tuple[Host, ...], requests: int, folder: Path, show: Callable[[int, int, str], None]
    ) -> None:
        super().__init__()
        self._hosts = hosts
        self._requests = requests
        self._folder = folder
        self._show = show
        self._asked_at: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider for a crawler's settings."""
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        spider._evidence = Evidence(own_settings.sites(crawler.settings))
        spider._file = ExchangeFile(spider._folder / EXCHANGES)
        return spider

    _evidence: Evidence
    _file: ExchangeFile

    async def start(self) -> AsyncIterator[Any]:
        """Make the survey; it yields nothing, since each request depends on the answers before it."""
        columns = own_settings.columns(self.settings)
        plan = SurveyPlan(
            evidence=self._evidence,
            ask=self._ask,
            requests=self._requests,
            hosts=self._hosts,
            column=min(columns) if columns else COLUMN,
            robot=self.settings["ROBOTSTXT_USER_AGENT"],
            token=own_settings.read(self.settings, "CMONEY_TOKEN"),
            has_browser=bool(own_settings.read(self.settings, "REPLAY_FILE")) or has_browser(self.settings),
        )
        try:
            await plan.run()
            self.is_interrupted = False
        finally:  # also where the survey is interrupted: what was seen is kept, and judged
            self._file.close()
            self.report = self._judged(plan)
            self.report.write(self._folder)
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    def _judged(self, plan: SurveyPlan) -> Report:
        context = Context(plan.column, plan.robot, tuple(plan.forbidden))
        verdicts = check_all(self._evidence, context)
        judgement = judge(self._evidence, verdicts, plan.column, self.settings.getfloat("DOWNLOAD_DELAY"))
        return Report(self._evidence, verdicts, judgement, propose(self._evidence))

    async def _ask(self, question: Question) -> Exchange:
        """Make one request, after the delay that its host is owed, and write the exchange down."""
        self._show(len(self._evidence.exchanges), self._requests, question.purpose)
        await self._wait(question.url)
        logger.info("%s: %s %s", question.purpose, question.method, question.url)
        exchange = await (self._browsed(question) if question.in_browser else self._exchange(question))
        self._file.add(exchange)
        return exchange

    async def _exchange(self, question: Question) -> Exchange:
        url, method, body = question.url, question.method, question.body
        request = scrapy.Request(url, method=method, body=body, headers=question.headers, dont_filter=True)
        engine: Any = self.crawler.engine
        try:
            response = await engine.download_async(request)
        except Exception as error:  # noqa: BLE001 -- whatever keeps an answer away is what was seen of this address
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
        except Exception as error:  # noqa: BLE001 -- whatever keeps an answer away is what was seen of this address
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

    async def _wait(self, url: str) -> None:
        """Wait for the longer of the configured delay and the one that robots.txt asks for."""
        place = urlsplit(url).netloc
        robot = self.settings["ROBOTSTXT_USER_AGENT"]
        texts = (
            text
            for host, text in self._evidence.robots.items()
            if text and urlsplit(base_of(self._evidence.sites, host)).netloc == place
        )
        delays = (Protego.parse(text).crawl_delay(robot) or 0.0 for text in texts)
        delay = max((self.settings.getfloat("DOWNLOAD_DELAY"), *delays))
        due = self._asked_at.get(place, float("-inf")) + delay
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        self._asked_at[place] = time.monotonic()
