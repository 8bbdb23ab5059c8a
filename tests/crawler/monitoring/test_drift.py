"""The week's survey: made once a week before a scheduled run, entered in the ledger, and told where drift is told."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.model.time_zones import TAIPEI
from crawler.doctor import database as doctor
from crawler.monitoring import drift
from tests.site import Site
from tests.support.crawling import Documents, begin, end, environment, scrapy
from tests.support.mongodb import wait_until
from tests.support.receiver import receiver

RENAMED = "the interface's answer has no list summaryArticles or authorSummaryArticles"
DATELESS = "interface-created: field `createdAt` is gone from 10 of 10 entries"


def surveys(database: Documents) -> list[dict[str, Any]]:
    return list(database["runs"].find({"spider": "survey"}).sort("started_at", 1))


def a_week_later(database: Documents) -> None:
    """Put everything in the ledger back by a week."""
    week = timedelta(days=7)
    for run in database["runs"].find():
        moved = {name: run[name] - week for name in ("started_at", "ended_at", "heartbeat_at")}
        database["runs"].update_one({"_id": run["_id"]}, {"$set": moved})


def scheduled(site: Site, environ: dict[str, str]) -> list[str]:
    """Make a scheduled run that ends well; return the paths that its survey asked for before the run began."""
    site.requests.clear()
    ran = scrapy("scheduled", "column", environ=environ)
    assert ran.status == 0, ran.log
    paths = [request.path for request in site.requests]
    starts = [place for place, path in enumerate(paths) if path == "/robots.txt"]
    return paths[: starts[1]] if len(starts) > 1 else []


@pytest.fixture
def changing(uri: str, database: Documents, tmp_path: Path) -> dict[str, str]:
    """Make the surveys of four weeks, in which the site changes twice; return the environment."""
    with Site(seed=4, articles=12) as site:
        environ = environment(site.url, uri, database.name)
        assert len(scheduled(site, environ)) == drift.REQUESTS
        assert scheduled(site, environ) == [], "one survey a week"
        for modes, lies in ((["api-renamed"], []), (["api-renamed"], []), ([], ["listed-dateless"])):
            a_week_later(database)
            site.mode(*modes)
            for lie in lies:
                site.lie("*", lie)
            limits = ("--host", "new", "--requests", str(drift.REQUESTS))
            assert scrapy("survey", "--record", *limits, "--out", str(tmp_path), environ=environ).status == 0
    return environ


def test_a_change_is_told_with_its_day_and_what_takes_over(
    changing: dict[str, str], uri: str, database: Documents
) -> None:
    held, changed, still, dateless = surveys(database)
    assert (held["problems"], dateless["exit_status"]) == ([], 0)
    assert (
        held["counts"]["fact/interface"] == held["counts"]["fact/page-new"] == held["counts"]["source/interface"] == 1
    )
    assert changed["counts"]["fact/interface"] == 0
    began = changed["started_at"].replace(tzinfo=UTC) + timedelta(days=7)  # put back once more after the line was told
    (line,) = [problem for problem in still["problems"] if problem.startswith("interface:")]
    assert line.startswith(f"interface: {RENAMED}"), line
    assert line.endswith(f", since {began.astimezone(TAIPEI):%Y-%m-%d}; the new site's HTML listing takes over"), line
    assert [problem for problem in dateless["problems"] if problem.startswith(DATELESS)], dateless["problems"]

    settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": database.name}
    (finding,) = [finding for finding in doctor.examine(settings) if finding.subject == "site"]
    assert finding.state == "doubtful"
    assert DATELESS in finding.says
    metrics = scrapy("runs", "--metrics", environ=changing).out
    assert 'cmoney_run_last_count{name="fact/interface-created",spider="survey"} 0.0' in metrics
    assert DATELESS in scrapy("runs", "--spider", "survey", "--limit", "1", "--json", environ=changing).out


def test_a_signal_ends_survey_and_run_and_the_survey_is_made_up_for(uri: str, database: Documents) -> None:
    with receiver() as (url, taken), Site(seed=4, articles=3) as site:
        slow = environment(site.url, uri, database.name, DOWNLOAD_DELAY=30, HEARTBEAT_URL=url)
        process = begin(("scheduled", "column"), slow)
        wait_until(lambda: site.requests)
        process.send_signal(signal.SIGTERM)
        assert end(process).status == 8
        assert [(notice["spider"], notice["exit_status"]) for notice in taken] == [("column", 8)]
        (cut,) = surveys(database)
        assert cut["exit_status"] == 8
        assert database["locks"].count_documents({}) == 0
        assert len(scheduled(site, environment(site.url, uri, database.name))) == drift.REQUESTS
    assert len(surveys(database)) == 2


def test_weeks_begin_on_monday_in_taipei(uri: str, database: Documents) -> None:
    with Archive.open(uri, database.name, create=True) as archive:
        made = archive.runs.begin(drift.SPIDER, {}, kind=drift.SPIDER)
        archive.runs.end(made.id, "all well", complete=True, exit_status=0, counts={})
        sunday = datetime(2026, 5, 24, 23, 59, tzinfo=TAIPEI)
        database["runs"].update_one({"_id": made.id}, {"$set": {"started_at": sunday}})
        runs = archive.runs.recent(1, drift.SPIDER)
    assert not drift.is_due(runs, sunday)
    assert drift.is_due(runs, sunday + timedelta(minutes=1))
