"""Extension: a run's progress with an estimate, live on a terminal, else as a log line each minute."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from typing import Any, Final, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text
from scrapy import Spider, signals
from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

EVERY: Final = 60.0
"""Seconds between two lines in a log."""

TICK: Final = 0.5
"""Seconds between two looks on a terminal."""


class Progress:
    """Shows a run's progress: articles, addresses and pages, counted apart; pages a minute, share and time left."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._began = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self._live: Live | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        """Begin to show the progress."""
        if sys.stderr.isatty():
            self._live = Live(console=Console(stderr=True), refresh_per_second=2, transient=True)
            self._live.start()
        self._task = asyncio.get_running_loop().create_task(self._show(spider))

    def spider_closed(self, spider: Spider) -> None:
        """Log the final figures."""
        if self._task:
            self._task.cancel()
        if self._live:
            self._live.stop()
        logger.info("%s", self.line(spider))

    def line(self, spider: Any) -> str:
        """Return the progress in one line."""
        stats = self._crawler.stats.get_stats()
        new, revised = stats.get("store/new", 0), stats.get("store/revised", 0)
        with_one = new + revised + sum(stats.get(f"store/{event}", 0) for event in ("updated", "same", "unchanged"))
        without = sum(stats.get(f"store/{event}", 0) for event in ("failed", "gone", "skipped", "refused", "suspect"))
        seconds = max(time.monotonic() - self._began, 0.001)
        responses = stats.get("downloader/response_count", 0)
        parts = [f"{new} new articles", f"{revised} revised", f"{with_one + without} addresses ({without} without one)"]
        parts.append(f"{responses} pages ({responses / seconds * 60:.0f} a minute)")
        waiting = len(spider.frontier.outstanding) if hasattr(spider, "frontier") else 0
        remaining = getattr(spider, "remaining", None)
        if remaining:
            left, of = remaining
            parts.append(f"{1 - left / max(of, 1):.1%} of {of:,} numbers")
            parts.append(f"{_left(left + waiting, responses, seconds)} left")
        elif waiting:
            parts.append(f"{waiting} under way, {_left(waiting, responses, seconds)} for these")
        return f"{spider.name}: " + ", ".join(parts)

    async def _show(self, spider: Spider) -> None:
        last = time.monotonic()
        try:
            while True:
                await asyncio.sleep(TICK)
                if self._live:
                    self._live.update(Text(self.line(spider)))
                elif time.monotonic() - last >= EVERY:
                    last = time.monotonic()
                    logger.info("%s", self.line(spider))
        except Exception:
            logger.exception("the run's progress cannot be shown any more")


def _left(waiting: int, responses: int, seconds: float) -> str:
    if not responses:
        return "time unknown"
    left = waiting * seconds / responses
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if left >= 1.5 * length:
            return f"{left / length:.{0 if unit == 'min' else 1}f} {unit}"
    return f"{left:.0f} s"
