"""What robots.txt says is obeyed, and where it says nothing that can be had, nothing is asked, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.site import Site, compare
from tests.site.robots import CRAWL_DELAY
from tests.support.crawling import Documents, articles, crawl, scrapy

NOTES = ("/notes/note-detail",)
JITTER = 0.25


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=6, articles=20) as serving:
        yield serving


def test_what_robots_txt_forbids_is_not_asked_for_and_told(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("robots-notes")
    ran = crawl("column", environ)
    assert ran.status == 4, ran.log
    assert not site.asked(NOTES)
    reasons = {entry["_id"]: entry["reason"] for entry in database["frontier"].find({"_id": {"$regex": "^notes:"}})}
    assert "robots" in reasons.values()
    news = [truth for truth in site.truths() if truth["key"].startswith("cmnews:") and truth["listed"]]
    assert not compare(news, articles(database)).missing


def test_without_an_answer_nothing_is_asked_and_later_all_is_kept(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl("column", environ, max_articles=3)  # the frontier holds more by now than was asked for
    site.requests.clear()
    site.mode("robots-broken")
    ran = crawl("column", environ)
    assert ran.status == 7, ran.log
    assert "Traceback" not in ran.log
    assert {request.path for request in site.requests} == {"/robots.txt"}
    assert database["frontier"].count_documents({"state": "failed", "reason": "no robots.txt"}) > 0
    site.mode()
    assert scrapy("frontier", "--state", "failed", "--retry", environ=environ).status == 0
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert not compare(site.truths(), articles(database)).missing


def test_crawl_delay_is_kept_to(site: Site, environ: dict[str, str]) -> None:
    site.mode("crawl-delay")
    ran = crawl("column", environ, max_articles=3)
    assert ran.status == 0, ran.log
    moments = [request.at - request.took for request in site.requests if request.path != "/robots.txt"]
    assert len(moments) > 3
    assert min(later - sooner for sooner, later in pairwise(sorted(moments))) > CRAWL_DELAY * (1 - JITTER) - 0.2
