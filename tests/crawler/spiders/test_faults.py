"""What goes wrong for real: processes killed, the database away, a site full of faults; nothing is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient

from tests.site import Site, compare
from tests.support.ageing import age
from tests.support.crawling import Documents, articles, begin, crawl, end, environment
from tests.support.mongodb import serving, wait_until

ARTICLE_PATHS = ("/article/", "/notes/note-detail")
Client = MongoClient[dict[str, Any]]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=11, articles=30) as serving_site:
        yield serving_site


def assert_complete(site: Site, documents: list[dict[str, Any]]) -> None:
    report = compare(site.truths(), documents, fields=("title", "text"))
    assert not report.missing, report
    assert report.equal_texts >= 0.98, report
    assert max(Counter(document["_id"] for document in documents).values()) == 1


@pytest.mark.timeout(400)
def test_killed_twenty_times_every_article_is_kept_once(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("slow")
    dice = random.Random(7)
    kills = 0
    for _ in range(20):
        process = begin(("crawl", "column"), environ)
        count = len(site.requests)
        wait_until(partial(_has_asked, site, count, process))
        time.sleep(dice.uniform(0, 0.8))
        kills += process.poll() is None
        process.kill()
        process.communicate()
    site.mode()
    assert kills >= 10
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert_complete(site, articles(database))
    assert database["runs"].count_documents({"outcome": "killed"}) >= 1
    assert not database["frontier"].count_documents({"state": "wanted"})


def test_a_database_that_is_killed_and_comes_back_loses_nothing(site: Site) -> None:
    site.mode("slow")
    with serving() as mongod:
        process = begin(("crawl", "column"), environment(site.url, mongod.uri, "cmoney"))
        wait_until(lambda: len(site.asked(ARTICLE_PATHS)) > 5 or process.poll() is not None)
        mongod.kill()
        time.sleep(4)
        mongod.start()
        site.mode()
        ran = end(process)
        assert ran.status == 0, ran.log
        assert "database back" in ran.log or "MONGODB" not in ran.log
        client: Client = MongoClient(mongod.uri)
        with client:
            assert_complete(site, articles(client["cmoney"]))


def test_a_database_that_stays_away_ends_the_run_with_its_own_status(site: Site) -> None:
    site.mode("slow")
    with serving() as mongod:
        environ = environment(site.url, mongod.uri + "?serverSelectionTimeoutMS=500", "cmoney", MONGODB_OUTAGE_LIMIT=2)
        process = begin(("crawl", "column"), environ)
        wait_until(lambda: len(site.asked(ARTICLE_PATHS)) > 5 or process.poll() is not None)
        mongod.kill()
        ran = end(process)
        assert ran.status == 5, ran.log
        assert "MONGODB_OUTAGE_LIMIT" in ran.log
        assert "Traceback" not in ran.log
        mongod.start()
        site.mode()
        ran = crawl("column", environ)
        assert ran.status == 0, ran.log
        client: Client = MongoClient(mongod.uri)
        with client:
            assert_complete(site, articles(client["cmoney"]))


def test_a_site_full_of_faults_ends_with_every_article_kept(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("chaos")
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    assert_complete(site, articles(database))
    assert {request.fault for request in site.requests} - {None}
    assert "Traceback" not in ran.log


def test_an_edited_article_has_two_revisions_and_a_removed_one_is_gone_after_a_week_and_keeps_its_text(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    environ = environ | {"HEALTH_MAX_GONE": "1"}
    crawl("column", environ)
    kept = [document for document in articles(database) if not document["aliases"] and document["url"]]
    edited, *removed = (document["_id"] for document in kept[:4])
    site.edit(edited)
    for key, how in zip(removed, (404, 410, "soft"), strict=True):
        site.remove(key, how)  # type: ignore[arg-type] # the three ways to be gone
    database["frontier"].update_many({"_id": {"$in": [edited, *removed]}}, {"$set": {"next_at": kept[0]["fetched_at"]}})
    for rested in (0, 1, 6):
        assert not database["articles"].count_documents({"status": "gone"})
        age(database, days=rested)
        ran = crawl("column", environ)
        assert ran.status == 0, ran.log
    revisions = list(database["revisions"].find({"key": edited}).sort("revision", 1))
    assert [(revision["revision"], revision["cause"]) for revision in revisions] == [(1, "site"), (2, "site")]
    assert revisions[0]["content_hash"] != revisions[1]["content_hash"]
    for key in removed:
        document = database["articles"].find_one({"_id": key})
        assert document is not None
        assert document["status"] == "gone"
        assert document["text"]
        assert document["gone_at"]


def test_a_second_run_over_an_unchanged_site_asks_for_listings_and_robots_only(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl("column", environ)
    before = len(site.requests)
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    again = [request.path for request in site.requests[before:]]
    assert again
    assert not [path for path in again if path.startswith(ARTICLE_PATHS)]
    first = [request for request in site.requests[:before] if request.path.startswith("/api/")]
    assert len([path for path in again if path.startswith("/api/")]) <= min(2, len(first))


def test_what_is_unchanged_is_asked_for_conditionally(site: Site, environ: dict[str, str], database: Documents) -> None:
    crawl("column", environ)
    entry = database["frontier"].find_one({"state": "kept", "etag": {"$ne": None}})
    assert entry is not None
    database["frontier"].update_one({"_id": entry["_id"]}, {"$set": {"next_at": entry["found_at"]}})
    before = len(site.requests)
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    (repeated,) = [request for request in site.requests[before:] if request.path.startswith(ARTICLE_PATHS)]
    assert (repeated.key, repeated.status) == (entry["_id"], 304)
    assert database["pages"].count_documents({"key": entry["_id"]}) == 1


def test_a_changed_template_is_noticed_and_everything_kept(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("changed-template")
    ran = crawl("column", environ)
    assert ran.status == 6, ran.log
    assert "generic reader" in ran.log
    report = compare(site.truths(), articles(database), fields=("title", "text"))
    assert not report.missing, report
    assert report.mean_f1 >= 0.97, report
    assert database["articles"].count_documents({"problems.field": "template"}) > 0
    assert database["pages"].count_documents({}) >= len(articles(database))


@pytest.mark.parametrize(("mode", "status"), [("down", 3), ("blocked", 4), ("robots-disallow", 4)])
def test_a_site_that_cannot_be_had_has_a_status_of_its_own(
    site: Site, environ: dict[str, str], mode: str, status: int
) -> None:
    site.mode(mode)
    ran = crawl("column", environ | {"RETRY_AFTER_MAX": "60"})
    assert ran.status == status, ran.log
    assert "Traceback" not in ran.log


def test_a_listing_that_breaks_off_is_incomplete(site: Site, environ: dict[str, str], database: Documents) -> None:
    site.mode("api-broken-cursor")
    ran = crawl("column", environ)
    assert ran.status == 7, ran.log
    run = database["runs"].find_one()
    assert run is not None
    assert not run["complete"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_run_within_ten_seconds_and_the_next_goes_on(
    site: Site, environ: dict[str, str], database: Documents, number: signal.Signals
) -> None:
    process = begin(("crawl", "column"), environ | {"DOWNLOAD_DELAY": "0.5"})
    wait_until(lambda: len(site.asked(ARTICLE_PATHS)) > 3 or process.poll() is not None)
    began = time.monotonic()
    process.send_signal(number)
    ran = end(process)
    assert time.monotonic() - began < 10
    assert ran.status == 8, ran.log
    assert not database["frontier"].count_documents({"leased_by": {"$ne": None}})
    assert crawl("column", environ).status == 0
    assert_complete(site, articles(database))


def test_a_second_signal_ends_a_run_at_once(site: Site, environ: dict[str, str]) -> None:
    site.mode("slow")
    site.faults.delay = 10
    process = begin(("crawl", "column"), environ)
    wait_until(lambda: process.poll() is not None or len(site.requests) > 0)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    ran = end(process)
    assert time.monotonic() - began < 6
    assert ran.status == 8, ran.log


def test_two_runs_at_the_same_time_do_no_harm(site: Site, environ: dict[str, str], database: Documents) -> None:
    undated_are_fine = ("-s", "HEALTH_MAX_UNDATED=1")  # by chance one of the two has most of the undated
    both = [begin(("crawl", "column", *undated_are_fine), environ) for _ in range(2)]
    for ran in [end(process) for process in both]:
        assert ran.status == 0, ran.log
    assert_complete(site, articles(database))
    requests = Counter(request.key for request in site.asked(ARTICLE_PATHS))
    assert max(requests.values()) == 1, requests.most_common(3)


def test_a_wrong_password_is_one_line_and_is_not_shown(site: Site) -> None:
    with serving(auth=True) as mongod:
        environ = environment(site.url, mongod.uri_for("archivist", "wrong-secret"), "cmoney", LOG_LEVEL="WARNING")
        ran = crawl("column", environ)
    assert ran.status == 5
    assert len(ran.log.strip().splitlines()) == 1
    assert "wrong-secret" not in ran.log + ran.out
    assert not site.requests


def _has_asked(site: Site, before: int, process: subprocess.Popen[str]) -> bool:
    return len(site.requests) > before or process.poll() is not None
