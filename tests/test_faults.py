"""A command that a signal ends at a point leaves what was kept as it was, and goes on when it is called again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from signal import SIGINT, SIGKILL, SIGTERM
from typing import get_args

import pytest

from archive.mongo.client import Connection
from archive.mongo.embedded.server import Lease
from tests.soak import soak
from tests.support.faults import COMMANDS, POINTS, Cell, Ground, cells
from tests.support.harms import HOW, Harm, Place, suffer

QUICK = (
    Cell("backup", POINTS["backup"][0], 1, SIGKILL),
    Cell("backup", "os:fsync", 0, SIGKILL),
    Cell("backup", "archive.backup.snapshot:Bulk.touched", 0, SIGTERM),
    Cell("restore", "archive.backup.snapshot:Bulk.insert", 1, SIGKILL),
    Cell("restore", "archive.backup.restore:Restoration.unlock", 0, SIGKILL),
    Cell("export", "pathlib:Path.replace", 0, SIGKILL),
    Cell("export", "archive.export.exporter:Files.write", 0, SIGTERM),
    Cell("articles", "pymongo.collection:Collection.find", 0, SIGINT),
    Cell("reparse", "pymongo.client_session:ClientSession.commit_transaction", 0, SIGKILL),
    Cell("warc", "archive.pages.warc:_response", 2, SIGTERM),
    Cell("feed", "archive.feed.stream:CursorFile.keep", 2, SIGKILL),
    Cell("drop", "pymongo.collection:Collection.drop", 2, SIGKILL),
    Cell("compress", POINTS["compress"][0], 0, SIGINT),
)


@pytest.fixture(scope="module")
def ground(connection: Connection, mongod: Lease, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with Ground(connection, mongod.uri, tmp_path_factory.mktemp("faults")) as made:
        yield made


@pytest.mark.parametrize("cell", QUICK, ids=str)
def test_a_signal_at_a_point(ground: Ground, cell: Cell) -> None:
    assert ground.attempt(cell), "the command was done before"


@pytest.mark.parametrize("place", get_args(Place))
def test_a_harm(ground: Ground, place: Place) -> None:
    for how in HOW[:2]:
        suffer(ground, Harm(place, how, 1))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_soak_counts_what_it_tries(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak(0, 7) == 0
    assert re.fullmatch(r"1 tried \(1 (signals|harms)\), 0 failed \(seed 7\)\n", capsys.readouterr().out)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("place", get_args(Place))
def test_every_harm(ground: Ground, place: Place, how: str) -> None:
    for seed in range(5):
        suffer(ground, Harm(place, how, seed))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_signal_at_every_point(ground: Ground, command: str) -> None:
    failures = [ground.failure(cell) for cell in cells() if cell.command == command]
    assert not list(filter(None, failures))
