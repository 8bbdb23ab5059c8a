"""A past of several years on both sites, as issue 4 has it: found, filled, killed on the way, and proved complete."""

from __future__ import annotations

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archive.market_calendar import Night, nights
from crawler.exit_status import ALL_WELL, INCOMPLETE
from crawler.spiders.article_spider import CLAIM
from tests.site import Plan, Site
from tests.support.ageing import age
from tests.support.crawling import Documents, begin, crawl, end, environment, scrapy
from tests.support.mongodb import wait_until

TAIPEI = ZoneInfo("Asia/Taipei")
logger = logging.getLogger(__name__)

ARTICLE_PATHS = ("/article/", "/notes/note-detail")
HELD = CLAIM + CLAIM // 2
"""Addresses that a killed run held, at most: what it had asked for and not yet kept is among them."""

SECONDS = 3 * 3600.0
"""How long one of the runs may take on a machine that has much else to do."""

SIZES = [
    pytest.param(400, 2, id="small", marks=pytest.mark.timeout(900)),
    pytest.param(10_000, 10, id="whole", marks=[pytest.mark.slow, pytest.mark.timeout(6 * 3600)]),
]
"""Articles of the column, and how often the backfill is killed."""


class Past:
    """A stand-in's past, and what of it was taken out: whole nights, and single articles.

    Args:
        site: The stand-in.
        margin: Days at either end of the corpus that do not belong to the window.
    """

    def __init__(self, site: Site, margin: int) -> None:
        self.site = site
        self.plans = site.plans()
        self.first = self.plans[0].moment.astimezone(TAIPEI).date() + timedelta(days=margin)
        self.last = self.plans[-1].moment.astimezone(TAIPEI).date() - timedelta(days=margin)
        self.keys = {key for plan in self.plans for key in plan.keys}  # pages point at others too, that never were
        self.stated = {plan.key: _stated(site, plan) for plan in self.plans}
        self.taken: list[Plan] = []

    @property
    def window(self) -> dict[str, str]:
        """The window as a command takes it."""
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}

    def within(self, first: date, last: date) -> list[Plan]:
        """Return the articles that are there, and whose page says that they belong to a window, or does not say."""
        begins, ends = _midnight(first), _midnight(last + timedelta(days=1))
        plans = [plan for plan in self.plans if begins <= plan.moment < ends and plan not in self.taken]
        return [plan for plan in plans if (stated := self.stated[plan.key]) is None or begins <= stated < ends]

    def take_night(self, night: Night) -> None:
        """Take out every article that was, or says that it was, published in a night."""
        self._take([plan for plan in self.plans if self._is_of(plan, night.begins, night.ends)])

    def take_single(self, every: int) -> None:
        """Take out one article of so many."""
        self._take(self.plans[every // 2 :: every])

    def give_back(self) -> None:
        """Put all of it back."""
        for plan in self.taken:
            self.site.restore(plan.key)
        self.taken = []

    def missing(self, database: Documents, first: date, last: date) -> list[tuple[str, ...]]:
        """Return the keys of what belongs to a window and is not kept."""
        held = {
            key
            for document in database["articles"].find({}, ["aliases"])
            for key in (document["_id"], *document["aliases"])
        }
        return [plan.keys for plan in self.within(first, last) if held.isdisjoint(plan.keys)]

    def _is_of(self, plan: Plan, begins: datetime, ends: datetime) -> bool:
        return any(moment is not None and begins <= moment < ends for moment in (plan.moment, self.stated[plan.key]))

    def _take(self, plans: list[Plan]) -> None:
        for plan in plans:
            self.site.remove(plan.key)
        self.taken += plans


def _stated(site: Site, plan: Plan) -> datetime | None:
    stated = site.truth_of(plan.key)["published_at"]
    return datetime.fromisoformat(stated) if stated else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=TAIPEI)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Give a corpus of eight articles a day, a third of them on both sites, without losses of its own."""
    with Site(seed=4, articles=request.param, orphans=False, losses=False) as serving:
        yield serving


@pytest.mark.parametrize(("site", "kills"), SIZES, indirect=["site"])
def test_a_past_is_found_filled_and_proved_complete(site: Site, kills: int, uri: str, database: Documents) -> None:
    gone_at_once = {"GONE_LOOKS": 1, "GONE_DAYS": 0}
    environ = environment(
        site.url, uri, database.name, HEALTH_MAX_UNDATED=1, HEALTH_MAX_GONE=1, LOG_LEVEL="WARNING", **gone_at_once
    )
    past = Past(site, margin=10)
    out = _take_out(past)
    _find(past, 15, environ, database)
    _fill_killed(past, kills, environ, database)

    report = _coverage(past, environ, INCOMPLETE.status)
    assert [entry["session"] for entry in report["gaps"]] == out
    assert {entry["key"] for entry in report["lost"]} & past.keys == _pointed_at(past, database)
    assert [report[name] for name in ("waiting", "unread", "unfinished")] == [[], [], []]

    past.give_back()
    report = _mended(report, past, environ)
    assert (report["complete"], report["gaps"], {entry["key"] for entry in report["lost"]} & past.keys) == (
        True,
        [],
        set(),
    )
    logger.info("%d articles in %d sessions, complete", report["articles"], len(report["sessions"]))


def _mended(report: dict[str, Any], past: Past, environ: dict[str, str]) -> dict[str, Any]:
    """Return what coverage tells once the gaps it told of were filled.

    What comes back may point at what is known as gone, and only then is that known to be an article: so once more.
    """
    for _ in range(2):
        lost = [entry["key"] for entry in report["lost"]]
        assert not lost or scrapy("frontier", "--retry", *lost, environ=environ).status == 0
        ran = end(begin(_words("crawl", "backfill", gaps=1, **past.window), environ), SECONDS)
        assert ran.status == 0, ran.log
        report = _coverage(past, environ, ALL_WELL.status)
        if past.keys.isdisjoint(entry["key"] for entry in report["lost"]):
            break
    return report


def _take_out(past: Past) -> list[str]:
    """Take out three nights and some single articles; return the nights' sessions."""
    all_of_them = nights(_midnight(past.first + timedelta(days=3)), _midnight(past.last - timedelta(days=3)))
    out = [all_of_them[len(all_of_them) * part // 10] for part in (2, 5, 8)]
    for night in out:
        past.take_night(night)
    past.take_single(len(past.plans) // 12)
    logger.info("taken out: %d of %d articles, sessions %s", len(past.taken), len(past.plans), out)
    return [night.day.isoformat() for night in out]


def _find(past: Past, days: int, environ: dict[str, str], database: Documents) -> None:
    """Find some days in the middle, in an archive that knows nothing yet, and fill them."""
    first = past.first + (past.last - past.first) / 2
    last = first + timedelta(days=days - 1)
    ran = crawl("backfill", environ, since=first, until=last)
    assert ran.status == 0, ran.log
    assert past.missing(database, first, last) == []
    [run] = database["runs"].find()
    logger.info("%s to %s found with %d looks", first, last, run["counts"]["backfill/looks"])
    assert run["counts"]["backfill/looks"] <= 40


def _fill_killed(past: Past, kills: int, environ: dict[str, str], database: Documents) -> None:
    """Fill the whole window with a backfill that is killed again and again on the way."""
    dice, in_flight = random.Random(3), set[str]()
    due = len(past.within(past.first, past.last))
    for turn in range(kills):
        process = begin(_words("crawl", "backfill", **past.window), environ)
        wait_until(partial(_has_kept, database, due * (turn + 0.5) / kills * 0.9, process), SECONDS)
        time.sleep(dice.uniform(0, 1))
        assert process.poll() is None, process.communicate()
        process.kill()
        process.communicate()
        in_flight |= {entry["_id"] for entry in database["frontier"].find({"leased_by": {"$gt": ""}})}
        logger.info("kill %d after %d articles", turn + 1, database["articles"].estimated_document_count())
    ran = end(begin(_words("crawl", "backfill", **past.window), environ), SECONDS)
    assert ran.status == 0, ran.log
    assert past.missing(database, past.first, past.last) == []
    requests = Counter(request.key for request in past.site.asked(ARTICLE_PATHS) if request.key)
    again = {key for key, many in requests.items() if many > 1}
    logger.info("%d requests, %d of %d in flight asked for again", len(past.site.requests), len(again), len(in_flight))
    assert again <= in_flight
    assert len(again) <= kills * HELD
    age(database, days=1)  # what a killed run did not find is looked at again, since its look does not count
    ran = end(begin(_words("crawl", "backfill", **past.window), environ), SECONDS)
    assert ran.status == 0, ran.log


def _has_kept(database: Documents, enough: float, process: Any) -> bool:
    return database["articles"].estimated_document_count() >= enough or process.poll() is not None


def _pointed_at(past: Past, database: Documents) -> set[str]:
    """Return those keys of what was taken out that an article of the window points at: of others nobody can know."""
    begins, ends = _midnight(past.first), _midnight(past.last + timedelta(days=1))
    articles = list(database["articles"].find({}, ["related.key", "published_at"]))
    linked = {link["key"] for document in articles for link in document["related"]}
    dated = {link["key"] for document in articles if document["published_at"] for link in document["related"]}
    inside = {key for plan in past.taken for key in plan.keys if begins <= plan.moment < ends}
    numbers = {key for plan in past.taken for key in plan.keys if key.startswith("notes:")}  # they tell no date
    return (inside - numbers) & linked | numbers & dated


def _coverage(past: Past, environ: dict[str, str], status: int) -> dict[str, Any]:
    ran = scrapy("coverage", "--since", str(past.first), "--until", str(past.last), "--json", environ=environ)
    report: dict[str, Any] = json.loads(ran.out)
    short = {name: report[name][:5] for name in ("gaps", "waiting", "unread", "lost", "unfinished")}
    assert ran.status == status, short
    return report


def _words(*words: str, **arguments: object) -> tuple[str, ...]:
    return (*words, *(word for name, value in arguments.items() for word in ("-a", f"{name}={value}")))
