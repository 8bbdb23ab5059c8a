"""The scheduler of a worker: scrapy-redis's queue for what all may ask for, Scrapy's own for the rest."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Any, Final, Self

import scrapy_redis.scheduler
from redis.exceptions import RedisError, ResponseError
from scrapy import Request, Spider
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.dupefilters import BaseDupeFilter
from scrapy.statscollectors import StatsCollector
from scrapy_redis import defaults
from twisted.internet.defer import Deferred

from archive.model.crawl.frontier import LeasedUrl
from crawler import own_settings
from crawler.distributed import offers
from crawler.distributed.offers import OFFER, Offers, dumps
from crawler.distributed.redis_client import PREFIX, blocking_client
from crawler.download.giving_up import GivingUp

logger = logging.getLogger(__name__)

PAUSE: Final = 1.0
"""Seconds without a request to a Redis that failed: each try may block the worker for `TIMEOUT`."""

MOST_AT_ONCE: Final = 500
"""Members of the queue that are no offers and are discarded at once: about a tenth of a second."""

IN_HAND: Final = "in_hand"
"""The meta of a request for an address whose lease this worker holds to use it, not to offer it."""


class SharedScheduler(scrapy_redis.scheduler.Scheduler):  # type: ignore[misc] # it has no types
    """Puts this worker's claimed articles into the queue of all workers, and takes requests from it.

    Listings and repeated requests stay with the worker: the state of a walk is in its memory. With Redis away the
    worker keeps its requests, and goes on with them.
    """

    own: Scheduler
    offers: Offers
    counted: StatsCollector
    _give_up: GivingUp
    _outage_limit: float
    _away_since: float | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the scheduler; Redis need not answer yet."""
        client = blocking_client(own_settings.read(crawler.settings, "DISTRIBUTED_REDIS_URL"))
        scheduler = cls(
            client,
            persist=True,  # or the first worker that ends would empty the queue of all
            queue_key=crawler.settings.get("SCHEDULER_QUEUE_KEY", defaults.SCHEDULER_QUEUE_KEY),
            dupefilter=BaseDupeFilter(),
            serializer=offers,
        )
        scheduler.counted = crawler.stats  # not `stats`: scrapy-redis calls it in a way that Scrapy warns of
        scheduler.own = Scheduler.from_crawler(crawler)
        scheduler._give_up = GivingUp(crawler)
        scheduler._outage_limit = own_settings.read(crawler.settings, "DISTRIBUTED_REDIS_OUTAGE_LIMIT")
        return scheduler

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Open the queues, also during an outage of Redis."""
        self._not_before = 0.0
        with contextlib.suppress(RedisError):  # it is asked whether there is something already; next_request sees why
            super().open(spider)
        self.offers = Offers(self.server, self.queue.key)
        frontier: Any = getattr(spider, "frontier", None)
        self._frontier: Any = frontier if hasattr(frontier, "offers") else None
        if self._frontier:
            self._frontier.offers = self.offers
        return self.own.open(spider)

    def close(self, reason: str) -> Deferred[None] | None:
        """Close; offers stay in the queue for the other workers, and are void once this worker's leases are."""
        self.server.close()
        return self.own.close(reason)

    def enqueue_request(self, request: Request) -> bool:
        """Return whether a request will be made, by this worker or another."""
        wanted: LeasedUrl | None = request.cb_kwargs.get("wanted")
        if wanted is None or request.meta.get(IN_HAND) or not self._frontier or not self._offer(request, wanted):
            return self.own.enqueue_request(request)
        return True

    def next_request(self) -> Request | None:
        """Return the next request: this worker's own first, then one on offer."""
        request = self.own.next_request()
        if request is not None or not self._may_take():
            return request
        try:
            return self._next_offer()
        except RedisError as error:
            self._note_outage(error)
        return None

    def has_pending_requests(self) -> bool:
        """Return whether there is a next request."""
        if self.own.has_pending_requests():
            return True
        try:
            return self._may_take() and len(self) > 0
        except RedisError:
            return False

    def _next_offer(self) -> Request | None:
        """Return the next request on offer, and discard other programs' members of the queue; None if it is empty.

        Raises:
            RedisError: Redis is away, or refuses.
        """
        self._name_queue()
        foreign = 0
        while foreign < MOST_AT_ONCE:
            try:
                request: Request | None = super().next_request()
            except ValueError as error:
                foreign += 1
                self.counted.inc_value("shared/no_offer")
                if foreign == 1:
                    logger.warning("the shared queue holds something that is no offer: %s", error)
                continue
            self._away_since = None
            return request
        return None

    def _name_queue(self) -> None:
        """Put the archive's identity into the queue's name once it is open: two archives may share a Redis."""
        prefix = f"{PREFIX}:{self._frontier.archive_id}:"
        if not self.queue.key.startswith(prefix):
            self.queue.key = prefix + self.queue.key.removeprefix(f"{PREFIX}:")
            self.offers.queue_key = self.queue.key

    def _offer(self, request: Request, wanted: LeasedUrl) -> bool:
        """Return whether the request for a claimed address was put into the queue, the newest first."""
        request.meta[OFFER] = {"key": wanted.key, "by": self._frontier.run_id}
        request.priority = int(wanted.published_at.timestamp()) if wanted.published_at else 0
        try:
            if time.monotonic() < self._not_before:
                return False
            self._name_queue()
            super().enqueue_request(request)
        except RedisError as error:
            self._note_outage(error)
            return False
        else:
            self.offers.add(wanted.key, dumps(request.to_dict(spider=self.spider)))
            self.counted.inc_value("shared/offered")
            return True
        finally:
            del request.meta[OFFER]

    def _may_take(self) -> bool:
        """Return whether to look for offers: the run has begun, so that it can hold leases, and Redis is there."""
        return bool(self._frontier and self._frontier.run_id) and time.monotonic() >= self._not_before

    def _note_outage(self, error: RedisError) -> None:
        """Leave Redis alone for a while; end the run if Redis refuses, or was away for too long."""
        now = time.monotonic()
        self._not_before = now + PAUSE
        self._away_since = now if self._away_since is None else self._away_since
        self.counted.inc_value("shared/outages")
        if isinstance(error, ResponseError):
            self._give_up(f"Redis refuses {self.queue.key}: {error}; see to it there, or correct DISTRIBUTED_REDIS_URL")
        elif now - self._away_since > self._outage_limit:
            self._give_up(f"{error}; given up after {now - self._away_since:.0f} s (DISTRIBUTED_REDIS_OUTAGE_LIMIT)")
        else:
            logger.warning("the shared queue is away, this worker goes on with what it has: %s", error)
