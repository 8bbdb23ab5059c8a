"""Articles that an import gave addresses of another year: found by their own date, in the first run of a backfill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.site import Site, compare
from tests.site.truth import Truth
from tests.support.crawling import Documents, articles, crawl, environment

TAIPEI = ZoneInfo("Asia/Taipei")
MAY = (datetime(2021, 5, 1, tzinfo=TAIPEI), datetime(2021, 6, 1, tzinfo=TAIPEI))
WINDOW = {"since": "2021-05-01", "until": "2021-05-31"}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=3, articles=12, imported=12, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    return environment(site.url, uri, database.name, LOG_LEVEL="WARNING", HEALTH_MAX_UNDATED=1)


def of_may(site: Site) -> list[str]:
    return [plan.key for plan in site.plans() if plan.column == "美股動態" and MAY[0] <= plan.moment < MAY[1]]


def test_a_backfill_finds_what_was_imported_by_its_own_date_in_its_first_run(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    ran = crawl("backfill", environ, via="api", **WINDOW)
    assert ran.status == 0, ran.log
    keys = of_may(site)
    assert len(keys) == 6
    report = compare([site.truth_of(key) for key in keys], articles(database), fields=("published_at", "text"))
    assert (report.missing, report.shares) == ([], {"published_at": 1, "text": 1}), report
    assert all(MAY[0] <= article["published_at"] < MAY[1] for article in articles(database))
    sources = {article["published_from"] for article in articles(database)}
    assert sources <= {"page", "listing"}
    assert "page" in sources


def test_an_import_s_address_alone_tells_no_date(site: Site, environ: dict[str, str], database: Documents) -> None:
    site.lie("column", "listed-dateless")
    site.lie("column", "date-none")
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    minted = {plan.key for plan in site.plans() if plan.minted}
    kept = [article for article in articles(database) if article["_id"] in minted]
    assert kept
    assert {(article["published_at"], article["published_from"]) for article in kept} == {(None, None)}
    reasons = {
        problem["reason"] for article in kept for problem in article["problems"] if problem["field"] == "published_at"
    }
    assert reasons == {"the page states none, and the address was minted in an import"}

    database["runs"].delete_many({})  # so that the listing is walked to its end
    site.heal(name="listed-dateless")  # the listing states the date from now on, the page goes on without
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    truths = {article["key"]: article for article in site.truths("美股動態")}
    for article in articles(database):
        if article["_id"] in minted:
            assert (article["published_from"], article["published_at"].year) == (
                "listing",
                truth_year(truths, article["_id"]),
            )


def truth_year(truths: Mapping[str, Truth], key: str) -> int:
    return datetime.fromisoformat(truths[key]["published_at"] or "").astimezone(UTC).year


@pytest.mark.parametrize("lie", ["listed-year-1", "listed-future", "listed-huge", "listed-create-at"])
def test_absurd_times_of_a_listing_end_nothing(
    site: Site, environ: dict[str, str], database: Documents, lie: str
) -> None:
    site.lie("column", lie)
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert "Traceback" not in ran.log
    report = compare(site.truths("美股動態"), articles(database), fields=("text",))
    assert report.missing == [], report


@pytest.mark.parametrize("lie", ["date-year-1", "date-future", "date-huge", "date-words"])
def test_absurd_times_of_a_page_are_its_problem_and_keep_the_date_that_is_known(
    site: Site, environ: dict[str, str], database: Documents, lie: str
) -> None:
    assert crawl("column", environ).status == 0
    dates = {article["_id"]: (article["published_at"], article["published_from"]) for article in articles(database)}
    database["frontier"].update_many({}, [{"$set": {"next_at": "$found_at", "etag": None, "last_modified": None}}])
    site.lie("column", lie)
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert "Traceback" not in ran.log
    assert {
        article["_id"]: (article["published_at"], article["published_from"]) for article in articles(database)
    } == dates
