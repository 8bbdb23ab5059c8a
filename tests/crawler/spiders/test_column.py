"""Whole crawls of the column: every way to find articles, every argument, nothing twice, nothing lost."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl, environment

ARTICLE_PATHS = ("/article/", "/notes/note-detail")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=5, articles=30) as serving:
        yield serving


def assert_complete(site: Site, database: Documents) -> None:
    report = compare(site.truths(), articles(database))
    assert not report.missing, report
    assert report.equal_texts >= 0.99, report


def test_a_crawl_keeps_every_article_once(site: Site, environ: dict[str, str], database: Documents) -> None:
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert_complete(site, database)
    assert {document["column"] for document in articles(database)} == {"美股動態"}


def test_nothing_is_asked_twice_and_nothing_of_another_column(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl("column", environ)
    requests = Counter(request.path for request in site.asked(ARTICLE_PATHS))
    assert requests
    assert max(requests.values()) == 1, requests.most_common(3)
    skipped = database["frontier"].count_documents({"state": "skipped", "reason": "other column"})
    assert skipped > 0
    assert all(
        request.path != "/robots.txt" or "cmoney-archive" in request.headers["user-agent"] for request in site.requests
    )


@pytest.mark.parametrize("mode", ["api-refused", "api-absent", "api-broken"])
def test_where_the_interface_fails_the_rendered_listing_serves(
    site: Site, environ: dict[str, str], database: Documents, mode: str
) -> None:
    site.mode(mode)
    ran = crawl("column", environ)
    assert "Traceback" not in ran.log
    assert any(request.path.startswith("/usstock/") for request in site.requests)
    assert database["articles"].count_documents({}) > 0


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Debian's chromium is not installed")
def test_a_listing_that_only_javascript_fills_is_scrolled_to_its_end(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("api-refused", "js-listing")
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert_complete(site, database)


def test_both_sites_may_have_a_host_of_their_own(uri: str, database: Documents) -> None:
    with Site(seed=6, articles=12) as news, Site(seed=6, articles=12) as notes:
        ran = crawl("column", environment((news.url, notes.url), uri, database.name))
        assert ran.status == 0, ran.log
        assert_complete(news, database)
        assert not [request for request in news.requests if request.path.startswith("/notes/")]
        assert not [request for request in notes.requests if request.path.startswith("/article/")]


CATEGORY = "https://www.forecastock.tw/category/個股報告"


def test_the_site_for_stock_research_is_asked_and_one_uuid_is_one_article(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    environ["CMONEY_STOCK_URL"] = site.forecast_url
    alone = crawl("column", environ, listing=CATEGORY, related_depth=0)
    assert alone.status == 0, alone.log
    first = articles(database)
    assert first
    assert all(entry["url"].startswith(site.forecast_url) for entry in first)
    assert {entry["url"].rpartition("/")[2][-36:] for entry in first} == {
        entry["_id"].partition(":")[2] for entry in first
    }
    assert compare(site.truths(), first).equal_texts == 1
    assert crawl("column", environ).status == 0
    assert_complete(site, database)
    assert [request.status for request in site.requests if request.path.startswith("/category/")] == [200, 200]
    assert [article["revision"] for article in database["articles"].find({"revision": {"$ne": 1}})] == []
    requests = Counter(request.key for request in site.asked(ARTICLE_PATHS))
    assert max(requests.values()) == 1, requests.most_common(3)


def test_max_articles_is_a_limit(site: Site, environ: dict[str, str], database: Documents) -> None:
    crawl("column", environ, max_articles=7)
    assert database["articles"].count_documents({}) == 7
    run = database["runs"].find_one()
    assert run is not None
    assert not run["complete"]


def test_max_age_leaves_older_articles_alone(site: Site, environ: dict[str, str], database: Documents) -> None:
    crawl("column", environ, max_age=1)
    assert database["frontier"].count_documents({"state": "skipped", "reason": "outside the window"}) > 0


def test_without_further_reading_only_listings_lead_to_articles(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl("column", environ, related_depth=0)
    assert database["frontier"].count_documents({"reason": "beyond related_depth"}) > 0
    listed = {key for plan in site.plans() if plan.listed for key in plan.keys}
    assert {document["_id"] for document in articles(database)} <= listed


def test_one_listing_can_be_named(site: Site, environ: dict[str, str], database: Documents) -> None:
    ran = crawl("column", environ, listing="/notes/?tag=76325", related_depth=0)
    assert ran.status == 0, ran.log
    assert {document["_id"].split(":")[0] for document in articles(database)} == {"notes"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"max_articles": "many"}, "max_articles='many'"),
        ({"max_articles": 0}, "max_articles='0'"),
        ({"max_age": -1}, "max_age='-1'"),
        ({"related_depth": "x"}, "related_depth='x'"),
        ({"listing": "https://example.com/notes/?tag=1"}, "is no listing"),
        ({"listing": "/notes/note-detail.aspx?nid=1"}, "an article's address"),
        ({"deep": 1}, "takes only"),
    ],
)
def test_a_wrong_argument_is_one_line_and_no_request(
    site: Site, environ: dict[str, str], arguments: dict[str, object], says: str
) -> None:
    ran = crawl("column", environ | {"LOG_LEVEL": "WARNING"}, **arguments)
    assert ran.status == 2
    assert says in ran.log
    assert len(ran.log.strip().splitlines()) == 1
    assert not site.requests


def test_a_wrong_setting_is_one_line_and_no_request(site: Site, environ: dict[str, str]) -> None:
    ran = crawl("column", environ | {"CMONEY_NOTES_URL": "cmoney", "LOG_LEVEL": "WARNING"})
    assert (ran.status, len(ran.log.strip().splitlines())) == (2, 1)
    assert "CMONEY_NOTES_URL='cmoney'" in ran.log
    assert not site.requests


def test_robots_txt_is_obeyed(site: Site, environ: dict[str, str], database: Documents) -> None:
    site.mode("robots-disallow")
    ran = crawl("column", environ)
    assert ran.status != 0
    assert {request.path for request in site.requests} == {"/robots.txt"}


def test_a_crawl_goes_on_where_a_killed_one_was(site: Site, environ: dict[str, str], database: Documents) -> None:
    crawl("column", environ, max_articles=5)
    before = {request.key for request in site.asked(ARTICLE_PATHS)}
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert_complete(site, database)
    again = Counter(request.key for request in site.asked(ARTICLE_PATHS))
    assert before
    assert max(again.values()) == 1


def test_a_column_that_no_listing_names_is_told_with_those_that_are(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    ran = crawl("column", environ | {"ARCHIVE_COLUMNS": "美股動太,美股動態"})
    assert ran.status == 7, ran.log
    run = database["runs"].find_one({"spider": "column"})
    assert run is not None
    empty, problem = run["problems"]
    assert "it has no article of 美股動太" in empty
    assert re.match(r"column 美股動太: no listing names it; they name 美股動態 \(\d+\)", problem)
    assert problem in ran.log
    assert articles(database), "what is wanted besides is kept"
