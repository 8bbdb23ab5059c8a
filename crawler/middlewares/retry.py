"""Downloader middleware: retries with growing, jittered waits, heeds Retry-After for the whole host, and cools off."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler import own_settings
from crawler.download import refusals
from crawler.download.errors import DATALOSS, STOPPING, Interrupted
from crawler.exit_status import BLOCKED, BLOCKED_BY

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient a run is.

    Attributes:
        times: Retries of one request, after the first try.
        statuses: HTTP statuses that are retried.
        exceptions: Exceptions that are retried.
        wait: Seconds before the first retry; doubles with each.
        wait_max: Seconds before a retry, at most.
        retry_after_max: Seconds of Retry-After that are sat out, at most.
        cool_off_after: Refusals in a row before a cool-off.
        cool_off: Seconds of the first cool-off; doubles with each.
        blocked_after: Cool-offs without a success between them before the run stops.
    """

    times: int
    statuses: frozenset[int]
    exceptions: tuple[type[Exception], ...]
    wait: float
    wait_max: float
    retry_after_max: float
    cool_off_after: int
    cool_off: float
    blocked_after: int

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Return the limits in the settings."""
        return cls(
            times=settings.getint("RETRY_TIMES"),
            statuses=frozenset(int(status) for status in settings.getlist("RETRY_HTTP_CODES")),
            exceptions=tuple(load_object(name) for name in settings.getlist("RETRY_EXCEPTIONS")),
            wait=own_settings.read(settings, "RETRY_WAIT"),
            wait_max=own_settings.read(settings, "RETRY_WAIT_MAX"),
            retry_after_max=own_settings.read(settings, "RETRY_AFTER_MAX"),
            cool_off_after=own_settings.read(settings, "COOL_OFF_AFTER"),
            cool_off=own_settings.read(settings, "COOL_OFF_SECONDS"),
            blocked_after=own_settings.read(settings, "BLOCKED_AFTER"),
        )

    def wait_before(self, retry: int) -> float:
        """Return the seconds before retry 1, 2, …: exponential back-off with jitter (50-100 % of the step)."""
        step = min(self.wait * 2 ** (retry - 1), self.wait_max)
        return float(step) * random.uniform(0.5, 1)  # noqa: S311 -- jitter, no secret


class RetryMiddleware:
    """Takes the place of Scrapy's RetryMiddleware, which retries at once and ignores Retry-After.

    Args:
        limits: How patient the run is.
        crawler: For stats and spider.
        stop: Ends the run with a reason.
    """

    def __init__(self, limits: Limits, crawler: Crawler, stop: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        self._limits = limits
        self._crawler = crawler
        self._stop = stop
        self._not_before: dict[str, float] = {}
        self._refusals: Counter[tuple[str, str]] = Counter()
        self._cool_offs: Counter[tuple[str, str]] = Counter()
        self._stopping: asyncio.Task[None] | None = None
        self._given_up = asyncio.Event()
        crawler.signals.connect(self._given_up.set, signal=STOPPING)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware for a crawler's settings."""

        async def stop(reason: str) -> None:
            if crawler.engine and crawler.spider:
                await crawler.engine.close_spider_async(reason=reason)

        return cls(Limits.from_settings(crawler.settings), crawler, stop)

    async def process_request(self, request: Request) -> None:
        """Delay a request until its host's Retry-After or cool-off has passed."""
        if not self._not_before:
            return
        host = urlsplit(request.url).netloc
        while (wait := self._not_before.get(host, 0.0) - time.monotonic()) > 0:
            await self._pause(wait)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the response, or the request again after a wait where the answer may be another then."""
        self._count_refusal(request, response)
        if response.status in refusals.PACE:
            self._heed(request, response)
        if DATALOSS in response.flags:
            return await self._retry(request, "body broken off") or response
        if response.status in self._limits.statuses and not request.meta.get("dont_retry"):
            return await self._retry(request, f"HTTP {response.status}") or response
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request again after a wait where the connection failed; None for other exceptions."""
        if isinstance(exception, self._limits.exceptions) and not request.meta.get("dont_retry"):
            return await self._retry(request, type(exception).__name__)
        return None

    async def _retry(self, request: Request, reason: str) -> Request | None:
        if self._stopping or not self._crawler.spider:
            return None
        again = get_retry_request(
            request,
            spider=self._crawler.spider,
            reason=reason,
            max_retry_times=self._limits.times,
            give_up_log_level="WARNING",
        )
        if again is not None:
            await self._pause(self._limits.wait_before(again.meta["retry_times"]))
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
        if seconds > self._limits.retry_after_max:
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
        if self._refusals[place] >= self._limits.cool_off_after:
            self._cool_off(request, place)

    def _cool_off(self, request: Request, place: tuple[str, str]) -> None:
        self._refusals[place] = 0
        self._cool_offs[place] += 1
        if self._cool_offs[place] >= self._limits.blocked_after:
            logger.error("%s refused again after %d cool-offs: the run stops", place[0], self._cool_offs[place] - 1)
            self._end(place[0])
            return
        seconds = self._limits.cool_off * 2 ** (self._cool_offs[place] - 1)
        logger.warning("refused %d times in a row: cooling off for %.0f s", self._limits.cool_off_after, seconds)
        self._crawler.stats.inc_value("patience/cool_offs")
        host = urlsplit(request.url).netloc
        self._not_before[host] = max(self._not_before.get(host, 0.0), time.monotonic() + seconds)

    def _end(self, host: str, requested: float = 0) -> None:
        self._crawler.stats.max_value(f"{BLOCKED_BY}{host}", int(requested))
        if self._stopping is None:
            self._stopping = asyncio.get_running_loop().create_task(self._stop(BLOCKED))


def _place(request: Request) -> tuple[str, str]:
    """Return the host and the name of the callback: a host may refuse its articles while it shows its listings."""
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
