"""Each run states what was named, what was due and what became of it; the status follows, whatever the site does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl
from tests.support.sums import sums_of


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=11, articles=16) as serving_site:
        yield serving_site


def last_run(database: Documents) -> dict[str, Any]:
    return database["runs"].find({}).sort("started_at", -1).limit(1)[0]


@pytest.mark.parametrize(
    ("mode", "status"),
    [
        ("", 0),
        ("chaos", 0),
        ("api-absent", 0),
        ("down", 3),
        ("blocked", 4),
        ("robots-disallow", 4),
        ("robots-articles", 4),
        ("robots-broken", 7),
        ("api-broken-cursor", 7),
        ("changed-template", 6),
    ],
)
def test_the_sums_add_up(site: Site, environ: dict[str, str], database: Documents, mode: str, status: int) -> None:
    site.mode(*filter(None, [mode]))
    ran = crawl("column", environ | {"RETRY_AFTER_MAX": "60"})
    assert ran.status == status, ran.log
    sums = sums_of(last_run(database))
    if not mode:
        assert sums["kept"] >= len(site.plans()) > 0
        assert sums["named"] > 0


@pytest.mark.parametrize("lie", ["gone-404", "challenge", "next-article", "cut-connection", "loading", "date-huge"])
def test_the_sums_add_up_where_pages_lie(site: Site, environ: dict[str, str], database: Documents, lie: str) -> None:
    site.lie("every:2", lie)
    ran = crawl("column", environ)
    sums = sums_of(last_run(database))
    assert 0 < sums["kept"] <= sums["due"]
    assert (ran.status == 0) == (sums["kept"] + sums["gone"] + sums["passed_over"] == sums["due"]) or ran.status != 0


def test_what_robots_txt_refuses_is_counted_and_caught_up_once_it_no_longer_does(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("robots-notes")
    ran = crawl("column", environ)
    assert ran.status == 4, ran.log
    run = last_run(database)
    sums = sums_of(run)
    assert 0 < sums["refused"] < sums["due"]
    assert any(f"robots.txt forbids addresses that were due: {sums['refused']} " in line for line in run["problems"])
    assert crawl("column", environ).status == 4, "they are still due"
    entry = database["frontier"].find_one({"state": "kept", "_id": {"$regex": "^cmnews"}})
    assert entry is not None
    site.mode("robots-articles")
    database["frontier"].update_one({"_id": entry["_id"]}, {"$set": {"next_at": entry["found_at"]}})
    assert crawl("column", environ).status == 4
    refused = database["frontier"].find_one({"_id": entry["_id"]})
    assert refused is not None
    assert (refused["state"], refused["reason"]) == ("kept", "robots")
    site.mode()
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert not database["frontier"].count_documents({"reason": "robots"})
    assert not compare(site.truths(), articles(database), fields=("title", "text")).missing
