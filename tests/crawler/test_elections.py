"""MongoDB as a replica set of three: its primary is killed during a crawl, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from tests.crawling import articles, begin, crawl, end, environment
from tests.mongodb import wait_until
from tests.replica_set import ReplicaSet, serving_three
from tests.site import Site, compare

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
        kills = 0
        for share in (0.2, 0.6):
            wait_until(lambda share=share: _asked(site) >= share * len(site.truths()) or process.poll() is not None)
            assert process.poll() is None, "the crawl had ended before the primary was killed"
            killed = three.primary()
            killed.kill()
            kills += three.primary() is not killed
            killed.start()
            wait_until(lambda: len(three.states()) == len(three.members))
        ran = end(process)
        assert kills == 2
        assert ran.status == 0, ran.log
        assert "Traceback" not in ran.log
        client: MongoClient[dict[str, Any]]
        with MongoClient(three.uri, w="majority", readConcernLevel="majority", tz_aware=True) as client:
            documents = articles(client["cmoney"])
            states = Counter(entry["state"] for entry in client["cmoney"]["frontier"].find())
        report = compare(site.truths(), documents, fields=("title", "text"))
        assert not report.missing, report
        assert max(Counter(document["_id"] for document in documents).values()) == 1
        assert not states["wanted"] + states["failed"], states
        before = len(site.asked(ARTICLE_PATHS))
        assert crawl("column", environ).status == 0
        assert len(site.asked(ARTICLE_PATHS)) == before, "what was kept is still known as kept"


def _asked(site: Site) -> int:
    return len(site.asked(ARTICLE_PATHS))
