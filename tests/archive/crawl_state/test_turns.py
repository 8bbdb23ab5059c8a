"""Turns at asking a host: one a delay, whoever asks, and each host by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from archive.archive import Archive

DELAY = 1000.0
DAY = timedelta(days=1)


def test_each_turn_is_a_delay_after_the_one_before(archive: Archive) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = sorted(pool.map(lambda _: archive.turns.take("a.example", DELAY), range(8)))
    assert waits[0] == 0
    assert [round(wait / DELAY) for wait in waits] == list(range(8))
    assert all(wait <= place * DELAY for place, wait in enumerate(waits))
    assert archive.turns.take("b.example", DELAY) == 0


def test_a_turn_in_the_past_holds_nobody_up(archive: Archive) -> None:
    archive.turns.take("a.example", 0.001)
    assert archive.turns.take("a.example", DELAY) < 1


def test_a_host_rests_longer_after_each_run_that_met_walls(archive: Archive) -> None:
    before, after = datetime.now(UTC) - DAY, datetime.now(UTC) + DAY
    seen = []
    for began, requested in ((before, 0), (before, 0), (after, 0), (after, 0), (after, 5 * DELAY)):
        archive.turns.note_walls({"a.example": requested}, began, DELAY, 3 * DELAY)
        rest = archive.turns.resting()["a.example"]
        seen.append((rest.walls, round((rest.until - datetime.now(UTC)).total_seconds() / DELAY)))
    assert seen == [(1, 1), (1, 1), (2, 2), (3, 3), (4, 3)]
    archive.turns.note_walls({"b.example": 2 * DELAY}, before, DELAY, 3 * DELAY)
    rest = archive.turns.resting()["b.example"]
    assert (rest.walls, round((rest.until - datetime.now(UTC)).total_seconds() / DELAY)) == (1, 2)
    archive.turns.note_welcome(["a.example"])
    assert set(archive.turns.resting()) == {"b.example"}
    archive.turns.note_walls({"a.example": 0}, before, DELAY, 3 * DELAY)
    assert archive.turns.resting()["a.example"].walls == 1
