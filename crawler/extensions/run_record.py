"""Extension: every run is a document in `runs`, with a heartbeat while it lasts and its health at the end."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from archive.errors import ArchiveError
from archive.model.article import Article
from archive.model.crawl.frontier import LeasedUrl
from archive.model.crawl.outcome import unexpected
from crawler import own_settings
from crawler.exit_status import (
    FINISHED,
    INTERRUPTED,
    KEPT_OUT,
    NO_DATABASE,
    STATUS,
    TEMPLATE_CHANGED,
    UNEXPECTED,
    ExitStatus,
)
from crawler.monitoring import walls
from crawler.monitoring.health import FIELDS, MEMBERS, RunVerdict, assess_run, counts_of, raised_in

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

HEARTBEAT: Final = 15.0
"""Seconds between two heartbeats; after six missing ones the run counts as dead (archive.model.crawl.run.SILENCE)."""

_CUT_OFF: Final = frozenset({INTERRUPTED.status, NO_DATABASE.status, UNEXPECTED.status})
"""The statuses of runs that are incomplete anyway, whose cause is worse than an exception at their end."""


async def amend_end(crawler: Crawler, problem: str) -> None:
    """Record that a run ended as unexpected, for an exception after its end had been recorded.

    Args:
        crawler: The run's crawler.
        problem: The problem, one line.
    """
    crawler.stats.set_value(STATUS, UNEXPECTED.status)
    spider: Any = crawler.spider
    try:
        await asyncio.to_thread(_amend, crawler.settings, spider.frontier.run_id, problem)
    except ArchiveError as error:
        logger.error("the run's end could not be amended: %s", error)  # noqa: TRY400 -- one line
    logger.warning("%s", problem)
    _log_end(spider, UNEXPECTED)


def _amend(settings: BaseSettings, run_id: str, problem: str) -> None:
    with own_settings.open_archive(settings) as archive:
        archive.runs.amend(run_id, UNEXPECTED.name, exit_status=UNEXPECTED.status, problem=problem)


def _is_expected(name: str, article: Article, response: Response | None) -> bool:
    """Return whether an article has a field unless its template has changed.

    A capture has no date, nor has an article that was kept without one, whenever it is checked again.
    """
    if name == "lead":
        return article.access == "public"
    if name != "published_at":
        return True
    wanted = response.request.cb_kwargs.get("wanted") if response is not None and response.request else None
    was_undated = isinstance(wanted, LeasedUrl) and wanted.kept and wanted.published_at is None
    return article.url is not None and not was_undated


class RunRecord:
    """Keeps the run's document up to date, and records its outcome at the end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._beating: asyncio.Task[None] | None = None
        self._newest: datetime | None = None
        self._beginnings: list[str] = []
        self._assessed: tuple[str, ...] = ()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected.

        Raises:
            NotConfigured: The spider keeps no record of its runs.
        """
        if not hasattr(crawler.spider, "frontier"):
            raise NotConfigured  # without a text: Scrapy would warn of it
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        """Begin the heartbeat."""
        self._beating = asyncio.get_running_loop().create_task(self._beat(spider))

    def item_scraped(self, item: Any, response: Response | None = None) -> None:
        """Count the absent fields of a kept article, and the answers of each host."""
        walls.count(self._crawler.stats, item)
        if not isinstance(item, Article):
            return
        inc = self._crawler.stats.inc_value
        inc("field/articles")
        if item.access == "members":
            inc("field/access/members")
            self._beginnings.append(item.key)
        for name in FIELDS:
            value = item.author.name or item.author.id if name == "author" else getattr(item, name)
            if not value and _is_expected(name, item, response):
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
        verdict = self._assess(spider, reason)
        for problem in verdict.problems:
            logger.warning("%s", problem)
        try:
            verdict = await self._prepared(spider, verdict)
            await spider.frontier.end(
                looks_count=verdict.looks_count,
                outcome=verdict.ending.name,
                complete=verdict.ending.status == 0 and spider.led and not spider.full,
                exit_status=verdict.ending.status,
                counts=counts_of(stats),
                problems=list(verdict.problems),
                newest_published_at=max(filter(None, (self._newest, spider.boundary)), default=None),
            )
        except ArchiveError as error:
            logger.error("the run's end could not be recorded: %s", error)  # noqa: TRY400 -- one line
            if verdict.ending != INTERRUPTED:
                verdict = RunVerdict(NO_DATABASE, verdict.problems)
        except Exception:
            logger.exception("the run's end could not be recorded")
            verdict = RunVerdict(UNEXPECTED, verdict.problems)
        self._crawler.stats.set_value(STATUS, verdict.ending.status)
        _log_end(spider, verdict.ending)

    async def engine_stopped(self) -> None:
        """Amend the run's end if an unforeseen exception came after its assessment."""
        stats = self._crawler.stats.get_stats()
        if (raised := raised_in(stats)) != self._assessed and stats.get(STATUS) not in _CUT_OFF:
            await amend_end(self._crawler, raised[0])

    async def _prepared(self, spider: Any, verdict: RunVerdict) -> RunVerdict:
        """Prepare the next run: make addresses due, and let hosts rest; return the verdict, or that this failed.

        Raises:
            ArchiveError: The database could not be used.
        """
        frontier = spider.frontier
        try:
            if verdict.ending in {KEPT_OUT, TEMPLATE_CHANGED}:
                await frontier.call(lambda archive: archive.frontier.doubts_due(frontier.run_id))
            if MEMBERS.broken_by(self._crawler.stats.get_stats(), self._crawler.settings):
                await frontier.call(lambda archive: archive.frontier.fetch_again(self._beginnings))
            await self._note_walls(spider, verdict)
        except ArchiveError:
            raise
        except Exception as error:
            logger.exception("the next run could not be prepared")
            return RunVerdict(UNEXPECTED, (*verdict.problems, f"the next run was not prepared: {unexpected(error)}"))
        return verdict

    def _sum_up(self, spider: Any) -> None:
        """Count the articles that listings named, and the fates of the due addresses: `addresses/…`."""
        stats = self._crawler.stats
        sums = spider.frontier.all_sums()
        stats.set_value("archive/damaged", spider.frontier.damaged)
        for name, count in sums.items():
            stats.set_value(f"addresses/{name}", count)
        named = {name: count for name, count in stats.get_stats().items() if name.startswith("looking/found/")}
        stats.set_value("addresses/named", sum(named.values()))
        fates = ", ".join(
            f"{count} {name.replace('_', ' ')}" for name, count in sums.items() if count and name != "due"
        )
        logger.info("%d addresses were due%s", sums["due"], f": {fates}" if fates else "")

    async def _note_walls(self, spider: Any, verdict: RunVerdict) -> None:
        """Let hosts rest that blocked the run, and forget the former walls of the other hosts."""
        if verdict.ending in {NO_DATABASE, INTERRUPTED}:
            return
        stats, settings, frontier = self._crawler.stats.get_stats(), self._crawler.settings, spider.frontier
        walled = walls.walled(stats, settings) if verdict.ending == KEPT_OUT else {}
        wait, longest = (own_settings.read(settings, name) for name in ("WALL_WAIT", "WALL_WAIT_MAX"))
        if walled:
            began = frontier.run.started_at
            await frontier.call(lambda archive: archive.turns.note_walls(walled, began, wait, longest))
        if others := walls.looked_at(stats) - walled.keys():
            await frontier.call(lambda archive: archive.turns.note_welcome(others))

    def _assess(self, spider: Any, reason: str) -> RunVerdict:
        stats = self._crawler.stats.get_stats()
        try:
            self._sum_up(spider)
            if reason == FINISHED:
                spider.note_absences()
            self._assessed = raised_in(stats)
            return assess_run(reason, stats, self._crawler.settings, spider.sources, spider.unexpected_is)
        except Exception as error:
            logger.exception("the run could not be assessed")
            return RunVerdict(UNEXPECTED, (f"ended: {reason}; the run could not be assessed: {unexpected(error)}",))

    async def _beat(self, spider: Any) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            try:
                await spider.frontier.heartbeat(counts_of(self._crawler.stats.get_stats()))
            except (ArchiveError, RuntimeError):  # the crawl reports an outage itself
                continue
            except Exception:
                logger.exception("a heartbeat could not be recorded")


def _log_end(spider: Any, ending: ExitStatus) -> None:
    if whole := [name for name, why_not in spider.sources.items() if why_not == ""]:
        logger.info("read as far as needed: %s", ", ".join(whole))
    logger.info("run ended: %s (exit status %d)", ending.name, ending.status)
    logger.info("next: %s", ending.next_step)
