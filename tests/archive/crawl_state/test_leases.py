"""Leases of the frontier that pass between workers: an offer is worth what the frontier has of it."""

from __future__ import annotations

from datetime import timedelta

from archive.archive import Archive
from tests.support.made_articles import NOW, article, found


def begun(archive: Archive, kind: str = "all") -> str:
    return archive.runs.begin("column", {}, kind=kind).id


def test_an_offer_is_taken_over_once(archive: Archive) -> None:
    archive.frontier.discover([found(1, depth=1)], NOW)
    (claimed,) = archive.frontier.claim("feeder", 1, NOW, 60)
    assert archive.frontier.take_over("notes:1", "stranger", "worker", NOW, 60) is None
    assert archive.frontier.take_over("notes:1", "feeder", "worker", NOW, 60) == claimed
    assert archive.frontier.take_over("notes:1", "feeder", "other", NOW, 60) is None
    assert archive.frontier.take_over("notes:1", "feeder", "worker", NOW, 60) == claimed, "it may be repeated"
    assert archive.frontier.held_among("worker", ["notes:1", "notes:2"]) == {"notes:1"}
    assert archive.frontier.held_among("feeder", ["notes:1"]) == set()


def test_an_offer_is_void_once_its_address_is_settled_or_given_back(archive: Archive) -> None:
    archive.frontier.discover([found(1), found(2)], NOW)
    archive.frontier.claim("feeder", 2, NOW, 60)
    archive.writer().save([article(1)], NOW)
    assert archive.frontier.release("feeder", ["notes:2"]) == 1
    for key in ("notes:1", "notes:2", "notes:3"):
        assert archive.frontier.take_over(key, "feeder", "worker", NOW, 60) is None


def test_a_lease_that_is_taken_over_lasts_as_long_as_a_new_one(archive: Archive) -> None:
    archive.frontier.discover([found(1)], NOW)
    archive.frontier.claim("feeder", 1, NOW, 60)
    later = NOW + timedelta(seconds=50)
    assert archive.frontier.take_over("notes:1", "feeder", "worker", later, 60)
    assert archive.frontier.claim("third", 1, NOW + timedelta(seconds=100), 60) == []
    assert [entry.key for entry in archive.frontier.claim("third", 1, NOW + timedelta(seconds=111), 60)] == ["notes:1"]


def test_companions_are_the_living_runs_of_the_same_kind(archive: Archive) -> None:
    run, friend, ended, other = begun(archive), begun(archive), begun(archive), begun(archive, "another")
    archive.runs.end(ended, "all well", complete=True, exit_status=0, counts={})
    assert archive.runs.companions("column", "all", run) == [friend]
    archive.frontier.discover([found(1)], NOW)
    archive.frontier.claim(other, 1, NOW, 60)
    assert not archive.frontier.is_any_held([friend])
    assert not archive.frontier.is_any_held([])
    assert archive.frontier.is_any_held([friend, other])


def test_a_run_that_was_found_dead_has_not_ended_itself(archive: Archive) -> None:
    run = begun(archive)
    assert not archive.runs.has_ended_itself(run)
    archive.database["runs"].update_one({"_id": run}, {"$set": {"ended_at": NOW, "outcome": "killed"}})
    assert not archive.runs.has_ended_itself(run)
    archive.runs.end(run, "incomplete", complete=False, exit_status=7, counts={})
    assert archive.runs.has_ended_itself(run)
    assert not archive.runs.has_ended_itself("no such run")
