"""A host that keeps runs out is left alone by the next ones: longer each time, and no longer once it lets one in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.doctor import database as doctor
from tests.site import Site, compare
from tests.support.ageing import age
from tests.support.crawling import Documents, articles, crawl, environment

ANY = ("/",)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=9, articles=12, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    return environment(site.url, uri, database.name, WALL_WAIT=3600, WALL_WAIT_MAX=7200, RETRY_AFTER_MAX=60)


def turn_of(database: Documents) -> dict[str, Any]:
    (turn,) = database["turns"].find()
    return turn


def rest_of(database: Documents) -> timedelta:
    """Return how long the site rests after the last wall."""
    turn = turn_of(database)
    rest: timedelta = turn["rests_until"] - turn["walled_at"]
    return rest


@pytest.mark.parametrize("wall", ["blocked", pytest.param("login-page", marks=pytest.mark.slow)])
def test_waits_grow_with_each_run_that_is_kept_out(
    wall: str, site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("blocked") if wall == "blocked" else site.lie("column", wall)
    for runs, hours in ((1, 1), (2, 2), (3, 2)):
        assert crawl("column", environ).status == 4
        assert (turn_of(database)["walls"], rest_of(database)) == (runs, timedelta(hours=hours))
        count = len(site.asked(ANY))
        ran = crawl("column", environ)
        assert (ran.status, len(site.asked(ANY))) == (4, count), ran.log
        assert f"kept {runs} runs in a row out: it is asked again from" in ran.log
        assert (turn_of(database)["walls"], rest_of(database)) == (runs, timedelta(hours=hours))
        run = database["runs"].find_one(sort=[("started_at", -1)]) or {}
        assert "hosts are left alone after walls: 1 (HEALTH_MAX_FAILED=0)" in run["problems"]
        age(database, hours=hours)
    settings = {name: environ[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    assert {finding.subject: finding.state for finding in doctor.examine(settings)}["walls"] == "well"
    site.mode()
    site.heal()
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    report = compare(site.truths("美股動態"), articles(database), fields=("title", "text"))
    assert (report.missing, report.equal_texts, turn_of(database)["walls"]) == ([], 1, 0)


def test_a_retry_after_that_is_too_long_for_a_run_is_heeded_by_the_next_and_a_person_may_ask_at_once(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("blocked")
    site.faults.blocked_retry = 5400
    assert crawl("column", environ).status == 4
    assert rest_of(database) == timedelta(seconds=5400)
    settings = {name: environ[name] for name in ("MONGODB_URI", "MONGODB_DATABASE")}
    (finding,) = (entry for entry in doctor.examine(settings) if entry.subject == "walls")
    assert (finding.state, "kept 1 runs in a row out" in finding.says) == ("doubtful", True)
    site.mode()
    assert crawl("column", environ | {"WALL_WAIT": "0"}).status == 0
    assert turn_of(database)["rests_until"] is None
    assert datetime.now(UTC) > turn_of(database)["taken_at"]
