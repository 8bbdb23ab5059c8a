"""Downloader middleware: retries with exponential back-off, obeys Retry-After for the whole host, and cools off."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler import own_settings
from crawler.download import refusals
from crawler.download.errors import DATALOSS, STOPPING, Interrupted
from crawler.exit_status import BLOCKED, BLOCKED_BY

logger = logging.getLogger(__name__)


class RetryMiddleware:
    """Takes the place of Scrapy's RetryMiddleware, which retries at once and ignores Retry-After.

    The settings RETRY_*, COOL_OFF_* and BLOCKED_AFTER set how patient a run is.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._times = settings.getint("RETRY_TIMES")
        self._statuses = frozenset(int(status) for status in settings.getlist("RETRY_HTTP_CODES"))
        self._exceptions = tuple(load_object(name) for name in settings.getlist("RETRY_EXCEPTIONS"))
        self._wait: float = own_settings.read(settings, "RETRY_WAIT")
        self._wait_max: float = own_settings.read(settings, "RETRY_WAIT_MAX")
        self._retry_after_max: float = own_settings.read(settings, "RETRY_AFTER_MAX")
        self._cool_off_after: int = own_settings.read(settings, "COOL_OFF_AFTER")
        self._first_cool_off: float = own_settings.read(settings, "COOL_OFF_SECONDS")
        self._blocked_after: int = own_settings.read(settings, "BLOCKED_AFTER")
        self._not_before: dict[str, float] = {}
        self._refusals: Counter[tuple[str, str]] = Counter()
        self._cool_offs: Counter[tuple[str, str]] = Counter()
        self._stopping: asyncio.Task[None] | None = None
        self._given_up = asyncio.Event()
        crawler.signals.connect(self._given_up.set, signal=STOPPING)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware for a crawler's settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Delay a request until its host's Retry-After or cool-off has passed."""
        if not self._not_before:
            return
        host = urlsplit(request.url).netloc
        while (wait := self._not_before.get(host, 0.0) - time.monotonic()) > 0:
            await self._pause(wait)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the response; or after a wait the request again, if it may get another answer."""
        self._count_refusal(request, response)
        if response.status in refusals.PACE:
            self._heed(request, response)
        if DATALOSS in response.flags:
            return await self._retry(request, "body broken off") or response
        if response.status in self._statuses and not request.meta.get("dont_retry"):
            return await self._retry(request, f"HTTP {response.status}") or response
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request again after a wait where the connection failed; None for other exceptions."""
        if isinstance(exception, self._exceptions) and not request.meta.get("dont_retry"):
            return await self._retry(request, type(exception).__name__)
        return None

    async def _retry(self, request: Request, reason: str) -> Request | None:
        if self._stopping or not self._crawler.spider:
            return None
        again = get_retry_request(
            request,
            spider=self._crawler.spider,
            reason=reason,
            max_retry_times=self._times,
            give_up_log_level="WARNING",
        )
        if again is not None:  # exponential back-off with jitter: 50-100 % of the step
            step = min(self._wait * 2 ** (again.meta["retry_times"] - 1), self._wait_max)
            await self._pause(step * random.uniform(0.5, 1))  # noqa: S311 -- no secret
        return again

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._given_up.wait(), seconds)
        except TimeoutError:
            return
        raise Interrupted("the run is ending")

    def _heed(self, request: Request, response: Response) -> None:
        retry_after = read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if retry_after is not None:
            self._hold(request, retry_after)

    def _hold(self, request: Request, seconds: float) -> None:
        host = urlsplit(request.url).netloc
        if seconds > self._retry_after_max:
            logger.warning("%s asks to come back in %.0f s (RETRY_AFTER_MAX): the run stops", host, seconds)
            self._end(host, seconds)
            return
        self._crawler.stats.inc_value("patience/retry_after")
        logger.info("%s asks to wait %.0f s", host, seconds)
        self._not_before[host] = max(self._not_before.get(host, 0.0), time.monotonic() + seconds)

    def _count_refusal(self, request: Request, response: Response) -> None:
        place = _place(request)
        if response.status not in refusals.PACE:
            if response.status < 400:  # noqa: PLR2004 -- HTTP's own line between answers and errors
                self._refusals[place] = self._cool_offs[place] = 0
            return
        if request.meta.get("refusal_expected"):
            return
        self._crawler.stats.inc_value("patience/refusals")
        self._refusals[place] += 1
        if self._refusals[place] >= self._cool_off_after:
            self._cool_off(request, place)

    def _cool_off(self, request: Request, place: tuple[str, str]) -> None:
        self._refusals[place] = 0
        self._cool_offs[place] += 1
        if self._cool_offs[place] >= self._blocked_after:
            logger.error("%s refused again after %d cool-offs: the run stops", place[0], self._cool_offs[place] - 1)
            self._end(place[0])
            return
        seconds = self._first_cool_off * 2 ** (self._cool_offs[place] - 1)
        logger.warning("refused %d times in a row: cooling off for %.0f s", self._cool_off_after, seconds)
        self._crawler.stats.inc_value("patience/cool_offs")
        host = urlsplit(request.url).netloc
        self._not_before[host] = max(self._not_before.get(host, 0.0), time.monotonic() + seconds)

    def _end(self, host: str, requested: float = 0) -> None:
        self._crawler.stats.max_value(f"{BLOCKED_BY}{host}", int(requested))
        if self._stopping is None and self._crawler.engine:
            close = self._crawler.engine.close_spider_async(reason=BLOCKED)
            self._stopping = asyncio.get_running_loop().create_task(close)


def _place(request: Request) -> tuple[str, str]:
    """Return host and callback's name: a host may refuse articles and answer listings."""
    return urlsplit(request.url).netloc, getattr(request.callback, "__name__", "")


def read_retry_after(value: bytes | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, from 0; None if there is none or it cannot be read.

    >>> read_retry_after(b"120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> read_retry_after(b"Thu, 01 Jan 2026 00:01:00 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    60.0
    >>> read_retry_after(b"soon", datetime(2026, 1, 1, tzinfo=UTC)) is None
    True
    """
    text = (value or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
