"""Two workers share a crawl over a real Redis: every article once, at one rate, whatever is killed on the way."""

from __future__ import annotations

import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from redis import Redis

from tests.site import Site, compare
from tests.site.robots import CRAWL_DELAY
from tests.support.crawling import Documents, Ran, articles, begin, crawl, end, environment
from tests.support.looks import NOT_THERE
from tests.support.mongodb import wait_until
from tests.support.redis_server import RedisServer, needs_redis, serving_redis

ARTICLE_PATHS = ("/article/", "/notes/note-detail")
INTERFACE = "/api/investment"
DELAY = 0.15
LATE = 1.0
"""Seconds by which a busy machine may delay a request on its way to the site, so that it comes close to the next."""

TAIPEI = ZoneInfo("Asia/Taipei")
WINDOW = (datetime(2026, 8, 1, tzinfo=TAIPEI), datetime(2026, 8, 21, tzinfo=TAIPEI))

Workers = Callable[..., list[subprocess.Popen[str]]]

pytestmark = [needs_redis, pytest.mark.timeout(300)]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=23, articles=22) as serving_site:
        yield serving_site


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with serving_redis("pass-of-the-queue") as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents, redis: RedisServer) -> dict[str, str]:
    shared = {"DISTRIBUTED_REDIS_URL": redis.url, "DOWNLOAD_DELAY": DELAY}
    return environment(site.url, uri, database.name, **shared)


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Give a function that starts workers; those that still go on afterwards, since the test failed, are killed."""
    started: list[subprocess.Popen[str]] = []

    def start(environ: dict[str, str], *words: str, count: int = 2) -> list[subprocess.Popen[str]]:
        started.extend(begin(("crawl", *(words or ("column",))), environ) for _ in range(count))
        return started

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def assert_complete(site: Site, database: Documents) -> None:
    documents = articles(database)
    report = compare(site.truths(), documents, fields=("title", "text"))
    assert not report.missing, report
    assert max(Counter(document["_id"] for document in documents).values()) == 1
    assert not database["frontier"].count_documents({"$or": [{"state": "wanted"}, {"leased_by": {"$ne": None}}]})


def assert_polite(site: Site, delay: float = DELAY) -> None:
    """Fail if in any span of time more requests came than one a delay."""
    moments = sorted(request.at for request in site.requests)
    assert len(moments) > 4 * LATE / delay, "too few to tell one rate from two"
    for first, begun in enumerate(moments):
        for count, moment in enumerate(moments[first:], 1):
            most = (moment - begun + LATE) / delay + 1
            assert count <= most, f"{count} requests within {moment - begun:.2f} s, where {most:.1f} are allowed"


def counts(database: Documents, name: str) -> list[int]:
    return [run["counts"].get(name, 0) for run in database["runs"].find()]


def test_two_workers_share_one_crawl_at_one_rate(
    site: Site, environ: dict[str, str], workers: Workers, database: Documents
) -> None:
    for ran in [end(process) for process in workers(environ)]:
        assert ran.status == 0, ran.log
        assert "pass-of-the-queue" not in ran.log + ran.out
    assert_complete(site, database)
    assert_polite(site)
    requests = Counter(request.key for request in site.asked(ARTICLE_PATHS))
    assert max(requests.values()) == 1, requests.most_common(3)
    assert min(counts(database, "shared/taken_over")) > 0, "one of them did nothing"
    assert sorted(run["complete"] for run in database["runs"].find()) == [False, True], "one looked, one helped"
    pages = Counter(request.path for request in site.asked((INTERFACE,)))
    alone = environment(site.url, environ["MONGODB_URI"], f"{database.name}_alone")
    before = len(site.asked((INTERFACE,)))
    assert crawl("column", alone).status == 0
    assert sum(pages.values()) == len(site.asked((INTERFACE,))) - before, "only one worker looks through the listing"
    database.client.drop_database(f"{database.name}_alone")


@pytest.mark.parametrize("victim", ["leader", "helper"])
def test_a_killed_worker_and_a_redis_restarted_empty_lose_nothing(
    site: Site, environ: dict[str, str], workers: Workers, database: Documents, redis: RedisServer, victim: str
) -> None:
    both = workers(environ)
    wait_until(lambda: len(site.asked(ARTICLE_PATHS)) > 8)
    lock = database["locks"].find_one()
    assert lock is not None
    leader = next(process for process in both if process.pid == lock["pid"])
    killed = leader if victim == "leader" else next(process for process in both if process is not leader)
    wait_until(lambda: _holds(database, killed.pid))
    killed.kill()
    killed.communicate()
    redis.kill()
    redis.start()
    survivor: Ran = end(next(process for process in both if process is not killed))
    assert survivor.status == 0, survivor.log
    assert "Traceback" not in survivor.log
    assert_complete(site, database)
    assert_polite(site)
    runs = {run["pid"]: run for run in database["runs"].find()}
    assert runs[killed.pid]["outcome"] == "killed"
    assert sum(run["complete"] for run in runs.values()) == 1


def test_a_redis_that_stays_away_ends_all_workers_with_a_clear_error(
    site: Site, environ: dict[str, str], workers: Workers, database: Documents, redis: RedisServer
) -> None:
    both = workers(environ | {"DISTRIBUTED_REDIS_OUTAGE_LIMIT": "2"})
    wait_until(lambda: len(site.asked(ARTICLE_PATHS)) > 3 or both[0].poll() is not None)
    redis.kill()
    for ran in map(end, both):
        assert ran.status == 5, ran.log
        assert "DISTRIBUTED_REDIS_OUTAGE_LIMIT" in ran.log
        assert "Traceback" not in ran.log
    assert not database["frontier"].count_documents(
        {"$or": [{"state": "failed", "reason": {"$nin": NOT_THERE}}, {"leased_by": {"$ne": None}}]}
    )
    redis.start()
    scheduled = begin(("scheduled", "column"), environ)
    lock = f"column on {socket.gethostname()}"
    wait_until(lambda: database["locks"].find_one({"_id": lock}) or scheduled.poll() is not None)
    wait_until(lambda: database["locks"].find_one({"_id": {"$regex": "^looking: column"}}))
    ran = end(scheduled)
    assert ran.status == 0, ran.log
    assert database["locks"].count_documents({}) == 0
    assert_complete(site, database)


def test_what_a_stranger_puts_into_the_queue_is_asked_for_by_nobody(
    site: Site, environ: dict[str, str], workers: Workers, database: Documents, redis: RedisServer
) -> None:
    (process,) = workers(environ, count=1)
    with redis.client() as client:
        queue = _queue(client)
        kept = site.truths()[0]["key"]
        offer = b'{"by": "nobody", "key": "%s", "priority": 9999999999, "url": "http://elsewhere.example/"}'
        void = {offer % b"notes:%d" % number: -1e12 for number in range(600)}
        client.zadd(queue, {b"[%d]" % number: -1e12 for number in range(700)} | void)
        client.zadd(queue, {b"\x80\x04cos\nsystem\n": -1e12, offer % kept.encode(): -1e12})
    ran = end(process)
    assert ran.status == 0, ran.log
    assert_complete(site, database)
    assert counts(database, "shared/no_offer") == [701]
    assert min(counts(database, "shared/void")) >= 601
    requests = Counter(request.key for request in site.asked(ARTICLE_PATHS))
    assert max(requests.values()) == 1, requests.most_common(3)


def _out_of_memory(client: Redis) -> None:
    client.config_set("maxmemory", 1)


def _read_only(client: Redis) -> None:
    client.slaveof("127.0.0.1", 1)
    client.config_set("replica-serve-stale-data", "yes")


def _taken_by_another_program(client: Redis) -> None:
    client.rpush("cmoney:delay:127.0.0.1", "mine")


@pytest.mark.parametrize("spoil", [_out_of_memory, _read_only, _taken_by_another_program])
def test_a_redis_that_refuses_ends_the_run_with_one_line(
    environ: dict[str, str], workers: Workers, redis: RedisServer, spoil: Callable[[Redis], None]
) -> None:
    with redis.client() as client:
        spoil(client)
    (process,) = workers(environ, count=1)
    ran = end(process)
    assert ran.status == 5, ran.log
    assert "Traceback" not in ran.log
    assert len([line for line in ran.log.splitlines() if "Redis refuses" in line]) == 1, ran.log


def test_crawl_delay_holds_for_all_workers_together(
    site: Site, environ: dict[str, str], workers: Workers, database: Documents
) -> None:
    site.mode("crawl-delay")
    both = workers(environ | {"DOWNLOAD_DELAY": "0.1"})
    wait_until(lambda: len(site.asked(ARTICLE_PATHS)) > 4)
    for process in both:
        process.terminate()
    for ran in [end(process) for process in both]:
        assert ran.status == 8, ran.log
    del site.requests[:2]  # robots.txt, once for each worker
    assert_polite(site, CRAWL_DELAY)


def _queue(client: Redis) -> bytes:
    """Return the key of the shared queue, once there is something in it; an empty one does not exist."""
    seen: list[bytes] = []

    def look() -> bool:
        keys: Any = client.keys("cmoney:*:column:*:requests")
        seen.extend(keys)
        return bool(seen)

    wait_until(look)
    return seen[0]


def _holds(database: Documents, pid: int) -> bool:
    run = database["runs"].find_one({"pid": pid})
    return run is not None and database["frontier"].count_documents({"leased_by": run["_id"]}) > 0


@pytest.mark.slow
def test_workers_share_a_backfill_of_a_faulty_site_and_the_one_that_looks_is_killed(
    environ: dict[str, str], workers: Workers, database: Documents
) -> None:
    with Site("chaos", seed=4, articles=60, days=50, orphans=False) as site:
        base = {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url, "DOWNLOAD_DELAY": "0.02"}
        window = ("-a", "since=2026-08-01", "-a", "until=2026-08-20")
        both = workers(environ | base, "backfill", *window)
        wait_until(lambda: database["articles"].count_documents({}) > 5)
        lock = database["locks"].find_one()
        assert lock is not None
        leader = next(process for process in both if process.pid == lock["pid"])
        leader.kill()
        leader.communicate()
        ran = end(next(process for process in both if process is not leader))
        assert ran.status == 0, ran.log
        held = {key for document in articles(database) for key in (document["_id"], *document["aliases"])}
        assert not [plan.key for plan in site.plans(window=WINDOW) if not held & set(plan.keys)]
        (filled,) = database["backfills"].find()
        assert filled["complete"]
        assert sorted(run["outcome"] for run in database["runs"].find()) == ["all well", "killed"]
