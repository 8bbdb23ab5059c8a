"""The progress of a backfill: of a new window, step by step, and of one that starts anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.archive import Archive
from archive.crawl_state.resume_points import ResumePoint, ResumePoints
from archive.model.crawl.backfill import Window

BEGINNING, DAY = datetime(2024, 1, 1, tzinfo=UTC), timedelta(days=1)
WINDOW = Window(BEGINNING, BEGINNING + DAY, ("美股動態",), ("api", "notes"))
UNENDED = replace(WINDOW, until=datetime.now(UTC).replace(microsecond=0) + DAY)


def test_a_window_is_filled_step_by_step_and_starts_anew_if_asked_to(archive: Archive) -> None:
    backfills = archive.backfills
    new = backfills.begin(WINDOW)
    assert new == replace(new, window=WINDOW, api_cursor=None, api_done=False, notes_next=None, complete=False)
    assert (new.notes_first, new.notes_last, new.numbers_left) == (None, None, None)
    backfills.note_interface(WINDOW, "7")
    assert (backfills.begin(WINDOW).api_cursor, backfills.begin(WINDOW).api_done) == ("7", False)
    backfills.note_interface(WINDOW, None)
    assert (backfills.begin(WINDOW).api_cursor, backfills.begin(WINDOW).api_done) == (None, True)
    numbers = [backfills.note_numbers(WINDOW, *pair) for pair in ((3, 9), (4, 8))]
    assert [(filled.notes_first, filled.notes_last, filled.notes_next) for filled in numbers] == [(3, 9, 3)] * 2
    assert [backfills.advance(WINDOW, *pair).notes_next for pair in ((3, 5), (3, 4), (5, 10))] == [5, 5, 10]
    assert not backfills.begin(WINDOW, anew=True).complete
    backfills.complete(WINDOW)
    assert backfills.begin(WINDOW).complete
    backfills.begin(UNENDED)
    backfills.complete(UNENDED)
    assert [filled.window for filled in backfills.every()] == [WINDOW, UNENDED]
    assert [filled.complete for filled in backfills.some([UNENDED.id, "none", WINDOW.id])] == [True, True]
    assert not backfills.begin(UNENDED).complete
    anew = backfills.begin(WINDOW, anew=True)
    assert (anew.complete, anew.api_done, anew.notes_next) == (False, False, None)
    assert [window.since for window in backfills.unfilled(UNENDED)] == [UNENDED.since]
    archive.backfills.collection.delete_many({})
    with pytest.raises(LookupError, match="removed from the archive"):
        backfills.advance(WINDOW, 1, 2)


def test_a_scan_goes_on_where_it_was_stopped(archive: Archive) -> None:
    points, point = ResumePoints(archive.database), ResumePoint(BEGINNING, "notes:7", 7)
    assert points.place("reparse") is None
    points.mark("reparse", point)
    points.mark("other", replace(point, done=8))
    assert points.place("reparse") == point
    points.finish("reparse")
    assert (points.place("reparse"), points.place("other")) == (None, replace(point, done=8))
