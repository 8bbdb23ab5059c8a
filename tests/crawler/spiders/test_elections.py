"""MongoDB as a replica set of three: its primary is killed during a crawl, and nothing is lost."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient

from tests.site import Site, compare
from tests.support.crawling import articles, begin, crawl, end, environment
from tests.support.looks import NOT_THERE
from tests.support.mongodb import wait_until
from tests.support.replica_set import ReplicaSet, serving_three

ARTICLE_PATHS = ("/article/", "/notes/note-detail")


@pytest.fixture(scope="module")
def three() -> Iterator[ReplicaSet]:
    with serving_three() as servers:
        yield servers


@pytest.mark.timeout(300)
def test_a_primary_killed_during_a_crawl_loses_nothing(three: ReplicaSet) -> None:
    with Site(seed=31, articles=30) as site:
        environ = environment(site.url, three.uri, "cmoney", DOWNLOAD_DELAY="0.15")
        process = begin(("crawl", "column"), environ)
        for entry in (8, 20):
            wait_until(partial(_has_asked, site, entry, process))
            assert process.poll() is None, "the crawl had ended before the primary was killed"
            _kill_primary(three)
        ran = end(process)
        assert ran.status == 0, ran.log
        assert "Traceback" not in ran.log
        _assert_complete(site, three)
        before = len(site.asked(ARTICLE_PATHS))
        assert crawl("column", environ).status == 0
        assert len(site.asked(ARTICLE_PATHS)) == before, "what was kept is still known as kept"


def _kill_primary(three: ReplicaSet) -> None:
    """Kill the primary, wait until another is elected, and let the killed one come back."""
    killed = three.primary()
    killed.kill()
    assert three.primary() is not killed
    killed.start()
    wait_until(lambda: len(three.states()) == len(three.members))


def _assert_complete(site: Site, three: ReplicaSet) -> None:
    client: MongoClient[dict[str, Any]]
    with MongoClient(three.uri, readConcernLevel="majority", tz_aware=True) as client:
        documents = articles(client["cmoney"])
        present = {"reason": {"$nin": NOT_THERE}}
        states = client["cmoney"]["frontier"].distinct("state", present)
    report = compare(site.truths(), documents, fields=("title", "text"))
    assert not report.missing, report
    assert max(Counter(document["_id"] for document in documents).values()) == 1
    assert not {"wanted", "failed"} & set(states)


def _has_asked(site: Site, least: int, process: subprocess.Popen[str]) -> bool:
    return len(site.asked(ARTICLE_PATHS)) >= least or process.poll() is not None
