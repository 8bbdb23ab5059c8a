"""What the frontier writes down once it is known what became of an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.crawl_state.settlements import (
    GoneRule,
    counted,
    failed,
    is_another_day,
    kept,
    may_look_again,
    new_entry,
    recheck_at,
    retry_at,
    skipped,
)
from archive.model.crawl.outcome import REDIRECTED, Miss
from archive.mongo.database import legible, moment
from tests.support.looks import look
from tests.support.made_articles import NOW, article, found, key_of, page, url_of

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 15), (2, 60), (3, 240), (4, 960), (5, 3840), (6, 7 * 24 * 60), (40, 7 * 24 * 60), (10_000, 7 * 24 * 60)],
)
def test_retries_come_later_and_later_up_to_a_week(attempts: int, minutes: int) -> None:
    assert retry_at(NOW, attempts) == moment(NOW) + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("age", "next_age"),
    [(0, 1), (0.5, 1), (1, 3), (2.9, 3), (3, 9), (8, 9), (9, 27), (27, None), (60, None), (9000, None)],
)
def test_looks_at_a_fresh_article_come_at_growing_intervals(age: float, next_age: float | None) -> None:
    document = to_document(article(1, published_at=NOW), NOW)
    expected = None if next_age is None else moment(NOW) + next_age * HOUR
    assert recheck_at(document, moment(NOW) + age * HOUR, 3) == expected


def test_an_old_article_is_not_looked_at_again() -> None:
    document = to_document(article(1, published_at=NOW - timedelta(days=3)), NOW)
    assert recheck_at(document, moment(NOW), 3) is None
    assert recheck_at(document, moment(NOW), 4) == moment(NOW) + HOUR


def test_an_undated_one_is_as_old_as_our_knowledge_of_it() -> None:
    document = to_document(article(1, published_at=None), NOW)
    assert recheck_at(document, moment(NOW), 3) == moment(NOW) + HOUR


def test_no_re_checks_where_none_are_wanted() -> None:
    assert recheck_at(to_document(article(1, published_at=NOW), NOW), moment(NOW), 0) is None


def test_what_is_kept_stays_kept_when_a_look_fails() -> None:
    entry = new_entry(key_of(1), url_of(1), NOW) | kept(to_document(article(1), NOW), page(1), 3)
    fields = failed(entry, Miss(key_of(1), url_of(1), "failed", "HTTP 503", NOW))
    assert (fields["state"], fields["reason"], fields["attempts"]) == ("kept", "HTTP 503", 1)
    assert fields["next_at"] == moment(NOW) + timedelta(minutes=15)
    assert "etag" not in fields


@pytest.mark.parametrize("state", ["wanted", "kept"])
def test_a_redirect_to_another_article_is_looked_at_once_more_on_another_day(state: str) -> None:
    entry = new_entry(key_of(1), url_of(1), NOW) | {"state": state}
    redirected = Miss(key_of(1), url_of(1), "skipped", REDIRECTED, NOW, page(1))
    first = skipped(entry, redirected)
    assert first["next_at"] == moment(NOW) + timedelta(days=1)
    assert skipped(entry | first, redirected)["next_at"] is None
    assert skipped(entry, replace(redirected, reason="outside the window"))["next_at"] is None


def test_what_a_page_told_of_a_skipped_one_is_noted() -> None:
    entry = new_entry(key_of(1), url_of(1), NOW)
    miss = Miss(key_of(1), url_of(1), "skipped", "outside the window", NOW, page(1))
    silent = skipped(entry, miss)
    assert (silent["state"], "title" in silent, "published_at" in silent) == ("skipped", False, False)
    assert (silent["checked_at"], silent["next_at"]) == (moment(NOW), None)
    titled = replace(miss, title="【美股動態】蘋果", published_at=NOW - HOUR)
    fields = skipped(entry, titled)
    assert (fields["title"], fields["published_at"]) == ("【美股動態】蘋果", moment(NOW - HOUR))
    kept_one = skipped(entry | {"state": "kept"}, titled)
    assert (kept_one["state"], "title" in kept_one, "published_at" in kept_one) == ("kept", False, False)


def test_details_can_be_written_whatever_they_hold() -> None:
    assert legible("\ud800" + "x" * 5000).encode().startswith(rb"\ud800xxx")
    assert len(legible("x" * 5000)) == 2000


NOON = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)
"""In Taipei."""
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ONE = key_of(1)


def entry(looks: list[datetime], at: datetime, state: str = "failed") -> dict[str, Any]:
    look_now = {"verdict": "gone", "at": at, "run": "r", "reason": "HTTP 404"}
    return {"state": state, "looks": looks, "look": look_now, "gone_since": None}


@pytest.mark.parametrize(
    ("looks", "at", "is_gone"),
    [
        ([], NOON, False),
        ([NOON, NOON + DAY], NOON + 7 * DAY, True),
        ([NOON, NOON + DAY], NOON + 7 * DAY - SECOND, False),
        ([NOON], NOON + 7 * DAY, False),
        ([NOON, NOON + 7 * DAY], NOON + 7 * DAY + 11 * timedelta(hours=1), False),
        ([NOON, NOON + 7 * DAY], NOON + 7 * DAY + 12 * timedelta(hours=1), True),
    ],
    ids=["one", "three over a week", "a second less", "two over a week", "two days in Taipei", "the third day begins"],
)
def test_three_looks_on_three_days_over_a_week_are_enough(
    looks: list[datetime], at: datetime, *, is_gone: bool
) -> None:
    fields = counted(entry(looks, at), GoneRule(), kept=False)
    assert (fields.get("state") == "gone") is is_gone
    assert fields.get("gone_since") == (NOON if is_gone else None)
    assert fields["look"] is None


def test_looks_are_next_day_and_then_not_before_the_week_is_over() -> None:
    first = counted(entry([], NOON), GoneRule(), kept=True)
    assert (first["looks"], first["next_at"]) == ([NOON], NOON + DAY)
    second = counted(entry([NOON], NOON + DAY), GoneRule(), kept=True)
    assert second["next_at"] == NOON + 7 * DAY
    late = counted(entry([NOON], NOON + 9 * DAY), GoneRule(), kept=True)
    assert late["next_at"] == NOON + 10 * DAY


def test_what_is_kept_and_gone_is_looked_at_every_thirty_days() -> None:
    looks = [NOON - 8 * DAY, NOON - 7 * DAY]
    assert counted(entry(looks, NOON), GoneRule(), kept=True)["next_at"] == NOON + 30 * DAY
    assert counted(entry(looks, NOON), GoneRule(), kept=False)["next_at"] is None
    again = counted(entry([*looks, NOON], NOON + 30 * DAY, "gone"), GoneRule(), kept=True)
    assert again == {"look": None, "next_at": NOON + 60 * DAY}


def test_what_was_not_there_may_be_looked_at_once_a_day() -> None:
    known = {"state": "failed", "look": None, "looks": [NOON], "checked_at": NOON}
    assert not may_look_again(known, NOON + timedelta(hours=11))
    assert may_look_again(known, NOON + timedelta(hours=12)), "midnight in Taipei"
    assert not may_look_again(known | {"looks": []}, NOON + DAY), "a failure of another kind waits"
    assert may_look_again(known | {"looks": [], "state": "gone"}, NOON + DAY)
    assert may_look_again(known | {"looks": [], "look": {"at": NOON}}, NOON + DAY)


@pytest.mark.parametrize(
    ("checked", "published", "fresh", "hours"),
    [
        (0 * HOUR, None, 3 * DAY, 1),
        (HOUR - SECOND, None, 3 * DAY, 1),
        (HOUR, None, 3 * DAY, 3),
        (3 * HOUR - SECOND, None, 3 * DAY, 3),
        (3 * HOUR, None, 3 * DAY, 9),
        (2 * HOUR, None, 3 * HOUR, 3),
        (2 * HOUR, None, 3 * HOUR - SECOND, None),
        (2 * HOUR, -HOUR, 3 * HOUR, None),
        (2 * HOUR, HOUR, 2 * HOUR, 3),
        (30 * DAY, None, 3 * DAY, None),
        (-HOUR, None, 3 * DAY, 0),
    ],
)
def test_a_fresh_article_is_looked_at_after_one_three_and_nine_hours(
    checked: timedelta, published: timedelta | None, fresh: timedelta, hours: float | None
) -> None:
    document = {"first_seen_at": NOON, "published_at": None if published is None else NOON + published}
    expected = None if hours is None else NOON + hours * HOUR
    assert recheck_at(document, NOON + checked, fresh / DAY) == expected


def test_another_day_begins_at_midnight_in_taipei() -> None:
    assert is_another_day({"checked_at": None}, NOON)
    assert not is_another_day({"checked_at": NOON}, NOON + 12 * HOUR - SECOND)
    assert is_another_day({"checked_at": NOON}, NOON + 12 * HOUR)


class TestInTheArchive:
    """Looks of runs, counted as these end."""

    @pytest.fixture(autouse=True)
    def _kept(self, archive: Archive) -> None:
        archive.writer().save([article(1, at=NOON)], NOON)

    def entry(self, archive: Archive) -> dict[str, Any]:
        found_entry = archive.database["frontier"].find_one({"_id": ONE})
        assert found_entry is not None
        return found_entry

    def ops(self, archive: Archive) -> list[str]:
        return [change.op for change in archive.changes.after(0, 100)]

    def test_an_article_is_gone_with_the_last_look_and_says_since_when(self, archive: Archive) -> None:
        assert look(archive, ONE, at=NOON) == ["failed"]
        assert (self.entry(archive)["state"], archive.frontier.lookup([ONE])[ONE].gone_since) == ("kept", None)
        assert look(archive, ONE, at=NOON + DAY) == ["failed"]
        assert self.ops(archive) == ["upsert"]
        assert look(archive, ONE, at=NOON + 7 * DAY) == ["gone"]
        kept = archive.articles.get(ONE) or {}
        assert (kept["status"], kept["gone_at"], bool(kept["text"])) == ("gone", NOON, True)
        assert (self.entry(archive)["state"], self.entry(archive)["gone_since"]) == ("gone", NOON)
        assert self.ops(archive) == ["upsert", "gone"]
        assert look(archive, ONE, at=NOON + 9 * DAY) == ["gone"]
        assert self.ops(archive) == ["upsert", "gone"], "once is enough"

    def test_the_looks_of_a_run_that_did_not_end_well_are_forgotten(self, archive: Archive) -> None:
        for day in range(9):
            assert look(archive, ONE, at=NOON + day * DAY, well=False) == []
        fields = self.entry(archive)
        assert (fields["state"], fields["look"], fields["looks"], fields["attempts"]) == ("kept", None, [], 9)
        assert fields["next_at"] == NOON + 15 * DAY, "as after any failure: a week later at most"
        assert self.ops(archive) == ["upsert"]

    def test_the_looks_of_a_killed_run_never_count(self, archive: Archive) -> None:
        run = archive.runs.begin("column", {})
        archive.database["frontier"].update_one({"_id": ONE}, {"$set": {"leased_by": run.id}})
        archive.writer().save([Miss(ONE, url_of(1), "gone", "HTTP 404", NOON)], NOON)
        assert self.entry(archive)["look"]["run"] == run.id
        another = archive.runs.begin("column", {})
        assert archive.settle_looks(another.id, GoneRule(1, 0), well=True) == []
        assert self.entry(archive)["looks"] == []
        assert look(archive, ONE, at=NOON + DAY) == ["failed"]
        assert self.entry(archive)["looks"] == [NOON + DAY]

    def test_it_is_back_by_itself(self, archive: Archive) -> None:
        look(archive, ONE, at=NOON, rule=GoneRule(1, 0))
        archive.writer().save([article(1, at=NOON + DAY)], NOON + DAY)
        kept, fields = archive.articles.get(ONE) or {}, self.entry(archive)
        assert (kept["status"], kept["gone_at"], kept["revision"]) == ("live", None, 1)
        assert (fields["state"], fields["looks"], fields["gone_since"]) == ("kept", [], None)
        assert self.ops(archive) == ["upsert", "gone", "back"]

    def test_what_comes_back_revised_is_one_change(self, archive: Archive) -> None:
        look(archive, ONE, at=NOON, rule=GoneRule(1, 0))
        archive.writer().save([article(1, "改版。", at=NOON + DAY)], NOON + DAY)
        changes = archive.changes.after(0, 9)
        assert [(change.op, change.revision) for change in changes] == [("upsert", 1), ("gone", 1), ("back", 2)]

    def test_a_gone_one_that_fails_otherwise_stays_gone(self, archive: Archive) -> None:
        look(archive, ONE, at=NOON, rule=GoneRule(1, 0))
        archive.writer().save([Miss(ONE, url_of(1), "failed", "HTTP 503", NOON + DAY)], NOON + DAY)
        assert self.entry(archive)["state"] == "gone"
        assert self.ops(archive) == ["upsert", "gone"]

    @pytest.mark.parametrize("found_by", ["listing", "related"])
    def test_a_listing_or_link_that_names_it_makes_it_due_on_another_day(self, archive: Archive, found_by: str) -> None:
        look(archive, ONE, at=NOON, rule=GoneRule(1, 0))
        named = found(1, found_by=found_by)
        assert archive.frontier.discover([named], NOON + timedelta(hours=3)) == {ONE: "known"}
        assert archive.frontier.discover([named], NOON + DAY) == {ONE: "changed"}
        assert self.entry(archive)["next_at"] == moment(NOON + DAY)

    def test_a_number_that_is_only_tried_does_not(self, archive: Archive) -> None:
        look(archive, ONE, at=NOON, rule=GoneRule(1, 0))
        assert archive.frontier.discover([found(1, found_by="backfill")], NOON + DAY) == {ONE: "known"}
