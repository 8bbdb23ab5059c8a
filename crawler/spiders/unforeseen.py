"""Unforeseen exceptions and lost requests: they settle an address as failed, or end a source."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import Any, Final

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.errors import ArchiveError
from archive.model.article import Article
from archive.model.crawl.outcome import Miss, Saved, Unchanged, unexpected
from archive.model.crawl.page import Page
from crawler.exit_status import STUMBLED
from crawler.spiders.recorded_spider import RecordedSpider
from crawler.spiders.responses import page_of

logger = logging.getLogger(__name__)

LOOK: Final = 2.0
"""Seconds between two checks for lost requests; a request that two of them miss is lost."""

LEASES: Final = 4
"""Lease periods after which an address without an outcome is overdue: an hour by default."""

LONGEST_DETAIL: Final = 500
"""Characters of an exception's message that are kept."""


class Lost(Exception):
    """Nothing under way can bring the outcome of an address any more, or end a source."""


class Overdue(Exception):
    """An address has been without outcome for `LEASES` leases."""


class Unforeseen:
    """Settles every address and ends every source, whatever exception is raised on the way.

    Scrapy logs exceptions of callbacks, stages, middlewares and signal handlers with their traceback, and
    `crawler.extensions.unexpected` counts them; this class settles their addresses.

    Args:
        spider: Whose addresses and sources they are.
    """

    def __init__(self, spider: RecordedSpider) -> None:
        self._spider = spider
        self._looked_at = time.monotonic()
        self._was_idle = False

    def listen(self, crawler: Crawler) -> None:
        """Connect to the signals of errors."""
        crawler.signals.connect(self.callback_failed, signal=signals.spider_error)
        crawler.signals.connect(self.item_failed, signal=signals.item_error)
        crawler.signals.connect(self.item_dropped, signal=signals.item_dropped)

    def callback_failed(self, failure: Failure, response: Response | Failure | None) -> None:
        """Settle the address for which a callback, an errback or a spider middleware raised an exception."""
        request: Request | None = getattr(response, "request", None)
        if request is None or failure.value is None:
            return  # the run's start, which ends the run
        page = None
        wanted = request.cb_kwargs.get("wanted")
        pagination = request.cb_kwargs.get("pagination")
        if wanted is not None:
            if isinstance(response, Response):
                page = page_of(response, wanted.key)
            self.fail(wanted.key, wanted.url, failure.value, page)
        elif pagination is not None:
            self._spider.end_source(pagination.source, f"{unexpected(failure.value)}: {failure.value}"[:LONGEST_DETAIL])

    def item_failed(self, item: Any, failure: Failure) -> None:
        """Settle an item for which a stage raised an exception."""
        if isinstance(item, Article | Miss | Unchanged) and failure.value is not None:
            self.fail(item.key, getattr(item, "url", None) or "", failure.value, getattr(item, "page", None))

    def item_dropped(self, item: Any, exception: BaseException) -> None:
        """Settle an item that a stage dropped; a refused one is settled already, an unsaved one stays wanted."""
        if not isinstance(item, Article | Miss | Unchanged):
            return
        if isinstance(exception.__cause__, ArchiveError):
            self._spider.frontier.settle(item.key, "left")
            return
        if isinstance(getattr(exception, "saved", None), Saved):
            self._spider.frontier.settle(item.key, "failed")
            return
        reason = f"dropped: {type(exception).__name__}"
        self._fail(item.key, getattr(item, "url", None) or "", reason, exception, getattr(item, "page", None))

    def fail(self, key: str, url: str, error: BaseException, page: Page | None = None) -> None:
        """Record an address as failed by an unforeseen exception, which has been logged."""
        if isinstance(error, CloseSpider | ArchiveError):  # the run ends: the address stays wanted
            self._spider.frontier.settle(key, "left")
            return
        self._fail(key, url, unexpected(error), error, page)

    def _fail(self, key: str, url: str, reason: str, error: BaseException, page: Page | None) -> None:
        self._spider.crawler.stats.inc_value(f"reading/failed/{reason}")
        logger.error("%s is settled as failed: %s", key, reason)
        detail = str(error)[:LONGEST_DETAIL]
        self._spider.frontier.fail(Miss(key, url, "failed", reason, datetime.now(UTC), page, detail))

    # ---- What never comes -------------------------------------------------------------------------------------------

    async def look(self) -> None:
        """Settle lost and overdue addresses, and end lost sources.

        An overdue address ends the run, since a part of it hangs.
        """
        now = time.monotonic()
        if now - self._looked_at < LOOK:
            return
        self._looked_at = now
        was_idle, self._was_idle = self._was_idle, self._is_idle()
        frontier = self._spider.frontier
        if was_idle and self._was_idle:
            for key in frontier.in_hand:
                self._give_up(key, Lost("its request, or its outcome, has got lost"))
            lost = [] if frontier.in_hand else [name for name, why in self._spider.sources.items() if why is None]
            for source in lost:
                logger.error("%s: its request, or its answer, has got lost", source, exc_info=Lost(source))
                self._spider.end_source(source, f"{unexpected(Lost())}: its request, or its answer, has got lost")
        overdue = [key for key, since in frontier.in_hand.items() if now - since > LEASES * frontier.lease]
        for key in overdue:
            self._give_up(key, Overdue(f"no outcome within {LEASES} leases of {frontier.lease:.0f} s"))
        if overdue:
            await self._spider.close_run(STUMBLED)

    def _give_up(self, key: str, error: Exception) -> None:
        logger.error("%s: %s", key, error, exc_info=error)
        self.fail(key, "", error)

    def _is_idle(self) -> bool:
        """Return whether nothing is under way: no request, no response, no item, no failure being recorded."""
        engine = self._spider.crawler.engine
        if engine is None or engine.scheduler is None or engine.scraper.slot is None:
            return False
        return not (
            engine.downloader.active
            or engine.scheduler.has_pending_requests()
            or self._spider.frontier.is_recording
            or not engine.scraper.slot.is_idle()
        )
