"""Whole backfills: a window of the past found, filled to the last article, and gone on with after kills."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from scrapy.settings import Settings

from crawler.spiders.backfill import CHUNK, Backfill
from tests.site import Site
from tests.support.crawling import Documents, begin, crawl, end, scrapy
from tests.support.mongodb import wait_until

TAIPEI = ZoneInfo("Asia/Taipei")
SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=TAIPEI), datetime(2026, 3, 11, tzinfo=TAIPEI)
WINDOW = {"since": "2026-03-01", "until": "2026-03-10"}
DATED = {"$gt": datetime(2000, 1, 1, tzinfo=TAIPEI)}
WAITING = {"state": "wanted", "published_at": None}
IN_FLIGHT = 16
"""Requests that a run has under way, at most."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=4, articles=1000, days=700, orphans=False) as serving:
        yield serving


def missing(site: Site, database: Documents) -> list[tuple[str, ...]]:
    held = {key for document in database["articles"].find() for key in (document["_id"], *document["aliases"])}
    due = [plan for plan in site.plans(window=(SINCE, UNTIL)) if _is_dated_within(site, plan.key)]
    return [plan.keys for plan in due if not held & set(plan.keys)]


def kept_outside(database: Documents) -> list[str]:
    outside = {"$or": [{"published_at": {"$lt": SINCE}}, {"published_at": {"$gte": UNTIL}}]}
    return [document["_id"] for document in database["articles"].find(outside)]


def asked_more_than_once(site: Site) -> dict[str, int]:
    requests = Counter(request.key for request in site.asked(("/article/", "/notes/note-detail")) if request.key)
    return {key: many for key, many in requests.items() if many > 1}


