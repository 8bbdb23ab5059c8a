"""An article that its site really moved to another column: runs end with 7 for some days, then it is settled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crawler.doctor import database as doctor
from tests.site import Plan, Site
from tests.support.ageing import age
from tests.support.crawling import Documents, crawl, environment

OTHER = "美股巨頭"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(articles=24, seed=3, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    return environment(site.url, uri, database.name, RECHECK_DAYS=3650, RETRY_TIMES=0)


@pytest.fixture
def moved(site: Site) -> Plan:
    """Return an article that every walk meets: one of the newest."""
    return next(plan for plan in reversed(site.plans()) if len(plan.keys) == 1 and plan.listed)


def statuses(days: int, environ: dict[str, str], database: Documents) -> list[int]:
    """Return how runs end, each a day after the one before."""
    ended = []
    for _ in range(days):
        age(database, days=1)
        ended.append(crawl("column", environ).status)
    return ended


def entry(moved: Plan, database: Documents) -> dict[str, Any]:
    return database["frontier"].find_one({"_id": moved.key}) or {}


def test_what_is_kept_becomes_a_revision_the_feed_and_doctor_tell_of_and_moves_back(
    site: Site, environ: dict[str, str], moved: Plan, database: Documents
) -> None:
    assert crawl("column", environ).status == 0
    site.lie(moved.keys, "title-other-column")
    site.lie(moved.keys, "listed-other-column")
    assert statuses(3, environ, database) == [7, 7, 0]
    assert (database["articles"].find_one({"_id": moved.key}) or {})["column"] == OTHER
    assert (entry(moved, database)["state"], entry(moved, database)["reason"]) == ("kept", None)
    last = database["changes"].find_one({"key": moved.key}, sort=[("_id", -1)]) or {}
    assert (last["op"], last["before"]["column"]) == ("upsert", "美股動態")
    settings = {name: environ[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    (finding,) = (item for item in doctor.examine(settings) if item.subject == "columns")
    assert f"{OTHER} (1)" in finding.says
    site.heal()
    assert statuses(3, environ, database) == [7, 7, 0]
    assert (database["articles"].find_one({"_id": moved.key}) or {})["column"] == "美股動態"


def test_a_new_address_is_passed_over(site: Site, environ: dict[str, str], moved: Plan, database: Documents) -> None:
    site.lie(moved.keys, "title-other-column")
    assert statuses(1, environ, database) == [7]
    assert entry(moved, database)["reason"] == "suspect: other column"
    site.lie(moved.keys, "listed-other-column")  # until now the listings denied what the page states
    assert statuses(3, environ, database)[-1] == 0
    assert (entry(moved, database)["state"], entry(moved, database)["reason"]) == ("skipped", "other column")
    assert database["articles"].find_one({"_id": moved.key}) is None
