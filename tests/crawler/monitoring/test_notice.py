"""The heartbeat: its address is told how each crawl ended, however that was, and cannot change it."""

from __future__ import annotations

from tests.site import Site
from tests.support.crawling import Documents, environment, scrapy
from tests.support.receiver import SECRET, receiver

NO_DATABASE = "mongodb://127.0.0.1:9/?replicaSet=none&serverSelectionTimeoutMS=1"


def test_each_end_of_a_crawl_is_told_with_its_status(uri: str, database: Documents) -> None:
    with receiver() as (url, taken), Site(seed=3, articles=3) as site:
        environ = environment(site.url, uri, database.name, HEARTBEAT_URL=url.replace("x=1", "status={status}"))
        ran = scrapy("scheduled", "column", environ=environ)
        assert ran.status == 0, ran.log
        site.mode("blocked")
        assert scrapy("crawl", "column", environ=environ | {"RETRY_AFTER_MAX": "1"}).status == 4
        for command in ("crawl", "scheduled"):
            assert scrapy(command, "column", environ=environ | {"MONGODB_URI": NO_DATABASE}).status == 5
        assert scrapy("crawl", "column", "-a", "nonsense=1", environ=environ).status == 2, "nothing was run"
    runs = [run["_id"] for run in database["runs"].find({"spider": "column"}).sort("started_at")]
    assert [(notice["exit_status"], notice["run"]) for notice in taken] == [
        (0, runs[0]),
        (4, runs[1]),
        (5, None),
        (5, None),
    ]
    assert taken[1]["path"] == f"/{SECRET}?status=4"
    assert (taken[1]["spider"], taken[1]["outcome"]) == ("column", "blocked")


def test_one_that_cannot_be_told_is_a_warning_and_no_secret_is_in_it(uri: str, database: Documents) -> None:
    with receiver(500) as (url, taken), Site(seed=3, articles=3) as site:
        ran = scrapy("crawl", "column", environ=environment(site.url, uri, database.name, HEARTBEAT_URL=url))
    assert (ran.status, len(taken)) == (0, 1)
    assert "the heartbeat was not taken: 127.0.0.1 answered HTTP 500" in ran.log
    assert SECRET not in ran.log
