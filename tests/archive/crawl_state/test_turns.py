"""Turns at asking a host: one a delay, whoever asks, and each host by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from archive.archive import Archive

DELAY = 1000.0


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
