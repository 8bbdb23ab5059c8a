"""One rate for all workers: counted by a real Redis, whatever happens to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from crawler.distributed.rate_limit import RateUnavailable, SharedRate
from tests.support.redis_server import RedisServer, needs_redis, serving_redis

pytestmark = [needs_redis, pytest.mark.asyncio]
HOST = "site.example"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with serving_redis() as serving:
        yield serving


@asynccontextmanager
async def worker(url: str, outage_limit: float = 30) -> AsyncIterator[SharedRate]:
    rate = SharedRate(url, jitter=0.25, outage_limit=outage_limit)
    try:
        yield rate
    finally:
        await rate.close()


@pytest.mark.parametrize("delay", [0.1, 1.5])
async def test_several_workers_take_turns(redis: RedisServer, delay: float) -> None:
    began = time.monotonic()
    async with worker(redis.url) as first, worker(redis.url) as other:
        await asyncio.gather(*(rate.turn(HOST, delay) for rate in (first, other) for _ in range(2)))
    assert time.monotonic() - began >= 3 * delay, "four turns, and the first after a start that forgot is given up"


async def test_hosts_do_not_wait_for_each_other_and_no_delay_is_no_limit(redis: RedisServer) -> None:
    async with worker(redis.url) as rate:
        busy = asyncio.create_task(rate.turn(HOST, 1000))  # the first turn on a fresh Redis is given up
        await asyncio.gather(rate.turn("other.example", 0.01), *(rate.turn("third.example", 0) for _ in range(20)))
        assert not busy.done()
        busy.cancel()


async def test_the_longest_delay_that_a_worker_knows_holds_for_all(redis: RedisServer) -> None:
    async with worker(redis.url) as first, worker(redis.url) as other:
        await first.turn(HOST, 0.01)
        began = time.monotonic()
        await first.turn(HOST, 0.5)
        await other.turn(HOST, 0.01)
        await other.turn(HOST, 0)
    assert time.monotonic() - began >= 1


async def test_after_a_restart_a_whole_delay_passes(redis: RedisServer) -> None:
    delay = 0.6
    async with worker(redis.url) as first, worker(redis.url) as other:
        await first.turn(HOST, delay)
        redis.kill()
        redis.start()
        restarted = time.monotonic()
        await other.turn(HOST, delay)
        assert time.monotonic() - restarted >= delay, "who asked just before the restart is not known"
        await first.turn(HOST, delay)
        assert time.monotonic() - restarted >= 2 * delay


async def test_who_waits_for_redis_goes_on_when_it_is_back(redis: RedisServer) -> None:
    async with worker(redis.url) as rate:
        redis.kill()
        turn = asyncio.create_task(rate.turn(HOST, 0.01))
        await asyncio.sleep(0.5)
        assert not turn.done(), "without Redis nobody may ask"
        await asyncio.to_thread(redis.start)
        async with asyncio.timeout(60):
            await turn


async def test_a_redis_that_stays_away_or_refuses_is_told(redis: RedisServer) -> None:
    with serving_redis("right") as guarded:
        async with worker(guarded.url.replace("right", "wrong")) as refused:
            with pytest.raises(RateUnavailable, match="DISTRIBUTED_REDIS_URL") as raised:
                await refused.turn(HOST, 1)
    assert "wrong@" not in str(raised.value)
    redis.kill()
    async with worker(redis.url, outage_limit=0.5) as rate:
        with pytest.raises(RateUnavailable, match="DISTRIBUTED_REDIS_OUTAGE_LIMIT"):
            await rate.turn(HOST, 1)


async def test_what_one_worker_is_told_to_wait_holds_for_all(redis: RedisServer) -> None:
    began = time.monotonic()
    async with worker(redis.url) as first, worker(redis.url) as other:
        await first.hold(HOST, 0.7)
        await first.hold(HOST, 0.1)
        await other.turn(HOST, 0)
    assert time.monotonic() - began >= 0.7
