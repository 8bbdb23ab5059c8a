"""Extension: every run is a document in `runs`, with a heartbeat while it lasts and its health at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from archive.errors import ArchiveError
from archive.model.article import Article
from crawler.exit_status import KEPT_OUT, NO_DATABASE, STATUS, TEMPLATE_CHANGED
from crawler.monitoring.health import FIELDS, Verdict, assess_run

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

HEARTBEAT: Final = 15.0
"""Seconds between two heartbeats; after six missing ones the run counts as dead (archive.model.crawl.run.SILENCE)."""


class RunRecord:
    """Keeps the run's document up to date, with its outcome at the end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._beating: asyncio.Task[None] | None = None
        self._newest: datetime | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected.

        Raises:
            NotConfigured: The spider keeps no record of its runs.
        """
        if not hasattr(crawler.spider, "frontier"):
            raise NotConfigured("the spider keeps no record of its runs")
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        """Begin the heartbeat."""
        self._beating = asyncio.get_running_loop().create_task(self._beat(spider))

    def item_scraped(self, item: Any) -> None:
        """Count which fields an article that is kept has."""
        if not isinstance(item, Article):
            return
        inc = self._crawler.stats.inc_value
        inc("field/articles")
        for name in FIELDS:
            value = item.author.name or item.author.id if name == "author" else getattr(item, name)
            if not value and not (name == "lead" and item.access == "members"):
                inc(f"field/{name}/absent")
        for problem in item.problems:
            inc(f"problem/{problem.field}")
        if item.published_at and (self._newest is None or item.published_at > self._newest):
            self._newest = item.published_at

    async def spider_closed(self, spider: Any, reason: str) -> None:
        """Assess the run, and record its end."""
        if self._beating:
            self._beating.cancel()
        stats = self._crawler.stats.get_stats()
        verdict = assess_run(reason, stats, self._crawler.settings, spider.sources)
        for problem in verdict.problems:
            logger.warning("%s", problem)
        try:
            if verdict.ending in {KEPT_OUT, TEMPLATE_CHANGED}:
                await spider.frontier.leave_doubts_due()
            await spider.frontier.end(
                outcome=verdict.ending.name,
                complete=verdict.ending.status == 0 and spider.led and not spider.full,
                exit_status=verdict.ending.status,
                counts=_counts(stats),
                problems=list(verdict.problems),
                newest_published_at=max(filter(None, (self._newest, spider.boundary)), default=None),
            )
        except ArchiveError as error:
            logger.error("the run's end could not be recorded: %s", error)  # noqa: TRY400 -- one line
            verdict = Verdict(NO_DATABASE, verdict.problems)
        self._crawler.stats.set_value(STATUS, verdict.ending.status)
        logger.info("run ended: %s (exit status %d)", verdict.ending.name, verdict.ending.status)

    async def _beat(self, spider: Any) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            with contextlib.suppress(ArchiveError, RuntimeError):  # the crawl reports an outage itself
                await spider.frontier.heartbeat(_counts(self._crawler.stats.get_stats()))


def _counts(stats: dict[str, Any]) -> dict[str, int]:
    """Return the whole numbers of the stats, by names that a document may hold: no dots, no leading dollar."""
    return {name.replace(".", "·"): value for name, value in stats.items() if type(value) is int}
