"""The download handler: aiohttp, or a browser for requests that need one; both can be cut short."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import SplitResult, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.errors import ArchiveError
from crawler.download.browser import open_browser
from crawler.download.errors import CUT_SHORT, STOPPING, Interrupted
from crawler.download.giving_up import GivingUp
from crawler.download.raw_response import RawBodyHandler


class DownloadHandler(BaseDownloadHandler):
    """Downloads with aiohttp, at half the CPU of Twisted's; a request with meta `playwright` goes to a browser.

    Each request of a recorded run, robots.txt included, waits for its turn among all runs of the archive, so that
    several at once ask a host no faster than one.

    Counts `downloader/request_count`, `downloader/response_count`, `downloader/response_status_count/{status}` and
    `downloader/exception_count`, as Scrapy's own middleware does, which writes each request out again for its size.

    Raises:
        Interrupted: From `download_request`, once the run is stopping.
        BrowserMissing: From `download_request`, where a browser is asked for and none is installed.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._plain = RawBodyHandler.from_crawler(crawler)
        self._stats = crawler.stats
        self._browser: Any = None
        self._browser_lock = asyncio.Lock()
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._under_way: set[asyncio.Task[Any]] = set()
        self._ending = False
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._stopping = asyncio.Event()
        self._give_up = GivingUp(crawler)
        crawler.signals.connect(self._stopping.set, signal=STOPPING)
        crawler.signals.connect(self.refuse, signal=STOPPING)
        crawler.signals.connect(self.cut_short, signal=CUT_SHORT)

    async def download_request(self, request: Request) -> Response:
        """Return the response to a request.

        Raises:
            Interrupted: The run is ending.
        """
        if self._ending:
            raise Interrupted("the run is ending")
        task: Any = asyncio.current_task()  # Scrapy gives each download one of its own
        self._under_way.add(task)
        try:
            await self._turn(urlsplit(request.url))
            self._stats.inc_value("downloader/request_count")
            response = await self._download(request)
        except asyncio.CancelledError:
            raise Interrupted("the run is ending") from None
        except Interrupted:
            raise
        except Exception:
            self._stats.inc_value("downloader/exception_count")
            raise
        finally:
            self._under_way.discard(task)
        self._stats.inc_value("downloader/response_count")
        self._stats.inc_value(f"downloader/response_status_count/{response.status}")
        return response

    async def _turn(self, url: SplitResult) -> None:
        """Wait for this run's turn to ask a host.

        Raises:
            Interrupted: The run is ending.
        """
        delay, frontier = self._delay_of(url.hostname or ""), getattr(self.crawler.spider, "frontier", None)
        if not delay or frontier is None:
            return
        try:
            await self._sleep(await frontier.call(lambda archive: archive.turns.take(url.netloc, delay)))
        except ArchiveError as error:
            self._give_up(str(error))
            raise Interrupted("the run is ending") from error

    def _delay_of(self, host: str) -> float:
        """Return the seconds between two requests to a host: the setting, or the Crawl-delay if it is longer."""
        downloader: Any = self.crawler.engine.downloader if self.crawler.engine else None
        asked_for = downloader.per_slot_settings.get(host, {}).get("delay", 0.0) if downloader else 0.0
        return max(self._delay, asked_for)

    async def _sleep(self, seconds: float) -> None:
        """Wait for some seconds.

        Raises:
            Interrupted: The run is ending.
        """
        if not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), seconds)
            except TimeoutError:
                return
        raise Interrupted("the run is ending")

    def refuse(self) -> None:
        """Begin no more downloads; requests that wait behind a host's delay come here at once, and are refused."""
        self._ending = True
        engine: Any = self.crawler.engine
        for slot in engine.downloader.slots.values() if engine else ():
            slot.delay = 0
            if slot.latercall:  # the delay that it waits for may be a minute
                slot.latercall.cancel()
                engine.downloader._latercall(slot)  # noqa: SLF001 -- Scrapy offers no other way to wake a queue

    def cut_short(self) -> None:
        """End every download under way."""
        for task in self._under_way:
            task.cancel()

    async def close(self) -> None:
        """Close connections and browser."""
        await self._plain.close()
        if self._browser is not None:
            await self._browser.close()

    async def _download(self, request: Request) -> Response:
        request.meta.setdefault("download_timeout", self._timeout)
        if not request.meta.get("playwright"):
            return await self._plain.download_request(request)
        async with self._browser_lock:
            if self._browser is None:
                self._browser = await open_browser(self.crawler)
        response: Response = await self._browser.download_request(request)
        return response


class LateHandler(DownloadHandler):
    """The same for `shell`, which makes its engine before the event loop runs."""

    lazy = True
