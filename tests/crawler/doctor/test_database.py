"""What the doctor finds in an archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from archive.archive import Archive
from archive.backup.save import back_up
from archive.crawl_state.run_locks import claimant
from crawler.doctor import database as doctor
from crawler.doctor.finding import Finding
from tests.support.mongodb import serving

Documents = Database[dict[str, Any]]


@pytest.fixture
def archive(uri: str, database: Documents) -> Archive:
    with Archive.open(uri, database.name, create=True) as made:
        return made


@pytest.fixture
def settings(uri: str, database: Documents, archive: Archive) -> dict[str, Any]:
    return {"MONGODB_URI": uri, "MONGODB_DATABASE": database.name}


def findings(settings: dict[str, Any]) -> dict[str, Finding]:
    return {finding.subject: finding for finding in doctor.examine(settings)}


def test_a_router_is_doubtful_and_a_set_is_well(archive: Archive, uri: str, database: Documents) -> None:
    with Archive.open(uri, database.name) as opened:
        status = replace(opened.server_status(), is_embedded=False, is_known=True)
    states = [doctor._server(replace(status, replica_set=name)).state for name in ("rs0", "")]
    assert states == ["well", "doubtful"]


def enter(uri: str, name: str, status: int, ago: timedelta) -> None:
    """Enter a run that began some time ago in the ledger."""
    with Archive.open(uri, name, create=True) as archive:
        begun = archive.runs.begin("column", {})
        archive.runs.end(begun.id, f"status {status}", complete=not status, exit_status=status, counts={})
        moment = {"$set": {"started_at": datetime.now(UTC) - ago}}
        archive.database["runs"].update_one({"_id": begun.id}, moment)


def test_a_new_archive_has_all_but_runs_and_backups(settings: dict[str, Any]) -> None:
    finding_list = findings(settings)
    assert {entry.subject: entry.state for entry in finding_list.values() if entry.subject != "disk"} == {
        "MongoDB": "well",
        "clock": "well",
        "schema": "well",
        "schedule": "doubtful",
        "lock": "well",
        "walls": "well",
        "backup": "doubtful",
        "pages": "doubtful",
        "columns": "well",
        "site": "doubtful",
        "search": "well",
    }
    assert "replica set" in finding_list["MongoDB"].says
    assert all(entry.cure for entry in finding_list.values() if entry.state != "well")


def test_an_address_that_does_not_work_is_wrong_and_its_password_is_not_told() -> None:
    finding_list = findings({"MONGODB_URI": "mongodb://someone:se/cret@127.0.0.1:9/"})
    assert (finding_list["MongoDB"].state, len(finding_list)) == ("wrong", 1)
    assert "cret" not in finding_list["MongoDB"].says


def test_a_single_server_is_wrong() -> None:
    with serving(replica_set=None) as server:
        finding_list = findings({"MONGODB_URI": server.uri})
    assert "not a replica set" in finding_list["MongoDB"].says


def test_an_older_schema_is_wrong(settings: dict[str, Any], database: Documents) -> None:
    database.command("collMod", "meta", validationLevel="off")
    database["meta"].update_one({"_id": "schema"}, {"$set": {"version": 0}})
    assert "cmoney migrate" in findings(settings)["schema"].says


def test_what_lacks_of_the_schema_is_named(settings: dict[str, Any], database: Documents) -> None:
    database["runs"].drop_index("newest")
    finding_list = findings(settings)["schema"]
    assert (finding_list.state, finding_list.says) == ("wrong", "index runs.newest is missing")


def test_disk_and_clock_and_version_are_judged(uri: str, database: Documents) -> None:
    with Archive.open(uri, database.name, create=True) as archive:
        seen = archive.server_status()
    assert seen.free
    assert doctor._disk(replace(seen, free=10 * 1024**3)).state == "well"
    assert doctor._disk(replace(seen, free=1024**3)).state == "doubtful"
    assert doctor._disk(replace(seen, free=1024**2)).state == "wrong"
    assert doctor._disk(replace(seen, free=None)).state == "doubtful"
    assert doctor._clock(replace(seen, ahead=timedelta(minutes=-5))).state == "wrong"
    assert doctor._server(replace(seen, is_known=False)).state == "doubtful"


@pytest.mark.parametrize(
    ("statuses", "ago", "schedule", "last"),
    [
        ((0, 0), timedelta(minutes=5), "well", "well"),
        ((0,), timedelta(days=3), "doubtful", "well"),
        ((0, 0, 7), timedelta(), "well", "doubtful"),
        ((4, 4, 4), timedelta(), "well", "wrong"),
    ],
)
def test_the_last_runs_are_judged(
    settings: dict[str, Any], database: Documents, statuses: tuple[int, ...], ago: timedelta, schedule: str, last: str
) -> None:
    for place, status in enumerate(statuses):
        enter(settings["MONGODB_URI"], database.name, status, ago + timedelta(minutes=len(statuses) - place))
    finding_list = findings(settings)
    assert (finding_list["schedule"].state, finding_list["last runs"].state) == (schedule, last)


def test_a_lock_tells_its_owner(settings: dict[str, Any], uri: str, database: Documents) -> None:
    with Archive.open(uri, database.name, create=True) as archive:
        archive.locks.take("column", claimant())
        assert "held by" in findings(settings)["lock"].says
        database["locks"].update_one({"_id": "column"}, {"$set": {"process_started": 1.0}})
        assert "takes it over" in findings(settings)["lock"].says


def test_a_backup_is_due_after_some_days(
    settings: dict[str, Any], uri: str, database: Documents, tmp_path: Path
) -> None:
    with Archive.open(uri, database.name, create=True) as archive:
        back_up(archive, tmp_path / "backup")
    finding_list = findings(settings)["backup"]
    assert finding_list.state == "well"
    assert str(tmp_path / "backup") in finding_list.says
    long_ago = datetime.now(UTC) - timedelta(days=4)
    database["runs"].update_one({"spider": "backup"}, {"$set": {"ended_at": long_ago}})
    assert findings(settings)["backup"].state == "doubtful"


def test_a_run_from_the_future_is_named_and_counts_as_silence(settings: dict[str, Any], database: Documents) -> None:
    enter(settings["MONGODB_URI"], database.name, 0, timedelta(days=3))
    enter(settings["MONGODB_URI"], database.name, 0, timedelta(days=-400))
    finding_list = findings(settings)
    newest = database["runs"].find_one(sort=[("started_at", -1)]) or {}
    assert (finding_list["runs"].state, finding_list["schedule"].state) == ("wrong", "doubtful")
    assert newest["_id"] in finding_list["runs"].says
