"""`archive status|start|stop`: where the archive is, what it holds, and an embedded MongoDB that stays up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil
import pymongo
import pytest

from archive.archive import Archive
from archive.mongo.embedded.data_dir import open_data_dir
from archive.mongo.embedded.keeper import LINGER, Keeper
from archive.mongo.embedded.server import status, stop
from tests.support.crawling import ROOT, Documents, environment, scrapy
from tests.support.shelf import fill

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give the directory of an embedded server with an archive in it, which is stopped afterwards."""
    directory = tmp_path / "mongo"
    with Archive.open(data_dir=directory, create=True) as archive:
        fill(archive, 3)
    yield directory
    stop(directory, in_use=True)


def test_status_names_place_holdings_and_newest_article(uri: str, database: Documents) -> None:
    with Archive.open(uri, database.name, create=True) as archive:
        fill(archive, 3)
        newest = archive.articles.listed(1)[0]["published_at"]
    environ = environment(NOWHERE, uri, database.name)
    row = json.loads(scrapy("archive", "status", "--json", environ=environ).out)
    assert (row["database"], row["articles"], row["users"], row["stays"]) == (database.name, 3, None, None)
    assert row["address"].startswith("mongodb://owner:***@127.0.0.1:")
    assert datetime.fromisoformat(row["newest"]) == newest
    shown = scrapy("archive", "status", environ=environ).out.splitlines()
    assert f"{'articles':<24} 3" in shown
    assert not [line for line in shown if "used by" in line]


def test_an_archive_that_is_not_there_is_status_5_and_not_made(
    tmp_path: Path, uri: str, bare_database: Documents
) -> None:
    absent = tmp_path / "mongo"
    for words in (["status"], ["start"]):
        ran = scrapy("archive", *words, environ=environment(NOWHERE, "", "cmoney", ARCHIVE_DATA_DIR=absent))
        assert (ran.status, ran.log.count("\n")) == (5, 1)
        assert f"there is no archive at {absent}" in ran.log
    ran = scrapy("archive", "status", environ=environment(NOWHERE, uri, bare_database.name))
    assert ran.status == 5
    assert list(tmp_path.iterdir()) == []


def test_a_started_server_stays_up_until_it_is_stopped_and_takes_other_programs(home: Path) -> None:
    environ = environment(NOWHERE, "", "cmoney", ARCHIVE_DATA_DIR=home)
    started = scrapy("archive", "start", environ=environ)
    assert started.status == 0, started.log
    server = status(home).server
    assert server is not None
    listening = [at.laddr.ip for at in psutil.Process(server.pid).net_connections() if at.status == "LISTEN"]
    assert listening == ["127.0.0.1"]
    with pymongo.MongoClient[dict[str, object]](started.out.split()[-1]) as client:
        assert client["cmoney"]["articles"].count_documents({}) == 3
    row = json.loads(scrapy("archive", "status", "--json", environ=environ).out)
    assert (row["directory"], row["users"], row["stays"]) == (str(home), [], True)
    assert scrapy("archive", "stop", environ=environ).out == "stopped\n"
    assert status(home).server is None
    assert not status(home).stays


def test_the_keeper_ends_a_server_that_nobody_uses_but_not_one_that_is_to_stay(tmp_path: Path) -> None:
    data = open_data_dir(tmp_path / "mongo")
    keeper = Keeper(data, -1)
    data.stay.touch()
    keeper._last_use -= LINGER
    assert keeper._tick()
    data.stay.unlink()
    keeper._last_use -= LINGER
    assert not keeper._tick()


def test_what_is_not_embedded_is_not_started(uri: str, database: Documents) -> None:
    for word in ("start", "stop"):
        ran = scrapy("archive", word, environ=environment(NOWHERE, uri, database.name))
        assert (ran.status, "a MongoDB of your own" in ran.log) == (2, True)


def test_a_library_opens_the_archive_of_the_commands(home: Path, tmp_path: Path) -> None:
    code = "from archive import Archive\nwith Archive.open() as archive: print(archive.articles.count())"
    environ = os.environ | {"ARCHIVE_DATA_DIR": str(home), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert ran.stdout == "3\n", ran.stderr
