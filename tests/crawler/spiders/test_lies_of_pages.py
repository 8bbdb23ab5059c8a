"""Sites that lie at all of the column's addresses: what is kept, what is due, what the feed says, how the run ends.

`test_every_lie` has each lie, at one address among others that tell the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.model.suspicion import kind_in
from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl, environment

HOURS = timedelta(hours=9)
FIRST_STATUSES = {6, 7}
RECHECK_STATUSES = {4, 6}
WALLS = {"login-wall", "challenge", "login-page", "login-redirect"}
"""With these most pages end a run with 4."""

NOTHING_READ = {
    "maintenance": {"notice"},
    "login-wall": {"login"},
    "challenge": {"challenge"},
    "login-page": {"login"},
    "login-redirect": {"login"},
    "same-text": {"another article", "text of another article"},
    "next-bare": {"another article", "text of another article", "another text", "text under two titles"},
    "cut-gzip": {"cut short"},
}
"""Lies that show nothing of the article, and as what they are recorded."""

FIRST = ("maintenance", "challenge", "same-text", "cut-gzip", "login-page", "login-redirect")
"""Those that are told at a first visit."""

PART_READ = {"cut-unclosed": {"cut short"}}
"""Lies that show a part of it: kept at a first visit."""

ONLY_COMPARED = {"shortened": {"shrunk", "cut short"}, "tickers-lost": {"tickers lost", "another text"}}
"""Lies that only what is kept gives away."""

SHOWN_TRULY = {"same-text": 2}
"""Addresses at which a lie about all of them is the truth: the shown article's own."""


