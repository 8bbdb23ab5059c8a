"""A signal ends a run within ten seconds wherever it is, and its end is recorded."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.site import Site
from tests.support.crawling import Documents, Ran, begin, end, environment
from tests.support.injection import ADDON, Fault, with_faults
from tests.support.mongodb import serving, wait_until

ARTICLES = ("/article/", "/notes/note-detail")
LIMIT = 10.0


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=11, articles=30) as serving_site:
        yield serving_site


def terminated(process: subprocess.Popen[str]) -> Ran:
    assert process.poll() is None, end(process).log
    process.send_signal(signal.SIGTERM)
    ran = end(process, LIMIT)
    assert ran.status == 8, ran.log
    assert "Traceback" not in ran.log
    return ran


def assert_recorded(database: Documents) -> None:
    (run,) = database["runs"].find()
    assert (run["outcome"], run["exit_status"], run["complete"]) == ("interrupted", 8, False)
    assert run["ended_at"] is not None
    assert not database["frontier"].count_documents({"leased_by": {"$ne": None}})


def test_while_it_waits_for_a_delay(site: Site, environ: dict[str, str], database: Documents) -> None:
    process = begin(("crawl", "column"), environ | {"DOWNLOAD_DELAY": "90"})
    wait_until(lambda: len(site.requests) > 0 or process.poll() is not None)
    terminated(process)
    assert_recorded(database)


def test_while_it_waits_for_a_crawl_delay(
    site: Site, environ: dict[str, str], database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.mode("crawl-delay")
    monkeypatch.setattr("tests.site.robots.CRAWL_DELAY", 90)
    process = begin(("crawl", "column"), environ)
    wait_until(lambda: len(site.requests) > 0 or process.poll() is not None)
    terminated(process)
    assert_recorded(database)


@pytest.mark.slow
def test_while_it_searches_for_numbers_among_gaps(site: Site, environ: dict[str, str], database: Documents) -> None:
    window = ("-a", "via=notes", "-a", "since=2015-01-01", "-a", "until=2015-01-31")
    process = begin(("crawl", "backfill", *window), environ | {"BACKFILL_LONGEST_GAP": "1000000"})
    wait_until(lambda: len(site.asked(("/notes/note-detail",))) > 50 or process.poll() is not None)
    terminated(process)
    assert_recorded(database)


def test_while_it_cools_off(site: Site, environ: dict[str, str], database: Documents) -> None:
    site.mode("blocked")
    patient = {"COOL_OFF_SECONDS": "300", "COOL_OFF_AFTER": "2", "RETRY_AFTER_MAX": "900", "RETRY_WAIT_MAX": "60"}
    process = begin(("crawl", "column"), environ | patient)
    wait_until(lambda: len(site.requests) > 0 or process.poll() is not None)
    terminated(process)
    assert_recorded(database)


def test_while_a_page_keeps_it_busy(site: Site, environ: dict[str, str], database: Documents, tmp_path: Path) -> None:
    mark = tmp_path / "busy"
    busy = Fault("Busy", "crawler.pages.extract:read_article", after=2, busy=60, mark=str(mark))
    environ = with_faults(environ, [busy]) | {"STOP_SECONDS": "2"}
    process = begin(("crawl", "column", *ADDON), environ)
    wait_until(lambda: mark.exists() or process.poll() is not None)
    terminated(process)
    assert_recorded(database)


def test_while_it_waits_for_the_database(site: Site) -> None:
    site.mode("slow")
    with serving() as mongod:
        process = begin(("crawl", "column"), environment(site.url, mongod.uri, "cmoney"))
        wait_until(lambda: len(site.asked(ARTICLES)) > 5 or process.poll() is not None)
        mongod.kill()
        count = len(site.requests)
        wait_until(lambda: len(site.requests) > count or process.poll() is not None)
        terminated(process)
        mongod.start()
        client: MongoClient[dict[str, Any]] = MongoClient(mongod.uri)
        with client:
            assert client["cmoney"]["runs"].count_documents({"complete": True}) == 0
