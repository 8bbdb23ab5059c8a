"""An exception at any point of the way: its address is settled as failed, the run goes on, and ends with 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.site import Site
from tests.support.crawling import Documents, Ran, articles, crawl, scrapy
from tests.support.injection import ADDON, Fault, with_faults
from tests.support.looks import NOT_THERE

ON_THE_WAY = {
    "Callback": ("crawler.spiders.article_spider:outcomes_of", "unexpected: "),
    "CallbackLinks": ("crawler.spiders.article_spider:further_reading", "unexpected: "),
    "Errback": ("crawler.spiders.article_spider:miss_of", "unexpected: "),
    "CallbackScope": ("crawler.spiders.article_spider:in_scope", "unexpected: "),
    "PageObject": ("crawler.pages.extract:read_article", "page object: "),
    "MiddlewareRequest": ("crawler.middlewares.offsite:OffsiteMiddleware.process_request", "unexpected: "),
    "MiddlewareResponse": ("crawler.middlewares.retry:RetryMiddleware._count_refusal", "unexpected: "),
    "Handler": ("crawler.download.raw_response:RawBodyHandler._receive", "unexpected: "),
    "Stage": ("pipelines.normalise:Normalise.refine", "stage normalise: "),
    "StageOutside": ("pipelines.stage:article_of", "unexpected: "),
    "StoreStage": ("pipelines.batches:Batches.submit", "unexpected: "),
    "Deciding": ("archive.articles.decisions:Decisions._first", "unexpected: "),
    "Document": ("archive.articles.writer:to_document", "unexpected: "),
    "Asking": ("crawler.spiders.article_spider:ArticleSpider.ask", "unexpected: "),
}
"""By the exception's name: what raises over one article, and how the reason begins that its address is settled with."""

