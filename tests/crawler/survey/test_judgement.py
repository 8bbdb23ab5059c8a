"""The result of a survey without an answer."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.addresses import Sites
from crawler.download.exchange import Exchange
from crawler.exit_status import UNREACHABLE
from crawler.survey.checks import check_all
from crawler.survey.evidence import Evidence
from crawler.survey.judgement import judge
from crawler.survey.verdict import Context


def test_an_error_that_names_a_host_is_no_redirect() -> None:
    evidence = Evidence(Sites())
    why = "DownloadConnectionRefusedError: Cannot connect to host cmnews.com.tw:443"
    exchange = Exchange("robots", "GET", "https://cmnews.com.tw/robots.txt", datetime.now(UTC), error=why)
    evidence.exchanges.append(exchange)
    evidence.add_robots("new", exchange)
    result = judge(evidence, check_all(evidence, Context("美股動態", "cmoney-archive")), "美股動態", 1.0)
    assert result.status == UNREACHABLE
    assert result.faults == (f"The site does not answer: {why}.",)
