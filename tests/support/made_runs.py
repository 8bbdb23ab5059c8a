"""Made-up runs, as they stand in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.monitoring.drift import RunDocument
from crawler.monitoring.past_runs import Past

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
"""A Wednesday, 11:00 in Taipei, seven hours after a session's close."""

COUNTS = {
    "store/new": 12,
    "reading/read_by/cmnews": 10,
    "reading/read_by/notes": 10,
    "field/articles": 20,
    "field/lead/absent": 1,
    "problem/updated_at": 3,
    "downloader/response_status_count/200": 30,
    "downloader/response_status_count/304": 8,
    "downloader/response_status_count/404": 2,
}


def run(
    ago: timedelta = timedelta(), *, seconds: float = 90, counts: Mapping[str, int] | None = None, **fields: Any
) -> RunDocument:
    """Return the document of a run that began some time before `NOW`."""
    started = NOW - timedelta(minutes=5) - ago
    ended = started + timedelta(seconds=seconds)
    document = {"started_at": started, "ended_at": ended, "outcome": "all well", "exit_status": 0, "problems": []}
    return {**document, "counts": {**COUNTS, **(counts or {})}, **fields}


def past(seconds: float = 90, counts: Mapping[str, int] | None = None, **fields: Any) -> Past:
    """Return a run and eight weeks of daily runs before it, all alike; `newest` is when the newest article came."""
    newest = fields.pop("newest", NOW - timedelta(hours=2))
    drift = fields.pop("drift", ())
    before = [run(timedelta(days=day)) for day in range(1, 60)]
    return Past(run(seconds=seconds, counts=counts, **fields), before, newest, NOW, drift)