BESIDE = {
    "RecordOfAnItem": "crawler.extensions.run_record:RunRecord.item_scraped",
    "LineOfProgress": "crawler.extensions.progress:Progress.line",
    "LinksOfAnItem": "crawler.spiders.article_spider:_links_on",
    "Garbage": "crawler.extensions.memory:Memory.spider_opened",
}
"""By the exception's name: what raises beside the way; every article is kept all the same."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=5, articles=24) as serving_site:
        yield serving_site


def crawl_with(environ: dict[str, str], *faults: Fault) -> Ran:
    ran = scrapy("crawl", "column", *ADDON, environ=with_faults(environ, faults))
    longest = max(ran.log.splitlines(), key=len)
    assert len(longest) < 2500, f"a page in the log: {longest[:200]}"
    assert ran.status == 1, ran.log
    return ran


def failed_entries(database: Documents) -> dict[str, dict[str, Any]]:
    """Return what is settled as failed, by key, without the addresses where the site has no article."""
    wanted = {"state": {"$in": ["wanted", "failed"]}, "reason": {"$nin": NOT_THERE}}
    return {entry["_id"]: entry for entry in database["frontier"].find(wanted)}


def run_of(database: Documents) -> dict[str, Any]:
    run = database["runs"].find_one()
    assert run is not None
    assert (run["exit_status"], run["complete"]) == (1, False)
    return run


def test_addresses_are_settled_as_failed_wherever_it_was_raised_and_the_next_run_keeps_them(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    single = [plan.key for plan in site.plans() if len(plan.keys) == 1 and plan.listed]
    keys = dict(zip(ON_THE_WAY, single, strict=False))
    assert len(keys) == len(ON_THE_WAY)
    site.lie(keys["Errback"], "cut-connection")
    ran = crawl_with(environ, *(Fault(name, target, keys[name]) for name, (target, _) in ON_THE_WAY.items()))
    assert not database["frontier"].count_documents({"state": "wanted"})
    failed = failed_entries(database)
    reasons = {key: entry["reason"] for key, entry in failed.items()}
    assert reasons == {keys[name]: beginning + name for name, (_, beginning) in ON_THE_WAY.items()}
    run = run_of(database)
    for name, key in keys.items():
        entry = failed[key]
        assert entry["detail"].startswith("injected"), name
        assert len(entry["detail"]) <= 500, name
        assert (entry["leased_by"], entry["attempts"]) == (None, 1), name
        assert entry["next_at"] > run["started_at"], name
        assert run["counts"][f"unexpected/{name}"] >= 1
        assert name in " ".join(run["problems"])
        assert [line for line in ran.log.splitlines() if key in line and name in line], f"no line on {name}"
    assert set(reasons) & set(database["pages"].distinct("key")) >= {keys[name] for name in ("Callback", "Stage")}
    site.heal()
    database["frontier"].update_many({"state": "failed"}, {"$set": {"next_at": run["started_at"]}})
    again = crawl("column", environ)
    assert again.status == 0, again.log
    assert {document["_id"] for document in articles(database)} >= set(keys.values())


def test_what_is_raised_beside_the_way_is_told_and_loses_nothing(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl_with(environ, *(Fault(name, target) for name, target in BESIDE.items()))
    assert not failed_entries(database)
    assert {f"unexpected/{name}" for name in BESIDE} <= set(run_of(database)["counts"])


@pytest.mark.parametrize("target", ["read_interface", "read_listing", "ListingWalk._note"])
def test_a_listing_that_raises_ends_its_source_and_not_the_run(
    site: Site, environ: dict[str, str], database: Documents, target: str
) -> None:
    crawl_with(environ, Fault("Listing", f"crawler.spiders.listing_walk:{target}", times=1))
    assert any("unexpected: Listing" in problem for problem in run_of(database)["problems"])
    assert not database["frontier"].count_documents({"state": "wanted"})


@pytest.mark.parametrize("method", ["claim", "last_newest"])
def test_a_start_that_raises_ends_the_run_and_gives_back_what_it_holds(
    site: Site, environ: dict[str, str], database: Documents, method: str
) -> None:
    crawl_with(environ, Fault("Start", f"crawler.frontier_client:FrontierClient.{method}"))
    assert not database["frontier"].count_documents({"leased_by": {"$ne": None}})
    assert "Start" in " ".join(run_of(database)["problems"])


def test_what_gets_lost_on_the_way_is_settled_and_an_end_that_cannot_be_assessed_is_recorded(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    lost = Fault("Swallowed", "scrapy.core.scraper:Scraper.start_itemproc_async", after=2, times=1)
    crawl_with(environ, lost, Fault("Assessment", "crawler.extensions.run_record:assess_run"))
    (entry,) = failed_entries(database).values()
    assert entry["reason"] == "unexpected: Lost"
    assert "Assessment" in " ".join(run_of(database)["problems"])


@pytest.mark.parametrize(
    "target",
    [
        "crawler.extensions.run_record:RunRecord._sum_up",
        "crawler.extensions.run_record:RunRecord._note_walls",
        "crawler.extensions.search_upkeep:SearchUpkeep._update",
        "crawler.extensions.memory:Memory.spider_closed",
    ],
)
def test_an_end_that_stumbles_is_an_end_with_1(
    site: Site, environ: dict[str, str], database: Documents, target: str
) -> None:
    crawl_with(environ, Fault("End", target))
    run = run_of(database)
    assert run["ended_at"] is not None
    assert (run["outcome"], "End" in " ".join(run["problems"])) == ("unexpected", True)


def test_a_stage_that_raises_over_all_keeps_their_pages(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl_with(environ, Fault("Tickers", "pipelines.tickers:Tickers.refine"))
    failed = failed_entries(database)
    assert {entry["reason"] for entry in failed.values()} == {"stage tickers: Tickers"}
    assert set(failed) <= set(database["pages"].distinct("key"))


@pytest.mark.slow
def test_an_address_that_is_outstanding_for_too_long_is_settled_and_ends_the_run(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    ran = crawl("column", environ | {"LEASE_SECONDS": "1", "DOWNLOAD_DELAY": "8", "RANDOMIZE_DOWNLOAD_DELAY": "0"})
    assert ran.status == 1, ran.log
    assert {entry["reason"] for entry in failed_entries(database).values() if entry["reason"]} == {
        "unexpected: Overdue"
    }
    assert "no outcome within 4 leases" in ran.log
    assert "Overdue" in " ".join(run_of(database)["problems"])
