"""The connections to the Redis that workers share: impatient, so that an outage is seen and sat out in one place."""

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
"""Seconds for a connection, and for an answer: a blocking call holds up a worker no longer."""

PREFIX: Final = "cmoney"
"""What every key in Redis begins with."""

_TIMEOUTS: Final = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}


def blocking_client(url: str) -> Redis:
    """Return the client that scrapy-redis makes; it connects when it is first used."""
    client: Redis = get_redis(url=url, retry=Retry(NoBackoff(), 0), **_TIMEOUTS)
    return client


def async_client(url: str) -> redis.asyncio.Redis:
    """Return a client for the event loop; it connects when it is first used."""
    return redis.asyncio.Redis.from_url(url, **_async())


def rate_store(url: str) -> store.RedisStore:
    """Return what the rate limiter keeps its counts in."""
    return store.RedisStore(server=url, options={"CONNECTION_POOL_KWARGS": _async()})


def _async() -> dict[str, Any]:
    return {"retry": AsyncRetry(NoBackoff(), 0), **_TIMEOUTS}
