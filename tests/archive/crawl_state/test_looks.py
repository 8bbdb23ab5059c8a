"""When looks that found no article make it gone, and when the next one is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.crawl_state.settlements import GoneRule, counted, is_another_day, may_look_again, recheck_at
from archive.model.crawl.outcome import Miss
from archive.mongo.database import moment
from tests.support.looks import look
from tests.support.made_articles import article, found, key_of, url_of

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


HOUR = timedelta(hours=1)


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
