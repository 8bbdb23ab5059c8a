"""A scheduled run never goes on beside another of its spider, and what was killed does not keep the next one out."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.site import Site
from tests.support.crawling import Documents, begin, end, environment, scrapy
from tests.support.mongodb import wait_until


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=4, articles=12) as serving:
        yield serving


@pytest.mark.slow
def test_a_second_run_waits_for_none_and_the_dead_keep_nobody_out(site: Site, uri: str, database: Documents) -> None:
    slow = environment(site.url, uri, database.name, DOWNLOAD_DELAY=1)
    quick = environment(site.url, uri, database.name)
    first = begin(("scheduled", "column"), slow)
    wait_until(database["runs"].find_one)
    beside = scrapy("scheduled", "column", environ=quick)
    assert beside.status == 9
    assert f"column: still going on at {database['locks'].find_one()['host']}, process {first.pid}" in beside.log  # type: ignore[index]
    assert database["runs"].count_documents({}) == 1
    first.send_signal(signal.SIGKILL)
    first.communicate()
    count = len(site.requests)
    after = scrapy("scheduled", "column", "--jitter", "0.1", environ=quick)
    assert after.status == 0, after.log
    assert len(site.requests) > count
    assert database["locks"].count_documents({}) == 0
    assert {run["outcome"] for run in database["runs"].find()} == {"killed", "all well"}


def test_a_run_that_is_stopped_gives_the_lock_back(site: Site, uri: str, database: Documents) -> None:
    process = begin(("scheduled", "column"), environment(site.url, uri, database.name, DOWNLOAD_DELAY=1))
    wait_until(database["runs"].find_one)
    process.send_signal(signal.SIGTERM)
    ran = end(process)
    assert ran.status == 8, ran.log
    assert database["locks"].count_documents({}) == 0


def test_wrong_usage_is_one_line_and_leaves_no_lock(site: Site, uri: str, database: Documents) -> None:
    ran = scrapy("scheduled", "column", "-a", "deep=1", environ=environment(site.url, uri, database.name))
    assert ran.status == 2
    assert "takes only" in ran.log
    assert database["locks"].count_documents({}) == 0
