"""The browser, for listings that only JavaScript fills; it loads nothing from other hosts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler import own_settings
from crawler.errors import CrawlError

if TYPE_CHECKING:  # `doctor` looks for the browser, without Scrapy
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 3
"""Scrolls without a change after which the end counts as reached."""

SCROLL = "window.scrollTo(0, document.body.scrollHeight)"
HEIGHT_AND_LINKS = "[document.body.scrollHeight, document.links.length, location.href].join()"


MOST_REQUESTS = "BROWSER_MOST_REQUESTS"
"""The setting by which a command bounds the requests of a browser; 0 for no bound. Not for users."""

REQUESTS = "browser/request_count"
"""The stat that counts a browser's requests to the site."""

_LOOKS = frozenset({"image", "media", "font", "stylesheet"})


class BrowserMissing(CrawlError):
    """A listing needs a browser, and none is installed; the message has the remedy."""


def launch_options(path: Path | None) -> dict[str, Any]:
    """Return the options to start Chromium with.

    Without background networking it asks no host but the site's. Root cannot have Chromium's sandbox.

    Raises:
        BrowserMissing: The path is no file.
    """
    if path is not None and not path.is_file():
        raise BrowserMissing(f"BROWSER_PATH={path} is no file; name Chromium's executable")
    program = str(path) if path else next(filter(None, map(shutil.which, NAMES)), None)
    arguments = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    arguments += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {"args": arguments} | ({"executable_path": program} if program else {})


async def open_browser(crawler: Crawler) -> Any:
    """Return scrapy-playwright's handler, started, that loads nothing from another host than the site's.

    Raises:
        BrowserMissing: The extra `browser` is not installed.
    """
    try:
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # noqa: PLC0415 -- optional extra
    except ImportError as error:
        raise BrowserMissing(
            "the listing needs a browser: pip install 'cmoney-archive[browser]', and Chromium on PATH"
        ) from error
    settings = crawler.settings
    options = launch_options(own_settings.read(settings, "BROWSER_PATH"))
    settings.frozen = False
    settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", options, priority="addon")
    settings.freeze()
    handler = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)
    handler.abort_request = _Gate(crawler, settings.getint(MOST_REQUESTS))
    await handler._launch()  # noqa: SLF001 -- listens for engine_started, which is long past: a browser is rarely needed
    return handler


def has_browser(settings: BaseSettings) -> bool:
    """Return whether the extra `browser` is installed, and Chromium found."""
    try:
        path = launch_options(own_settings.read(settings, "BROWSER_PATH")).get("executable_path")
    except BrowserMissing:
        return False
    return path is not None and find_spec("scrapy_playwright") is not None


class _Gate:
    """Decides whether a page's request is refused: requests to other hosts are.

    If the number of requests is bounded, images, fonts and style sheets are refused too, and requests beyond the bound.
    """

    def __init__(self, crawler: Crawler, most: int) -> None:
        self._hosts = {urlsplit(base).netloc for base in own_settings.sites(crawler.settings).bases}
        self._stats = crawler.stats
        self._most = most

    def __call__(self, request: Any) -> bool:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc not in self._hosts:
            return True
        if self._most and (request.resource_type in _LOOKS or self._stats.get_value(REQUESTS, 0) >= self._most):
            return True
        self._stats.inc_value(REQUESTS)
        return False


async def scroll(page: Any, pause: float, ending: asyncio.Event) -> AsyncIterator[bytes]:
    """Yield the page's HTML before and after each scroll to its end, until it no longer changes.

    Args:
        page: A loaded page.
        pause: Seconds between two scrolls.
        ending: Set when the run, and with it the scrolling, is to end.
    """
    quiet = 0
    state = await page.evaluate(HEIGHT_AND_LINKS)
    yield (await page.content()).encode()
    while quiet < PATIENCE:
        await page.evaluate(SCROLL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), max(pause, 0.3))
            return
        now = await page.evaluate(HEIGHT_AND_LINKS)
        quiet = quiet + 1 if now == state else 0
        state = now
        if quiet == 0:
            yield (await page.content()).encode()
