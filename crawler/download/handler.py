"""The download handler: aiohttp for all requests, a browser for those that ask for one; both can be cut short."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.base import BaseDownloadHandler

from crawler.download.browser import open_browser
from crawler.download.errors import CUT_SHORT, STOPPING, Interrupted
from crawler.download.raw_response import RawBodyHandler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class DownloadHandler(BaseDownloadHandler):
    """Downloads with aiohttp, at half the CPU of Twisted's; a request with meta `playwright` goes to a browser.

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
        self._stats.inc_value("downloader/request_count")
        try:
            response = await self._download(request)
        except asyncio.CancelledError:
            raise Interrupted("the run is ending") from None
        except Exception:
            self._stats.inc_value("downloader/exception_count")
            raise
        finally:
            self._under_way.discard(task)
        self._stats.inc_value("downloader/response_count")
        self._stats.inc_value(f"downloader/response_status_count/{response.status}")
        return response

    def refuse(self) -> None:
        """Begin no more downloads; what waits behind a host's delay comes here at once to be refused."""
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
