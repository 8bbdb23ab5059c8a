"""The ledger of runs."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.errors import DocumentRefused
from archive.model.crawl.run import SILENCE
from archive.mongo.database import moment
from tests.support.made_articles import NOW

WELL: dict[str, Any] = {"complete": True, "exit_status": 0, "counts": {"store/new": 2}}


def test_a_run_from_begin_to_end(archive: Archive) -> None:
    run = archive.runs.begin("column", {"max_age": 3}, versions={"scrapy": "2.19"})
    [begun] = archive.runs.recent(5)
    assert (begun["_id"], begun["spider"], begun["kind"], begun["pid"]) == (run.id, "column", "max_age=3", os.getpid())
    assert (begun["arguments"], begun["versions"], begun["ended_at"]) == ({"max_age": "3"}, {"scrapy": "2.19"}, None)
    archive.runs.heartbeat(run.id, {"store/new": 1, "downloader/exception_type_count/a.B": 3, "share": 0.5})
    [alive] = archive.runs.recent(5)
    assert alive["counts"]["downloader/exception_type_count/a.B"] == 3
    assert alive["heartbeat_at"] >= begun["heartbeat_at"]
    archive.runs.end(run.id, "finished", **WELL, problems=["odd \udcff"], newest_published_at=NOW)
    [ended] = archive.runs.recent(5)
    assert (ended["outcome"], ended["complete"], ended["exit_status"]) == ("finished", True, 0)
    assert (ended["counts"]["store/new"], ended["problems"]) == (2, ["odd \\udcff"])
    assert ended["newest_published_at"] == moment(NOW)
    assert archive.runs.running() == []


def test_the_last_complete_run_of_its_kind(archive: Archive) -> None:
    assert archive.runs.last_complete("column", "") is None
    ids = [archive.runs.begin("column", {}).id for _ in range(3)]
    archive.runs.end(ids[0], "finished", **WELL)
    archive.runs.end(ids[1], "blocked", **WELL | {"complete": False, "exit_status": 3})
    archive.runs.end(archive.runs.begin("column", {}, kind="tag").id, "finished", **WELL)
    archive.runs.end(archive.runs.begin("backfill", {}).id, "finished", **WELL)
    last = archive.runs.last_complete("column", "")
    assert last is not None
    assert last["_id"] == ids[0]
    assert archive.runs.running() == [ids[2]]


def test_recent_runs_newest_first(archive: Archive) -> None:
    for spider in ("column", "backfill", "column"):
        archive.runs.begin(spider, {})
    assert len(archive.runs.recent(2)) == 2
    assert [run["spider"] for run in archive.runs.recent(9, "backfill")] == ["backfill"]


def test_a_silent_run_of_another_host_is_marked_killed(archive: Archive) -> None:
    far, near = archive.runs.begin("column", {}), archive.runs.begin("column", {})
    archive.database["runs"].update_one({"_id": far.id}, {"$set": {"host": "elsewhere.example"}})
    assert archive.runs.reap(far.heartbeat_at + SILENCE) == []
    now = far.heartbeat_at + SILENCE + timedelta(seconds=1)
    assert archive.runs.reap(now) == [far.id]
    assert archive.runs.reap(now) == []
    killed = archive.database["runs"].find_one({"_id": far.id}) or {}
    assert (killed["outcome"], killed["ended_at"], killed["exit_status"]) == ("killed", now, None)
    assert archive.runs.ended([far.id, near.id]) == [far.id]


def test_counts_are_numbers(archive: Archive) -> None:
    run = archive.runs.begin("column", {})
    with pytest.raises(DocumentRefused, match="counts"):
        archive.runs.heartbeat(run.id, {"finish_reason": "finished"})  # type: ignore[dict-item]
