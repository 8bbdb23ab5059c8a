"""The connections to the Redis that workers share; with short timeouts and no retries, which callers do."""

from __future__ import annotations

from typing import Any, Final

import redis.asyncio
from redis import Redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry
from scrapy_redis.connection import get_redis
from throttled.asyncio import store

TIMEOUT: Final = 3.0
"""Seconds for a connection, and for an answer: the longest that a call blocks a worker."""

PREFIX: Final = "cmoney"
"""The beginning of every key in Redis."""

_TIMEOUTS: Final = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}


def blocking_client(url: str) -> Redis:
    """Return the client that scrapy-redis makes; it connects when it is first used."""
    client: Redis = get_redis(url=url, retry=Retry(NoBackoff(), 0), **_TIMEOUTS)
    return client


def async_client(url: str) -> redis.asyncio.Redis:
    """Return a client for the event loop; it connects when it is first used."""
    return redis.asyncio.Redis.from_url(url, **_async())


def rate_store(url: str) -> store.RedisStore:
    """Return the store of the rate limiter's counts."""
    return store.RedisStore(server=url, options={"CONNECTION_POOL_KWARGS": _async()})


def _async() -> dict[str, Any]:
    return {"retry": AsyncRetry(NoBackoff(), 0), **_TIMEOUTS}
