"""Transactions whose owner was killed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from archive.archive import Archive
from archive.mongo.transactions import end_orphans
from tests.support.made_articles import NOW, article

HOLD = """
import sys
from archive import Archive

with Archive.open(sys.argv[1], sys.argv[2], create=True) as archive:
    with archive.database.client.start_session() as session:
        session.start_transaction()
        archive.writer()._lock(session)
        print("held", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def holder(archive: Archive, uri: str) -> subprocess.Popen[str]:
    """Give a process that holds the lock of the writers within a transaction."""
    words = [sys.executable, "-c", HOLD, uri, archive.database.name]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def kill(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()


@pytest.mark.timeout(40)  # MongoDB ends it by itself after sixty seconds
def test_a_killed_writer_does_not_hold_up_the_next(archive: Archive, holder: subprocess.Popen[str]) -> None:
    kill(holder)
    assert [saved.what for saved in archive.writer().save([article(1)], NOW)] == ["new"]


def test_a_living_owner_keeps_its_transaction(archive: Archive, holder: subprocess.Popen[str]) -> None:
    client = archive.database.client
    assert end_orphans(client) == 0
    kill(holder)
    while not end_orphans(client):  # the server needs a moment to see that the connection is closed
        pass
    assert end_orphans(client) == 0
