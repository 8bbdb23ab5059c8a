"""What the doctor finds on the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crawler.doctor import site as doctor
from crawler.doctor.finding import Finding
from crawler.doctor.site import SiteAnswer
from tests.site import Site

PATHS = ("/usstock/usstock_news", "/notes/?tag=76325")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(articles=1) as serving:
        yield serving


def findings(base: str) -> list[Finding]:
    settings = {"CMONEY_NEWS_URL": base, "CMONEY_NOTES_URL": base}
    return list(
        doctor.examine(settings | {"USER_AGENT": "cmoney-archive/0.1", "ROBOTSTXT_USER_AGENT": "cmoney-archive"})
    )


def test_a_site_that_answers_is_asked_once_as_the_crawler_would(site: Site) -> None:
    assert [(finding.subject, finding.state) for finding in findings(site.url)] == [(site.url, "well")]
    assert [(request.path, request.headers["user-agent"]) for request in site.requests] == [
        ("/robots.txt", "cmoney-archive/0.1")
    ]


def test_a_robots_txt_that_forbids_all_is_wrong(site: Site) -> None:
    site.mode("robots-disallow")
    assert "forbids every listing" in findings(site.url)[0].says


def test_a_site_that_does_not_answer_is_wrong() -> None:
    (finding_list,) = findings("http://127.0.0.1:9")
    assert (finding_list.state, "does not answer" in finding_list.says) == ("wrong", True)


@pytest.mark.parametrize(
    ("status", "body", "state", "says"),
    [
        (404, "", "well", "no robots.txt"),
        (503, "", "wrong", "HTTP 503"),
        (200, "User-agent: *\nDisallow: /notes/\nCrawl-delay: 3\n", "doubtful", "forbids /notes/?tag=76325"),
        (200, "User-agent: *\nCrawl-delay: 3\n", "well", "Crawl-delay 3 s"),
    ],
)
def test_robots_txt_is_judged(status: int, body: str, state: str, says: str) -> None:
    finding = doctor._robots("http://127.0.0.1", PATHS, SiteAnswer(status, body, None), "cmoney-archive")
    assert finding.state == state
    assert says in finding.says


def test_a_clock_that_is_wrong_is_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_date", lambda _: datetime.now(UTC) - timedelta(minutes=10))
    (clock,) = [finding for finding in findings(site.url) if finding.subject == "clock"]
    assert (clock.state, "600 s ahead" in clock.says) == ("wrong", True)


def test_a_date_that_is_none_is_none() -> None:
    assert doctor._date("yesterday") is None
    assert doctor._date("Sun, 30 Aug 2026 10:00:00 GMT") == datetime(2026, 8, 30, 10, tzinfo=UTC)
