"""Listings that move while they are read, that never end, and that are named by an argument or an author."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.site import Site
from tests.support.crawling import Documents, articles, crawl
from tests.support.sums import sums_of

SEARCH = "/api/investment"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=11, articles=40) as serving_site:
        yield serving_site


def listed(site: Site) -> set[str]:
    return {truth["key"] for truth in site.truths() if truth["listed"] and truth["key"].startswith("cmnews:")}


def run_of(database: Documents) -> dict[str, Any]:
    run = database["runs"].find_one()
    assert run is not None
    sums_of(run)
    return run


@pytest.mark.parametrize("spider", ["column", "backfill"])
def test_what_slips_between_two_pages_is_still_discovered(
    site: Site, environ: dict[str, str], database: Documents, spider: str
) -> None:
    expected = listed(site)
    site.lie("listing:search", "shift-removed", amount=2)
    plans = site.plans()
    window = {"since": f"{min(plan.moment for plan in plans):%Y-%m-%d}", "until": "2026-08-31", "via": "api"}
    ran = crawl(spider, environ, **(window if spider == "backfill" else {"related_depth": 0}))
    assert ran.status == 0, ran.log
    assert {entry["_id"] for entry in database["frontier"].find()} >= expected
    assert run_of(database)["complete"]


@pytest.mark.parametrize("lie", ["shift-edited", "shift-published", "overlap"])
def test_what_moves_to_the_front_or_stands_twice_makes_no_second_walk(
    site: Site, environ: dict[str, str], database: Documents, lie: str
) -> None:
    site.lie("listing:search", lie)
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert {entry["_id"] for entry in database["frontier"].find()} >= listed(site)
    assert len(site.asked((SEARCH,))) <= 40 / 8 + 3


def test_a_listing_that_moves_each_time_is_not_complete(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.lie("listing:search", "shift-removed", amount=1000)
    ran = crawl("column", environ)
    assert ran.status == 7, ran.log
    run = run_of(database)
    assert any("moved each of 3 times" in problem for problem in run["problems"])
    assert not run["complete"]


@pytest.mark.parametrize("lie", ["endless-same", "endless-growing", "endless-empty", "endless-new", "endless-wrap"])
def test_a_listing_that_never_ends_ends_as_not_complete(
    site: Site, environ: dict[str, str], database: Documents, lie: str
) -> None:
    site.lie("listing:search", lie)
    ran = crawl("column", environ | {"LISTING_MOST_CARDS": "60"})
    assert ran.status == 7, ran.log
    assert any("not complete" in problem for problem in run_of(database)["problems"])
    assert len(site.asked((SEARCH,))) <= 40 / 8 + 5


def test_an_interface_that_gives_only_other_columns_is_not_complete(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    """The rendered listings take over; another run of the backfill reads the interface from its beginning."""
    site.mode("api-others")
    since = min(plan.moment for plan in site.plans())
    window = {"since": f"{since:%Y-%m-%d}", "until": "2026-08-31", "via": "api"}
    ran = crawl("backfill", environ, **window)
    assert ran.status == 7, ran.log
    assert any("names 美股動態: not complete" in problem for problem in run_of(database)["problems"])
    assert articles(database)
    site.mode()
    assert crawl("backfill", environ, **window).status == 0
    assert {entry["_id"] for entry in database["frontier"].find({"state": "kept"})} >= listed(site)


@pytest.mark.parametrize("listing", ["/forumnews", "/notes/?bid=101&p=1", "/notes/?q=美股", "/notes/default.aspx?ca=3"])
def test_a_listing_named_by_an_argument(site: Site, environ: dict[str, str], database: Documents, listing: str) -> None:
    base = site.url if listing.startswith("/forum") else "https://www.cmoney.tw"
    ran = crawl("column", environ, listing=base + listing, related_depth=0)
    assert ran.status == 0, ran.log
    assert articles(database), ran.log


def test_titles_split_by_markup_are_whole(site: Site, environ: dict[str, str], database: Documents) -> None:
    site.lie("*", "listed-split")
    site.mode("api-absent")
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    titles = {truth["key"]: truth["title"] for truth in site.truths()}
    for entry in database["frontier"].find({"found_by": "listing", "state": {"$in": ["wanted", "skipped"]}}):
        assert titles.get(entry["_id"], entry["title"]) == entry["title"]
    assert {entry["_id"] for entry in database["frontier"].find({"state": "kept"})} >= listed(site)


def test_the_interface_by_author_is_a_source_of_a_backfill(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    plans = sorted(site.plans(), key=lambda plan: plan.moment)
    days = {"since": f"{plans[0].moment - timedelta(1):%Y-%m-%d}", "until": "2026-08-31"}
    assert crawl("backfill", environ, via="authors", **days).status == 7, "no author is known yet"
    crawl("column", environ, max_articles=25, related_depth=0)
    authors = {document["author"]["id"] for document in articles(database)}
    ran = crawl("backfill", environ, via="authors", **days)
    assert ran.status == 0, ran.log
    assert site.asked(("/InvestmentNote/api/Article/",))
    own = {plan.key for plan in site.plans() if plan.author.id in authors and plan.uuid and plan.listed}
    assert {key for document in articles(database) for key in (document["_id"], *document["aliases"])} >= own
