"""A machine whose clock was ahead crawled; then the clock is right again: nothing waits for years, nothing is older."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.crawl_state.run_locks import claimant
from archive.model.crawl.outcome import Miss, Unchanged
from archive.model.crawl.run import TOLERANCE
from archive.mongo.database import moment
from tests.support.made_articles import article, found

AHEAD = timedelta(days=400)


@pytest.fixture
def now() -> datetime:
    return moment(datetime.now(UTC))


def crawled_ahead(archive: Archive, now: datetime) -> None:
    """Keep article 1, fail at 2 and find 3, as a machine does whose clock is ahead."""
    ahead = now + AHEAD
    archive.frontier.discover([found(1), found(2), found(3)], ahead)
    fresh = replace(article(1), published_at=ahead - timedelta(hours=1), fetched_at=ahead, page=None)
    archive.writer().save([fresh, Miss(article(2).key, found(2).url, "failed", "HTTP 500", ahead)], ahead)
    run = archive.runs.begin("column", {})
    archive.runs.end(run.id, "all well", complete=True, exit_status=0, counts={})
    dates = dict.fromkeys(("started_at", "heartbeat_at", "ended_at"), ahead)
    archive.database["runs"].update_one({"_id": run.id}, {"$set": dates})


def claimed(archive: Archive, now: datetime) -> set[str]:
    return {wanted.key for wanted in archive.frontier.claim("run", 10, now, 900)}


def test_what_it_let_wait_is_due_again(archive: Archive, now: datetime) -> None:
    crawled_ahead(archive, now)
    assert claimed(archive, now) == set()
    assert archive.wrong_clock.mend(now) == 3
    assert claimed(archive, now) == {article(1).key, article(2).key, found(3).key}
    assert archive.wrong_clock.mend(now) == 0


def test_what_is_ahead_by_less_than_clocks_differ_is_left_alone(archive: Archive, now: datetime) -> None:
    crawled_ahead(archive, now)
    archive.frontier.discover([found(4)], now + TOLERANCE / 2)
    assert archive.wrong_clock.mend(now) == 3


def test_an_archive_without_such_runs_is_left_alone(archive: Archive, now: datetime) -> None:
    archive.frontier.discover([found(1)], now + AHEAD)
    archive.runs.begin("column", {})
    assert archive.wrong_clock.mend(now) == 0


def test_its_run_is_not_the_last_complete_one(archive: Archive, now: datetime) -> None:
    crawled_ahead(archive, now)
    assert archive.runs.last_complete("column", "") is None
    assert len(archive.runs.from_the_future(now)) == 1


def test_a_correction_is_kept_though_the_reading_before_is_from_the_future(archive: Archive, now: datetime) -> None:
    crawled_ahead(archive, now)
    corrected = replace(article(1, "the correction that the site made meanwhile"), fetched_at=now, page=None)
    assert archive.writer().save([corrected], now)[0].what == "revised"
    kept: dict[str, Any] = archive.database["articles"].find_one({"_id": article(1).key}) or {}
    assert kept["checked_at"] == now
    entry: dict[str, Any] = archive.database["frontier"].find_one({"_id": article(1).key}) or {}
    assert entry["next_at"] is None or entry["next_at"] < now + timedelta(days=31)


def test_an_answer_that_nothing_changed_sets_the_next_look_by_todays_clock(archive: Archive, now: datetime) -> None:
    crawled_ahead(archive, now)
    archive.writer().save([Unchanged(article(1).key, now)], now)
    entry: dict[str, Any] = archive.database["frontier"].find_one({"_id": article(1).key}) or {}
    assert now < entry["next_at"] < now + timedelta(days=31)


def test_a_lock_with_a_heartbeat_to_come_is_taken_over(archive: Archive, now: datetime) -> None:
    elsewhere = replace(claimant(), host="another-host", heartbeat_at=now + AHEAD)
    archive.locks.take("column", elsewhere)
    owner = claimant()
    assert archive.locks.take("column", owner).id == owner.id
