"""How long a connection's commands took, by kind."""

from __future__ import annotations

import pytest
from pymongo.errors import OperationFailure

from archive.archive import Archive
from archive.mongo.command_times import SLOWEST
from archive.mongo.database import Document
from tests.support.made_articles import NOW, article

NOT_AN_OPERATOR: Document = {"$nothing": 1}


def test_commands_add_up_by_kind_and_a_run_has_them(archive: Archive) -> None:
    before = archive.connection.times.figures()
    for _ in range(3):
        archive.database["articles"].find_one({"$where": "sleep(20) || true"})
    figures = archive.connection.times.figures()
    assert figures["database/commands"] == before["database/commands"] + 3
    run = archive.runs.begin("column", {})
    archive.runs.end(run.id, "finished", complete=True, exit_status=0, counts={"store/new": 1})
    counts = archive.runs.recent(1)[0]["counts"]
    assert counts["store/new"] == 1
    assert counts["database/commands"] > figures["database/commands"]
    assert 0 < len([name for name in counts if name.endswith("/commands") and name.count("/") == 2]) <= SLOWEST


def test_the_slowest_kind_is_named_with_its_collection(archive: Archive) -> None:
    archive.writer().save([article(number) for number in range(9)], NOW)
    for _ in range(2):
        list(archive.database["articles"].find({"$where": "sleep(50) || true"}, batch_size=2))
    figures = archive.connection.times.figures()
    assert figures["database/getMore articles/commands"] == 8
    assert figures["database/getMore articles/milliseconds"] > 0


def test_a_command_that_failed_took_its_time_too(archive: Archive) -> None:
    before = archive.connection.times.figures()["database/commands"]
    with pytest.raises(OperationFailure):
        archive.database["articles"].find_one(NOT_AN_OPERATOR)
    assert archive.connection.times.figures()["database/commands"] == before + 1
