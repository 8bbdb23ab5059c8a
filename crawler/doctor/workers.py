"""The doctor's examination of the Redis over which several workers share a crawl."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from crawler import own_settings
from crawler.doctor.finding import Finding, doubtful, well, wrong

SUBJECT: Final = "Redis"
NEVER_EVICTS: Final = "noeviction"


def examine(settings: own_settings.Values) -> Iterator[Finding]:
    """Yield the finding on the shared Redis; none without DISTRIBUTED_REDIS_URL."""
    url: str | None = own_settings.read(settings, "DISTRIBUTED_REDIS_URL")
    if url is None:
        return
    if find_spec("scrapy_redis") is None or find_spec("throttled") is None:
        yield wrong(SUBJECT, "the extra is not installed", "pip install -e '.[distributed]'")
        return
    yield _server(url)


def _server(url: str) -> Finding:
    from redis.exceptions import RedisError  # noqa: PLC0415 -- an extra, not always installed

    from crawler.distributed.redis_client import blocking_client  # noqa: PLC0415 -- likewise

    try:
        with blocking_client(url) as client:
            info: Any = client.info()
    except (RedisError, OSError) as error:
        cure = "start it, or correct DISTRIBUTED_REDIS_URL; workers wait for it"
        return wrong(SUBJECT, f"cannot be used: {error}", cure)
    says = f"{info['redis_version']}, {info['used_memory'] / 1024**2:.1f} MiB in use"
    if info.get("maxmemory_policy", NEVER_EVICTS) != NEVER_EVICTS:
        cure = "set maxmemory-policy to noeviction, or give the crawl a Redis of its own"
        return doubtful(SUBJECT, f"{says}; it may forget keys ({info['maxmemory_policy']}), which costs time", cure)
    if _is_open(url):
        return doubtful(SUBJECT, f"{says}; asked over the network without password", "requirepass, and rediss://")
    return well(SUBJECT, says)


def _is_open(url: str) -> bool:
    """Return whether anybody who reaches the Redis may write to it.

    >>> _is_open("redis://queue.example:6379/0"), _is_open("redis://127.0.0.1/0"), _is_open("redis://:secret@queue/0")
    (True, False, False)
    """
    parts = urlsplit(url)
    return parts.scheme != "unix" and not parts.password and parts.hostname not in {"127.0.0.1", "::1", "localhost"}
