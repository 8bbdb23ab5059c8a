"""How far a run is, in one line."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from crawler.extensions.progress import Progress

KEPT, MISSED, ANSWERED = "store/new", "store/gone", "downloader/response_count"


def told(monkeypatch: pytest.MonkeyPatch, seconds: float, stats: dict[str, int], **spider: Any) -> str:
    """Return the line of a run that has gone on for some seconds."""
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    crawler: Any = SimpleNamespace(stats=SimpleNamespace(get_stats=lambda: stats))
    progress = Progress(crawler)
    clock[0] += seconds
    return progress.line(SimpleNamespace(name="backfill", **spider))


def frontier(outstanding: int) -> SimpleNamespace:
    return SimpleNamespace(outstanding=set(range(outstanding)))


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (180_000 - 3_600, "2.0% of 180,000 numbers, 2.0 days left"),
        (20_000, "88.9% of 180,000 numbers, 5.6 h left"),
        (600, "99.7% of 180,000 numbers, 10 min left"),
        (20, "100.0% of 180,000 numbers, 20 s left"),
        (0, "100.0% of 180,000 numbers, 0 s left"),
    ],
)
def test_a_backfill_tells_rate_share_and_time_left(monkeypatch: pytest.MonkeyPatch, left: int, says: str) -> None:
    stats = {KEPT: 400, "store/revised": 3, "store/same": 40, MISSED: 3200, ANSWERED: 3600}
    line = told(monkeypatch, 3600, stats, frontier=frontier(0), remaining=(left, 180_000))
    counts = "400 new articles, 3 revised, 3643 addresses (3200 without one), 3600 pages (60 a minute)"
    assert line == f"backfill: {counts}, {says}"


def test_where_no_share_is_known_what_is_under_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    line = told(monkeypatch, 60, {ANSWERED: 60}, frontier=frontier(30), remaining=None)
    assert line.endswith("(60 a minute), 30 under way, 30 s for these")
    assert told(monkeypatch, 60, {}, frontier=frontier(30)).endswith("30 under way, time unknown for these")
