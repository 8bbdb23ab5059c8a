"""Monitors after whole crawls: a local receiver is told what is unusual, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.settings import Settings

from archive.archive import Archive
from crawler.errors import WrongUsage
from crawler.monitoring.suite import CHANNELS, Channel, Closing
from tests.site import Site
from tests.support.crawling import Documents, crawl, environment
from tests.support.receiver import SECRET, receiver


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=3, articles=8, newest=datetime.now(UTC) - timedelta(hours=1)) as serving:
        yield serving


def test_a_usual_run_tells_nobody_and_an_unusual_one_does(site: Site, uri: str, database: Documents) -> None:
    with receiver() as (url, taken):
        environ = environment(site.url, uri, database.name, MONITORS=1, MONITOR_WEBHOOK=url)
        quiet = crawl("column", environ)
        assert quiet.status == 0, quiet.log
        assert "[Spidermon]" in quiet.log
        assert taken == []
        with Archive.open(uri, database.name) as archive:
            survey = archive.runs.begin("survey", {})
            archive.runs.end(
                survey.id, "all well", complete=True, exit_status=0, counts={}, problems=["rate: HTTP 429"]
            )
        site.mode("robots-disallow")
        loud = crawl("column", environ)
        assert loud.status == 4, loud.log
        (notice,) = taken
        assert notice["unusual"] == ["ending: blocked (exit status 4)", "site: rate: HTTP 429"]
        assert (notice["spider"], notice["exit_status"], notice["path"]) == ("column", 4, f"/{SECRET}?x=1")
        run = database["runs"].find_one({"_id": notice["run"]})
        assert run is not None
        assert SECRET not in quiet.log + loud.log


def test_a_receiver_that_refuses_does_not_change_how_the_run_ends(site: Site, uri: str, database: Documents) -> None:
    site.mode("robots-disallow")
    with receiver(500) as (url, taken):
        ran = crawl("column", environment(site.url, uri, database.name, MONITORS=1, MONITOR_WEBHOOK=url))
    assert ran.status == 4
    assert len(taken) == 1
    assert "answered HTTP 500" in ran.log
    assert SECRET not in ran.log


def test_the_past_is_read_from_the_ledger(site: Site, uri: str, database: Documents) -> None:
    with receiver() as (url, taken):
        environ = environment(site.url, uri, database.name, MONITORS=1, MONITOR_WEBHOOK=url)
        crawl("column", environ)
        remember(uri, database, days=30)
        site.publish(1)
        crawl("column", environ)
    assert [line for notice in taken for line in notice["unusual"] if line.startswith("articles: ")]


def remember(uri: str, database: Documents, days: int) -> None:
    """Copy the first run to every day before it, as one that found many articles."""
    with Archive.open(uri, database.name, create=True):
        first = database["runs"].find_one({"spider": "column"})
        assert first is not None
        for day in range(1, days):
            moved = {name: first[name] - timedelta(days=day) for name in ("started_at", "ended_at", "heartbeat_at")}
            counts = first["counts"] | {"store/new": 400}
            database["runs"].insert_one({**first, **moved, "_id": f"{first['_id']}-{day}", "counts": counts})


def test_a_channel_is_chosen_by_its_switch_and_not_by_halves() -> None:
    slack = next(channel for channel in CHANNELS if "SLACK" in channel.switch)
    assert not slack.is_chosen({})
    with pytest.raises(WrongUsage, match="not SPIDERMON_SLACK_RECIPIENTS: no notice would arrive"):
        slack.is_chosen({slack.switch: "xoxb"})
    assert slack.is_chosen({slack.switch: "xoxb", "SPIDERMON_SLACK_RECIPIENTS": "#crawls"})


@pytest.mark.filterwarnings("ignore:The scrapy.mail module")  # spidermon's e-mail asks for it
@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.switch)
def test_every_channel_can_be_made(channel: Channel) -> None:
    class Crawler:
        settings = Settings(
            {name: "http://127.0.0.1:9" if "WEBHOOK" in name else "1" for name in (channel.switch, *channel.needs)}
        )

    suite = Closing(crawler=Crawler())
    assert len(suite.monitors_failed_actions) == 1
    assert channel.action.endswith(type(suite.monitors_failed_actions[0]).__name__)
