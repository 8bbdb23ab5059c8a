"""When an address is asked for again, and what a find changes, at the bounds of each rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.crawl_state.discoveries import entry_of, judged
from archive.crawl_state.doubts import noted
from archive.crawl_state.settlements import GoneRule, counted, may_look_again, retry_at
from archive.model.crawl.run import Run, is_dead
from tests.support.made_articles import NOW, found

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MIDNIGHT = datetime(2026, 1, 1, 16, tzinfo=UTC)
"""Of Taipei."""


@pytest.mark.parametrize(
    ("attempts", "wait"), [(1, 15 * MINUTE), (2, HOUR), (5, 64 * HOUR), (6, 7 * DAY), (10, 7 * DAY), (1000, 7 * DAY)]
)
def test_waits_grow_up_to_a_week(attempts: int, wait: timedelta) -> None:
    assert retry_at(MIDNIGHT, attempts) == MIDNIGHT + wait


def entry(**fields: Any) -> dict[str, Any]:
    return entry_of(found(1), NOW)[1] | fields


@pytest.mark.parametrize(("attempts", "wait"), [(1, HOUR), (2, 4 * HOUR), (3, 8 * HOUR), (11, 8 * HOUR), (12, 7 * DAY)])
def test_a_page_in_doubt_is_asked_for_within_hours_for_a_dozen_looks(attempts: int, wait: timedelta) -> None:
    assert noted(entry(attempts=attempts), "shrunk", "", MIDNIGHT)["next_at"] == MIDNIGHT + wait


@pytest.mark.parametrize(("count", "expected"), [(7, 8), (8, 8)])
def test_eight_places_are_remembered_and_each_backfill(count: int, expected: int) -> None:
    known = entry(places=[str(place) for place in range(count)])
    fields = judged(found(1, found_in="another"), known, NOW)[1]
    assert len(fields.get("places", known["places"])) == expected
    assert "backfill" in judged(found(1, window="backfill"), known, NOW)[1]["places"]


@pytest.mark.parametrize(("apart", "verdict"), [(MINUTE, "known"), (MINUTE + timedelta(milliseconds=1), "changed")])
def test_a_listing_with_another_date_makes_an_article_due(apart: timedelta, verdict: str) -> None:
    at = MIDNIGHT + apart
    kept = entry(state="kept", published_at=MIDNIGHT, published_from="address", checked_at=NOW, next_at=None)
    assert judged(found(1, published_at=at, published_from="listing"), kept, NOW)[0] == verdict


@pytest.mark.parametrize(
    ("days", "state", "wait"),
    [
        ((0,), "failed", DAY),
        ((0, 1), "failed", 6 * DAY),
        ((0, 6, 6), "failed", DAY),
        ((0, 3, 6), "failed", DAY),
        ((0, 3, 7), "gone", None),
        ((0, 7), "failed", DAY),
    ],
)
def test_an_article_is_gone_after_three_days_over_a_week(
    days: tuple[int, ...], state: str, wait: timedelta | None
) -> None:
    *before, last = [MIDNIGHT + day * DAY for day in days]
    looked = entry(state="failed", look={"at": last}, looks=sorted(set(before)))
    fields = looked | counted(looked, GoneRule(), kept=False)
    assert (fields["state"], fields["next_at"]) == (state, last + wait if wait else None)


@pytest.mark.parametrize(("checked_at", "expected"), [(MIDNIGHT - MINUTE, True), (MIDNIGHT, False), (None, True)])
def test_what_was_not_there_is_looked_at_once_a_day(checked_at: datetime | None, *, expected: bool) -> None:
    assert may_look_again(entry(looks=[MIDNIGHT], checked_at=checked_at), MIDNIGHT + HOUR) is expected


@pytest.mark.parametrize(("seconds", "expected"), [(90, False), (91, True), (-90, False), (-91, True)])
def test_a_run_on_another_host_is_dead_after_ninety_seconds(seconds: int, *, expected: bool) -> None:
    run = Run("run", "another host", 1, 0.0, NOW, NOW)
    assert is_dead(run, NOW + timedelta(seconds=seconds)) is expected
