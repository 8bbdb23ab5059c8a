"""A survey: its requests and its manners, its report, and the site file that it proposes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.download.exchange import Exchange, ExchangeFile
from tests.site import Site, compare
from tests.support.crawling import QUICK, Documents, articles, crawl, environment, scrapy
from tests.support.surveying import base_settings, survey

TODAY = datetime(2026, 9, 1, tzinfo=UTC)
REAL = {name: value for name, value in os.environ.items() if not name.startswith("CMONEY_")} | QUICK


def replayed(folder: Path, *exchanges: Exchange) -> dict[str, Any]:
    """Return the report of a survey of the real hosts that is answered by these exchanges."""
    recording = ExchangeFile(folder / "recording.warc.gz")
    for exchange in exchanges:
        recording.add(exchange)
    recording.close()
    options = ("--host", "new", "--out", str(folder), "--replay", str(folder / "recording.warc.gz"))
    ran = scrapy("survey", *options, environ=REAL)
    assert "Traceback" not in ran.log
    report: dict[str, Any] = json.loads((folder / "survey.json").read_text(encoding="utf-8"))
    return report


def robots(url: str, text: bytes, **headers: str) -> Exchange:
    status = 301 if headers else 200
    return Exchange("robots", "GET", f"{url}/robots.txt", TODAY, status=status, headers=headers, body=text)


def test_a_longer_delay_that_robots_txt_asks_for_is_told_and_counts(tmp_path: Path) -> None:
    report = replayed(tmp_path, robots("https://cmnews.com.tw", b"User-agent: *\nCrawl-delay: 90\n"))
    (fact,) = [fact for fact in report["facts"] if fact["id"] == "robots-delay"]
    assert (fact["state"], fact["detail"]) == ("not held", "new: 90 s")


def test_a_host_that_sends_to_another_of_cmoneys_is_followed_there(tmp_path: Path) -> None:
    moved = robots("https://cmnews.com.tw", b"", location="https://www.cmnews.com.tw/robots.txt")
    report = replayed(tmp_path, moved, robots("https://www.cmnews.com.tw", b"User-agent: *\nDisallow: /usstock/\n"))
    addresses = [request["url"] for request in report["requests"]]
    assert addresses[:2] == ["https://cmnews.com.tw/robots.txt", "https://www.cmnews.com.tw/robots.txt"]
    assert {url.split("/")[2] for url in addresses[1:]} == {"www.cmnews.com.tw"}
    assert not [url for url in addresses if "/usstock/" in url]
    assert [line for line in report["judgement"] if "CMONEY_NEWS_URL=https://www.cmnews.com.tw spares" in line]


def test_a_host_that_sends_to_a_strange_one_is_not_followed(tmp_path: Path) -> None:
    report = replayed(tmp_path, robots("https://cmnews.com.tw", b"", location="https://consent.example/robots.txt"))
    assert [request["url"] for request in report["requests"]] == ["https://cmnews.com.tw/robots.txt"]
    assert (report["status"], report["judgement"][0].split(", which")[0]) == (
        6,
        "The new site sends every request to https://consent.example",
    )


def test_a_survey_keeps_to_the_requests_that_it_may_make_and_prints_its_report_as_json(tmp_path: Path) -> None:
    with Site(articles=30) as site:
        surveyed = survey(site, tmp_path, "--requests", "7", "--json")
    assert surveyed.requests == 7
    assert json.loads(surveyed.ran.out) == surveyed.report


def test_robots_txt_is_asked_first_and_obeyed(tmp_path: Path) -> None:
    with Site("robots-articles", articles=20) as site:
        survey(site, tmp_path)
        paths = [request.path for request in site.requests]
    assert paths[0] == "/robots.txt"
    assert [path for path in paths if path.startswith("/article/")] == []


def test_the_report_can_be_read_by_people_and_its_pages_are_fixtures(tmp_path: Path) -> None:
    with Site(articles=20) as site:
        surveyed = survey(site, tmp_path, "--requests", "12")
    text = (tmp_path / "survey.md").read_text(encoding="utf-8")
    assert "A crawl will work." in text
    assert "| `interface` | held |" in text
    pages = sorted((tmp_path / "articles").glob("*.html"))
    assert pages
    fixture = json.loads(pages[0].with_suffix(".json").read_text(encoding="utf-8"))
    assert fixture["extractor"] == "cmnews"
    assert len(fixture["blocks"]) > 2
    assert surveyed.report["articles"][0]["outcome"] == "article"


@pytest.mark.parametrize("options", [("--requests", "2"), ("--host", "moon"), ("now",), ("--requests", "many")])
def test_an_option_that_cannot_be_meant_is_one_line_and_asks_nothing(tmp_path: Path, options: tuple[str, ...]) -> None:
    with Site(articles=1) as site:
        ran = scrapy("survey", "--out", str(tmp_path), *options, environ=base_settings(site))
        assert site.requests == []
    assert ran.status == 2
    assert "Traceback" not in ran.log


def test_a_proposed_site_file_lets_kept_pages_be_read_again(tmp_path: Path, uri: str, database: Documents) -> None:
    with Site("changed-template", articles=24) as site:
        surveyed = survey(site, tmp_path)
        assert set(surveyed.report["proposal"]) == {"page.new"}, surveyed.ran.out
        environ = environment(site.url, uri, database.name, CMONEY_STOCK_URL=site.forecast_url)
        crawl("column", environ)
        assert {article["extractor"]["name"] for article in articles(database)} == {"generic"}
        ran = scrapy("reparse", environ={**environ, "CMONEY_SITE_FILE": str(tmp_path / "site.toml")})
        report = compare(site.truths("美股動態"), articles(database))
    assert ran.status == 0, ran.log
    assert (report.missing, report.twice, report.unknown) == ([], [], []), report
    assert report.equal_texts == 1, report
    extractors = [article["extractor"] for article in articles(database)]
    assert {extractor["name"] for extractor in extractors} <= {"cmnews", "notes"}
    assert all("+" in extractor["version"] for extractor in extractors)


def test_the_words_of_the_tail_in_a_site_file_are_taken_up_by_reparse(
    tmp_path: Path, uri: str, database: Documents
) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[tail]\ndisclaimer = ["不存在的標題"]\n', encoding="utf-8")
    with Site(articles=12) as site:
        environ = environment(site.url, uri, database.name)
        crawl("column", environ)
    before = {article["_id"]: article["text"] for article in articles(database)}
    ran = scrapy("reparse", environ={**environ, "CMONEY_SITE_FILE": str(file)})
    assert ran.status == 0, ran.log
    after = {article["_id"]: article["text"] for article in articles(database)}
    longer = [key for key, text in after.items() if text.count("免責宣言") > before[key].count("免責宣言")]
    assert longer, "the disclaimer counts as text where its heading is not known"


def test_nothing_is_proposed_where_the_readers_fit(tmp_path: Path) -> None:
    with Site(articles=12) as site:
        assert survey(site, tmp_path, "--requests", "15").report["proposal"] == {}
    assert not (tmp_path / "site.toml").exists()
