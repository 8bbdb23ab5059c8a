"""What a survey keeps: replayed, interrupted, killed, refused, on a full disk; and what stood in its folder before."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.addresses import Sites
from crawler.download.exchange import ExchangeFile, read_exchanges
from tests.record import record
from tests.site import Site
from tests.support.crawling import Documents, articles, begin, crawl, end, environment, scrapy
from tests.support.mongodb import wait_until
from tests.support.sample_pages import read_article
from tests.support.small_disk import small_disk
from tests.support.surveying import base_settings, survey


def test_a_survey_is_replayed_without_a_site(tmp_path: Path) -> None:
    with Site("js-listing", articles=30) as site:
        surveyed = survey(site, tmp_path / "first")
        settings = base_settings(site)
    ran = scrapy(
        "survey", "--out", str(tmp_path / "again"), "--replay", str(tmp_path / "first" / "exchanges.warc.gz"),
        environ=settings,
    )  # fmt: skip
    again = json.loads((tmp_path / "again" / "survey.json").read_text(encoding="utf-8"))
    assert ran.status == surveyed.ran.status == 0, ran.log
    assert again["facts"] == surveyed.report["facts"]
    assert again["articles"] == surveyed.report["articles"]
    recorded = ("--replay", str(tmp_path / "first" / "exchanges.warc.gz"), "--record", "--out", str(tmp_path))
    assert scrapy("survey", *recorded, environ=settings).status == 2


def test_a_crawl_is_replayed_without_a_site(tmp_path: Path, uri: str, database: Documents) -> None:
    file = tmp_path / "exchanges.warc.gz"
    with Site(articles=12) as site:
        surveyed = survey(site, tmp_path)
        environ = environment(site.url, uri, database.name)
        sites = Sites(site.url, site.url, site.forecast_url)
    scrapy("crawl", "column", "--replay", str(file), environ=environ)
    read = {entry["url"] for entry in surveyed.report["articles"] if entry["outcome"] == "article"}
    kept = {article["url"] for article in articles(database)}
    assert kept
    assert kept <= read
    database["runs"].delete_many({})
    assert crawl("column", {**environ, "REPLAY_FILE": str(file)}).status == 7, "the setting does what the option does"

    names = record(file, tmp_path / "recorded", sites)
    assert len(names) >= len(kept)
    assert record(file, tmp_path / "recorded", sites) == []
    fixture = json.loads((tmp_path / "recorded" / f"{names[0]}.json").read_text(encoding="utf-8"))
    page = (tmp_path / "recorded" / f"{names[0]}.html").read_bytes()
    assert read_article(page, fixture["url"], sites, fixture.get("content_type")).title == fixture["title"]


def test_a_survey_that_is_killed_leaves_a_recording_of_what_it_had(tmp_path: Path) -> None:
    with Site(articles=20) as site:
        environ = base_settings(site, DOWNLOAD_DELAY=0.3)
        process = begin(("survey", "--out", str(tmp_path)), environ)
        wait_until(lambda: len(site.requests) > 6)
        process.kill()
        end(process)
    file = tmp_path / "exchanges.warc.gz"
    whole = read_exchanges(file)
    assert len(whole) >= 5
    file.write_bytes(file.read_bytes()[:-500])
    assert read_exchanges(file) == whole[:-1], "a response that is cut short is none"
    ran = scrapy("survey", "--out", str(tmp_path / "again"), "--replay", str(file), environ=environ)
    assert ran.status in {0, 6}, ran.log
    report = json.loads((tmp_path / "again" / "survey.json").read_text(encoding="utf-8"))
    assert sum(request["status"] is not None for request in report["requests"]) >= len(whole) - 1


def test_a_survey_that_is_refused_keeps_what_it_has(tmp_path: Path) -> None:
    with Site("blocked", articles=6) as site:
        surveyed = survey(site, tmp_path)
    assert surveyed.ran.status == 4
    exchanges = read_exchanges(tmp_path / "exchanges.warc.gz")
    assert len(exchanges) == surveyed.requests == len(surveyed.report["requests"])
    assert {exchange.status for exchange in exchanges} <= {403, 429}


def test_a_survey_that_is_refused_on_its_way_stops_and_keeps_what_it_has(tmp_path: Path) -> None:
    with Site("blocked-later", articles=16) as site:
        surveyed = survey(site, tmp_path)
    assert surveyed.ran.status == 4, surveyed.ran.out
    assert surveyed.report["judgement"][0].startswith("The new site refuses this crawler: ")
    states = [request["status"] for request in surveyed.report["requests"]]
    assert set(states[:12]) == {200}
    assert set(states[12:]) <= {403, 429}
    assert len(states[12:]) <= 3, "a host that refuses is asked no more"
    assert len(read_exchanges(tmp_path / "exchanges.warc.gz")) == surveyed.requests == len(states)
    assert surveyed.states["page-new"] == "held"
    assert surveyed.states["rate"] == "not held"
    assert sorted((tmp_path / "articles").glob("*.json"))


def test_a_recording_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "no.warc").write_text("no WARC", encoding="utf-8")
    with Site(articles=1) as site:
        environ = base_settings(site)
    ran = scrapy("survey", "--out", str(tmp_path), "--replay", str(tmp_path / "no.warc"), environ=environ)
    assert ran.status == 2
    assert ran.log.splitlines()[-1].startswith("error: ")
    assert "cannot be read as WARC" in ran.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_survey_keeps_what_it_has(number: signal.Signals, tmp_path: Path) -> None:
    with Site(articles=20) as site:
        process = begin(("survey", "--out", str(tmp_path)), base_settings(site, DOWNLOAD_DELAY=1))
        wait_until(lambda: len(site.requests) > 2)
        process.send_signal(number)
        ran = end(process)
    assert ran.status == 8, ran.log
    report = json.loads((tmp_path / "survey.json").read_text(encoding="utf-8"))
    assert report["status"] == 8
    assert report["judgement"][0] == "The survey was cut short; this is what was seen until then."
    assert len(report["requests"]) >= 2  # the third may have been under way
    answered = [request for request in report["requests"] if request["status"]]
    assert len(read_exchanges(tmp_path / "exchanges.warc.gz")) == len(answered) >= 2


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    with Site(articles=12) as site:
        settings = base_settings(site)
        first = survey(site, tmp_path, "--requests", "8").report
        file = tmp_path / "exchanges.warc.gz"
        recording = file.read_bytes()
        ran = scrapy("survey", "--out", str(tmp_path), "--replay", str(file), "--requests", "8", environ=settings)
        again = json.loads((tmp_path / "survey.json").read_text(encoding="utf-8"))
        assert ran.log.count("not in the recording") == 0, ran.log
        assert (again["facts"], file.read_bytes()) == (first["facts"], recording)
        site.mode("blocked")
        assert survey(site, tmp_path).ran.status == 4
    (earlier,) = tmp_path.glob("exchanges-*.warc.gz")
    assert earlier.read_bytes() == recording
    assert file.read_bytes() != recording


def test_recordings_of_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    for content in (b"first", b"second", b"third"):
        ExchangeFile(tmp_path / "exchanges.warc.gz").close()
        (tmp_path / "exchanges.warc.gz").write_bytes(content)
        os.utime(tmp_path / "exchanges.warc.gz", (1_790_000_000, 1_790_000_000))
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"first", b"second", b"third"}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of its own, of 64 KB."""
    with small_disk(tmp_path / "small") as place:
        yield place


def test_a_disk_that_fills_up_ends_a_survey_with_status_5_and_what_was_seen(small: Path) -> None:
    with Site(articles=12) as site:
        ran = scrapy("survey", "--out", str(small), environ=base_settings(site))
    assert ran.status == 5
    assert ran.log.splitlines()[-1].startswith(f"error: {small}/exchanges.warc.gz cannot be written: No space left")
    assert "Traceback" not in ran.log
    assert ran.out.startswith("The survey was cut short; this is what was seen until then.")
    assert read_exchanges(small / "exchanges.warc.gz")


def test_a_wrong_place_is_status_2_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("what was there", encoding="utf-8")
    (tmp_path / "report" / "exchanges.warc.gz").mkdir(parents=True)
    with Site(articles=1) as site:
        for place in ("file", "file/report", "report"):
            ran = scrapy("survey", "--out", str(tmp_path / place), environ=base_settings(site))
            assert (ran.status, ran.log.count("\n")) == (2, 1), ran.log
            assert "cannot be written" in ran.log
        assert site.requests == []
    assert (tmp_path / "file").read_text(encoding="utf-8") == "what was there"