LOOKS = {"checked_at", "fetched_at"}
"""Fields that tell of looks, not of the article."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=9, articles=12, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    return environment(site.url, uri, database.name, LOG_LEVEL="WARNING", RETRY_TIMES=0)


def let_time_pass(database: Documents) -> None:
    """Make due what is due within hours, and all that is kept."""
    entries = database["frontier"]
    soon = {"next_at": {"$lte": datetime.now(UTC) + HOURS}}
    entries.update_many({"$or": [soon, {"state": "kept"}]}, [{"$set": {"next_at": "$found_at", "etag": None}}])


def records(database: Documents) -> dict[str, dict[str, Any]]:
    """Return what is kept of each article."""
    return {
        article["_id"]: {name: article[name] for name in article if name not in LOOKS} for article in articles(database)
    }


def kinds(database: Documents) -> list[str]:
    """Return as what the pages that were not believed are recorded, one an address."""
    named = (kind_in(entry["reason"]) for entry in database["frontier"].find({"reason": {"$ne": None}}))
    return [kind for kind in named if kind]


def column_keys(site: Site) -> set[str]:
    return {key for plan in site.plans() if plan.column == "美股動態" for key in plan.keys}


def assert_heals(site: Site, environ: dict[str, str], database: Documents) -> None:
    """Assert that the archive equals the truth after at most three ordinary runs."""
    site.heal()
    for _ in range(3):
        ran = crawl("column", environ)
        report = compare(site.truths("美股動態"), articles(database), fields=("title", "text"))
        if ran.status == 0 and not report.missing and report.equal_texts == 1:
            break
        let_time_pass(database)
    assert (ran.status, report.missing, report.equal_texts) == (0, [], 1), (report, ran.log)
    assert kinds(database) == []
    assert not any(article["suspect"] for article in articles(database))


@pytest.mark.parametrize(("lie", "expected"), (NOTHING_READ | PART_READ | ONLY_COMPARED).items())
def test_on_a_recheck_nothing_of_it_reaches_what_is_kept(
    site: Site, environ: dict[str, str], database: Documents, lie: str, expected: set[str]
) -> None:
    assert crawl("column", environ).status == 0
    kept, changes = records(database), database["changes"].count_documents({})
    let_time_pass(database)
    site.lie("column", lie)
    ran = crawl("column", environ)
    assert ran.status in ({4} if lie in WALLS else RECHECK_STATUSES), ran.log
    assert records(database) == kept
    assert database["changes"].count_documents({}) == changes
    assert database["revisions"].count_documents({}) == len(kept)
    assert set(kinds(database)) <= expected
    assert len(kinds(database)) >= len(column_keys(site)) - SHOWN_TRULY.get(lie, 0) - len(column_keys(site)) // 3
    late = [
        entry
        for entry in database["frontier"].find({"next_at": {"$gt": datetime.now(UTC)}})
        if kind_in(entry["reason"])
    ]
    assert late == [], "the run left addresses to a later day"
    assert_heals(site, environ, database)


@pytest.mark.parametrize("lie", FIRST)
def test_at_a_first_visit_nothing_is_kept_but_the_page(
    site: Site, environ: dict[str, str], database: Documents, lie: str
) -> None:
    site.lie("column", lie)
    ran = crawl("column", environ)
    assert ran.status in ({4} if lie in WALLS else FIRST_STATUSES), ran.log
    assert len(articles(database)) <= SHOWN_TRULY.get(lie, 0)
    assert set(kinds(database)) <= NOTHING_READ[lie]
    assert database["pages"].count_documents({}) >= len(kinds(database)) > 0
    failed = database["frontier"].find({"state": "failed"})
    assert all(entry["next_at"] < datetime.now(UTC) + HOURS for entry in failed)
    assert_heals(site, environ, database)


@pytest.mark.parametrize(("lie", "expected"), PART_READ.items())
def test_at_a_first_visit_a_part_is_kept_with_its_problem(
    site: Site, environ: dict[str, str], database: Documents, lie: str, expected: set[str]
) -> None:
    site.lie("column", lie)
    ran = crawl("column", environ)
    assert ran.status in FIRST_STATUSES, ran.log
    kept = articles(database)
    assert len(kept) > 0
    assert {entry["kind"] for document in kept for entry in document["suspect"]} == expected
    assert all(
        any(problem["field"] == "text" for problem in article["problems"]) for article in kept if article["suspect"]
    )
    assert_heals(site, environ, database)


def test_a_few_pages_in_doubt_make_a_run_incomplete(site: Site, environ: dict[str, str], database: Documents) -> None:
    crawl("column", environ)
    key = next(plan.key for plan in site.plans() if plan.column == "美股動態")
    let_time_pass(database)
    site.lie(key, "shortened")
    ran = crawl("column", environ)
    assert ran.status == 7, ran.log
    entry = database["frontier"].find_one({"_id": key}) or {}
    assert entry["suspect"]["kind"] == "shrunk"
    assert entry["suspect"]["run"] == (database["runs"].find_one(sort=[("started_at", -1)]) or {})["_id"]
    assert datetime.now(UTC) < entry["next_at"] < datetime.now(UTC) + HOURS


def test_all_columns_are_no_way_round(site: Site, environ: dict[str, str], database: Documents) -> None:
    environ |= {"ARCHIVE_COLUMNS": "*"}
    assert crawl("column", environ).status == 0
    kept = records(database)
    let_time_pass(database)
    site.lie("*", "maintenance")
    ran = crawl("column", environ)
    assert ran.status in RECHECK_STATUSES, ran.log
    assert records(database) == kept


def test_a_first_run_at_a_login_wall_is_not_well_and_the_next_runs_bring_the_public_texts(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.lie("column", "login-teaser")
    for _ in range(2):  # the wall stays: the beginnings are asked for again, and are not well either
        ran = crawl("column", environ)
        assert (ran.status, "show only a public beginning" in ran.log) == (4, True), ran.log
        assert {document["access"] for document in articles(database)} == {"members"}
        assert database["frontier"].count_documents({"state": "kept", "next_at": {"$gt": datetime.now(UTC)}}) == 0
    site.heal()
    ran = crawl("column", environ)
    report = compare(site.truths("美股動態"), articles(database), fields=("title", "text"))
    assert (ran.status, report.missing, report.equal_texts) == (0, [], 1), (report, ran.log)