def test_a_window_is_found_and_filled_to_the_last_article(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    ran = crawl("backfill", environ, **WINDOW)
    assert ran.status == 0, ran.log
    assert site.plans(window=(SINCE, UNTIL))
    assert missing(site, database) == []
    (window,) = database["backfills"].find()
    assert window["complete"]
    run = database["runs"].find_one({"spider": "backfill"})
    assert run is not None
    assert run["counts"]["backfill/looks"] <= 40
    assert kept_outside(database) == []
    skipped = list(database["frontier"].find({"state": "skipped", "reason": "outside the window", "checked_at": DATED}))
    assert skipped  # numbers at the window's ends were asked for their date
    for entry in skipped:
        assert entry["published_at"] is not None
        assert not SINCE <= entry["published_at"] < UNTIL
        assert database["pages"].count_documents({"key": entry["_id"], "status": 200}) == 1


def test_killed_ten_times_it_goes_on_and_repeats_at_most_what_was_in_flight(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("slow")
    dice = random.Random(3)
    kills = 0
    for _ in range(10):
        process = begin(("crawl", "backfill", "-a", "since=2026-03-01", "-a", "until=2026-03-10"), environ)
        count = len(site.requests)
        wait_until(partial(_has_asked, site, count, process))
        time.sleep(dice.uniform(0, 1))
        kills += process.poll() is None
        process.kill()
        process.communicate()
    site.mode()
    assert kills >= 5
    ran = crawl("backfill", environ, **WINDOW)
    assert ran.status == 0, ran.log
    assert missing(site, database) == []
    again = asked_more_than_once(site)
    assert sum(again.values()) - len(again) <= kills * IN_FLIGHT


HALVES = (("2026-03-01", "2026-03-05"), ("2026-03-06", "2026-03-10"))


@pytest.mark.parametrize("windows", [HALVES, (*HALVES, ("2026-03-03", "2026-03-08"))], ids=["halves", "overlapping"])
def test_windows_at_the_same_time_do_nothing_twice(
    site: Site, environ: dict[str, str], database: Documents, windows: Sequence[tuple[str, str]]
) -> None:
    every = [begin(("crawl", "backfill", "-a", f"since={a}", "-a", f"until={b}"), environ) for a, b in windows]
    for ran in map(end, every):
        assert ran.status == 0, ran.log
    assert missing(site, database) == []
    assert kept_outside(database) == []
    assert asked_more_than_once(site) == {}
    assert all(window["complete"] for window in database["backfills"].find())


def test_a_window_beside_one_that_was_filled_asks_nothing_again(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    for since, until in HALVES:
        ran = crawl("backfill", environ, since=since, until=until)
        assert ran.status == 0, ran.log
    assert missing(site, database) == []
    assert kept_outside(database) == []
    assert asked_more_than_once(site) == {}
    [run] = database["runs"].find({"arguments.since": {"$regex": "2026-03-05"}})
    assert run["counts"]["asking/read_from_kept_page"] > 0  # what the first had asked for, and passed over


@pytest.mark.slow
def test_a_killed_backfills_numbers_are_left_to_it_by_another_and_lost_to_nobody(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    site.mode("slow")
    process = begin(("crawl", "backfill", "-a", "since=2026-03-01", "-a", "until=2026-03-10"), environ)
    wait_until(lambda: database["frontier"].count_documents(WAITING) > 50 or process.poll() is not None)
    process.kill()
    process.communicate()
    site.mode()
    before = database["frontier"].count_documents(WAITING)
    assert before > 50
    ran = crawl("backfill", environ, since="2026-05-01", until="2026-05-02")
    assert ran.status == 0, ran.log
    assert database["frontier"].count_documents(WAITING) == before
    tolerant = environ | {"HEALTH_MAX_UNDATED": "1"}  # of what is not passed over, none says when it was published
    ran = crawl("column", tolerant, max_age=1)  # takes what has no date, for it may be new, and sees that it is not
    assert ran.status == 0, ran.log
    assert database["frontier"].count_documents(WAITING) == 0
    assert missing(site, database) != []
    ran = crawl("backfill", environ, **WINDOW)
    assert ran.status == 0, ran.log
    assert missing(site, database) == []
    again = asked_more_than_once(site)
    assert sum(again.values()) - len(again) <= IN_FLIGHT, again


def test_no_more_articles_than_asked_for(site: Site, environ: dict[str, str], database: Documents) -> None:
    ran = crawl("backfill", environ, max_articles=5, **WINDOW)
    assert "Traceback" not in ran.log
    [run] = database["runs"].find()
    assert database["articles"].count_documents({}) <= 5 + run["counts"]["backfill/looks"]
    [window] = database["backfills"].find()
    assert not window["complete"]
    ran = crawl("backfill", environ, **WINDOW)
    assert ran.status == 0, ran.log
    assert missing(site, database) == []
    assert asked_more_than_once(site) == {}


def test_only_the_ways_that_are_named_are_gone(site: Site, environ: dict[str, str], database: Documents) -> None:
    ran = crawl("backfill", environ, via="notes", **WINDOW)
    assert ran.status == 0, ran.log
    assert not [request for request in site.requests if request.path.startswith("/api/")]
    assert {document["_id"].split(":")[0] for document in database["articles"].find()} <= {"notes"}
    shown = scrapy("backfills", environ=environ)
    assert shown.status == 0
    assert "yes" in shown.out
    assert "2026-03-01 – 2026-03-10" in shown.out
    assert "0 (0%)" in shown.out


def test_numbers_without_articles_end_the_looks_of_a_run_and_the_next_one_goes_on(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    many = {"via": "notes", "since": "2026-03-01", "until": "2026-03-10"}
    ran = crawl("backfill", environ | {"BACKFILL_LONGEST_GAP": "2"}, **many)
    (window,) = database["backfills"].find()
    assert (ran.status, window["complete"], "in a row" in ran.log) == (7, False, True), ran.log
    assert database["frontier"].count_documents({"_id": {"$regex": "^notes:"}}) <= CHUNK + IN_FLIGHT
    ran = crawl("backfill", environ, **many)
    assert ran.status == 0, ran.log
    assert [window["complete"] for window in database["backfills"].find()] == [True]
    assert asked_more_than_once(site) == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"since": "2026-03-10", "until": "2026-03-01"}, "after until"),
        ({"since": "2026-03-xx", "until": "2026-03-01"}, "no date"),
        ({"until": "2026-03-01"}, "needs -a since="),
        ({"since": "2026-03-01", "until": f"{datetime.now(TAIPEI) + timedelta(days=2):%Y-%m-%d}"}, "in the future"),
        ({**WINDOW, "via": "telepathy"}, "via='telepathy'"),
        ({**WINDOW, "gaps": "yes"}, "gaps='yes'"),
    ],
)
def test_a_bad_window_is_one_line_and_no_request(
    site: Site, environ: dict[str, str], arguments: dict[str, str], says: str
) -> None:
    ran = crawl("backfill", environ | {"LOG_LEVEL": "WARNING"}, **arguments)
    assert (ran.status, len(ran.log.strip().splitlines())) == (2, 1), ran.log
    assert says in ran.log
    assert not site.requests


def test_without_an_end_a_window_goes_on_until_now() -> None:
    window = Backfill.read(Settings(), {"since": "2026-03-01"})["window"]
    assert window.since == SINCE
    assert window.until - datetime.now(TAIPEI) < timedelta(days=1)


def test_without_an_end_it_goes_on_on_another_day(environ: dict[str, str], database: Documents) -> None:
    with Site(articles=12, days=30) as small:
        environ = environ | {"CMONEY_NEWS_URL": small.url, "CMONEY_NOTES_URL": small.url}
        since = f"{min(plan.moment for plan in small.plans()):%Y-%m-%d}"
        assert crawl("backfill", environ, since=since, max_articles=1).status == 0
        (begun,) = database["backfills"].find()
        yesterday = begun["until"] - timedelta(days=1)
        database["backfills"].delete_many({})
        identity = begun["_id"].replace(f"{begun['until']:%Y-%m-%dT}", f"{yesterday:%Y-%m-%dT}")
        database["backfills"].insert_one(begun | {"_id": identity, "until": yesterday})
        ran = crawl("backfill", environ, since=since)
        assert ran.status == 0, ran.log
        assert "an earlier run began this" in ran.log
    windows = [(filled["since"], filled["until"], filled["complete"]) for filled in database["backfills"].find()]
    day = timedelta(days=1)
    assert windows == [(begun["since"], yesterday, True), (yesterday - day, begun["until"], True)]
    assert database["articles"].count_documents({}) == 12


def test_what_is_known_to_be_missing_can_be_asked_for(site: Site, environ: dict[str, str], database: Documents) -> None:
    assert crawl("backfill", environ, **WINDOW).status == 0
    lost = site.plans(window=(SINCE, UNTIL))[0].keys
    database["articles"].delete_many({"_id": {"$in": list(lost)}})
    database["revisions"].delete_many({"key": {"$in": list(lost)}})
    database["frontier"].update_many({"_id": {"$in": list(lost)}}, {"$set": {"state": "failed", "reason": "HTTP 500"}})
    ran = crawl("backfill", environ, gaps=1, **WINDOW)
    assert ran.status == 0, ran.log
    assert missing(site, database) == []


def _is_dated_within(site: Site, key: str) -> bool:
    stated = site.truth_of(key)["published_at"]  # some pages state another day than their address
    return stated is None or SINCE <= datetime.fromisoformat(stated) < UNTIL


def _has_asked(site: Site, before: int, process: subprocess.Popen[str]) -> bool:
    return len(site.requests) > before or process.poll() is not None
