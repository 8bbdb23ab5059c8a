"""A survey of the stand-in: right on each fact in each mode, within its requests, and to be replayed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl, environment, scrapy
from tests.support.surveying import base_settings, survey

MODES = {
    "plain": (),
    "interface refused": ("api-refused",),
    "interface absent": ("api-absent",),
    "interface of another shape": ("api-broken-shape",),
    "interface renamed": ("api-renamed",),
    "listings by script": ("js-listing",),
    "redesign": ("changed-template",),
    "robots forbid": ("robots-disallow",),
    "robots forbid articles": ("robots-articles",),
    "robots asks for a delay": ("crawl-delay",),
    "blocked": ("blocked",),
    "down": ("down",),
}

TRUTH: dict[str, dict[str, str]] = {
    "plain": {
        "address-new": "held",
        "address-old": "held",
        "uuid-moment": "held",
        "nid-grows": "held",
        "interface": "held",
        "interface-open": "held",
        "interface-created": "held",
        "interface-order": "held",
        "interface-pages": "held",
        "listing-new": "held",
        "listing-card": "held",
        "listing-old": "held",
        "listing-tag": "held",
        "page-new": "held",
        "page-old": "held",
        "page-plain": "held",
        "page-dated": "held",
        "page-removed": "held",
        "page-validators": "held",
        "column-prefix": "held",
        "column-headings": "held",
        "column-tail": "held",
        "column-tickers": "held",
        "robots": "held",
        "robots-delay": "held",
        "rate": "held",
    },
    "interface refused": {"interface": "not seen", "interface-open": "not held", "listing-new": "held"},
    "interface absent": {"interface": "not held", "interface-pages": "not seen", "listing-new": "held"},
    "interface of another shape": {"interface": "not held", "page-new": "held"},
    "interface renamed": {"interface": "not held", "interface-pages": "not seen", "listing-new": "held"},
    "listings by script": {"listing-new": "not held", "listing-script": "held", "interface": "held"},
    "redesign": {"page-new": "not held", "page-old": "not held", "listing-card": "not held", "interface": "held"},
    "robots forbid": {"robots": "not held", "page-new": "not seen", "interface": "not seen"},
    "robots forbid articles": {"robots": "not held", "page-new": "not seen", "page-old": "held", "interface": "held"},
    "robots asks for a delay": {"robots-delay": "not held", "robots": "held"},
    "blocked": {"rate": "not held", "interface": "not seen"},
    "down": {"rate": "not seen", "robots": "not seen", "interface": "not seen"},
}
"""What is true of the stand-in in each mode."""

STATUS = {"redesign": 6, "robots forbid": 4, "blocked": 4, "down": 3, "robots forbid articles": 0}
"""The exit status in each mode; 0 where none is given."""


@pytest.mark.parametrize("mode", MODES)
def test_the_survey_is_right_on_every_fact_that_the_mode_decides(mode: str, tmp_path: Path) -> None:
    requests = ["--host", "new", "--requests", "5"] if mode == "robots asks for a delay" else []
    with Site(*MODES[mode], articles=30) as site:
        surveyed = survey(site, tmp_path, *requests)
    assert surveyed.ran.status == STATUS.get(mode, 0), surveyed.ran.out + surveyed.ran.log
    wrong = {
        name: (state, surveyed.states[name]) for name, state in TRUTH[mode].items() if surveyed.states[name] != state
    }
    assert wrong == {}, surveyed.ran.out
    assert surveyed.requests <= 25


def test_a_survey_keeps_to_the_requests_that_it_may_make(tmp_path: Path) -> None:
    with Site(articles=30) as site:
        assert survey(site, tmp_path, "--requests", "7").requests == 7


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
        assert set(surveyed.report["proposal"]) == {"page.new", "page.old"}, surveyed.ran.out
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


def test_the_interface_is_read_by_the_names_of_the_site_file(tmp_path: Path, uri: str, database: Documents) -> None:
    with Site("api-renamed", articles=12) as site:
        file = tmp_path / "site.toml"
        assert set(survey(site, tmp_path).report["proposal"]) == {"interface"}
        ran = crawl("column", environment(site.url, uri, database.name, CMONEY_SITE_FILE=file))
        asked = [request.path for request in site.requests if "Search/Tags" in request.path]
        report = compare(site.truths("美股動態"), articles(database))
    assert ran.status == 0, ran.log
    assert (report.missing, report.twice, report.unknown) == ([], [], []), report
    assert len(asked) >= 2
    assert "asking for the rendered listings" not in ran.log


def test_nothing_is_proposed_where_the_readers_fit(tmp_path: Path) -> None:
    with Site(articles=12) as site:
        assert survey(site, tmp_path, "--requests", "15").report["proposal"] == {}
    assert not (tmp_path / "site.toml").exists()
