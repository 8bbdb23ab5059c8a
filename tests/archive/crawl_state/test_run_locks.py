"""A lock is held by one process in the world, and taken over from the dead."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.archive import Archive
from archive.crawl_state.run_locks import RunLocks, claimant
from archive.model.crawl.run import SILENCE
from archive.mongo.schema.crawl_state import LOCKS
from archive.mongo.schema.soundness import validator_of
from tests.support.crawling import ROOT

HOLD = """
import sys
from archive import Archive
from archive.crawl_state.run_locks import RunLocks, claimant
with Archive.open(sys.argv[1], sys.argv[2], create=True) as archive:
    mine = claimant()
    print(archive.locks.take("column", mine).id == mine.id, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def locks(archive: Archive) -> RunLocks:
    return archive.locks


def test_only_one_of_many_gets_it(locks: RunLocks) -> None:
    owners = [claimant() for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        holders = set(pool.map(lambda owner: locks.take("column", owner).id, owners))
    assert len(holders) == 1
    assert holders < {owner.id for owner in owners}


def test_what_is_given_back_can_be_taken_and_two_spiders_do_not_wait_for_each_other(locks: RunLocks) -> None:
    first, second = claimant(), claimant()
    locks.take("column", first)
    assert locks.take("column", second).id == first.id
    assert locks.take("backfill", second).id == second.id
    locks.give_back("column", first)
    assert locks.take("column", second).id == second.id
    locks.give_back("column", first)  # not its own any more
    assert locks.holders()["column"].id == second.id


def test_a_killed_process_holds_nothing(archive: Archive, locks: RunLocks, uri: str) -> None:
    words = [sys.executable, "-c", HOLD, uri, archive.database.name]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        owner = claimant()
        assert locks.take("column", owner).pid == process.pid
        process.kill()
        process.wait()
        assert locks.take("column", owner).id == owner.id


def test_another_host_is_dead_when_it_is_silent(archive: Archive, locks: RunLocks) -> None:
    elsewhere = replace(claimant(), host="another-host")
    locks.take("column", elsewhere)
    owner = claimant()
    assert locks.take("column", owner).host == "another-host"
    silent = {"$set": {"heartbeat_at": datetime.now(UTC) - SILENCE - timedelta(seconds=1)}}
    archive.database["locks"].update_one({"_id": "column"}, silent)
    assert locks.renew("column", elsewhere)
    assert locks.take("column", owner).host == "another-host"
    archive.database["locks"].update_one({"_id": "column"}, silent)
    assert locks.take("column", owner).id == owner.id
    assert not locks.renew("column", elsewhere)


def test_its_documents_are_as_they_are_declared(archive: Archive, locks: RunLocks) -> None:
    locks.take("column", claimant())
    assert archive.database["locks"].count_documents(validator_of(LOCKS)) == 1
