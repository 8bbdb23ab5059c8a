"""The promise of the index: its writer is killed at any moment, and nothing is lost, double or stuck."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from archive.archive import Archive
from archive.model.change import read_cursor
from archive.search.folder import IndexFolder
from archive.search.reader import IndexReader
from tests.support.crawling import ROOT
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, key_of

SHARED = 7
"""Articles that are revised again and again."""


def write(archive: Archive, turn: int) -> None:
    """Write new articles, revise some, and take one off the site or bring it back."""
    at = NOW + timedelta(minutes=turn)
    archive.writer().save(
        [article(1000 + turn * 10 + number, f"第{turn}輪", at=at, page=None) for number in range(4)], at
    )
    archive.writer().save([article(number, f"改於第{turn}輪", at=at, page=None) for number in range(SHARED)], at)
    if turn % 3 == 2:
        vanish(archive, key_of(1), at=at + timedelta(seconds=1))


def found(archive: Archive, query: str) -> dict[str, int]:
    """Return the revision of each article that a query finds; none may be found twice."""
    results = archive.search(query, limit=10_000)
    revisions = {hit.key: hit.revision for hit in results.hits}
    assert len(revisions) == len(results.hits) == results.total
    return revisions


def check_consistent(archive: Archive, home: Path) -> None:
    """Check, while the writer is dead, that every article is in the index as it was at the index's cursor."""
    folder = IndexFolder(home)
    if folder.current() is None:
        return
    place = read_cursor(IndexReader(folder).snapshot().cursor, archive.id)
    revisions = {change.key: change.revision for change in archive.changes.after(0, 10_000) if change.cursor <= place}
    later = {change.key for change in archive.changes.after(place, 10_000)}
    hits = found(archive, "heading:結論先行")
    assert hits.keys() >= revisions.keys()
    assert {key: hits[key] for key in revisions.keys() - later} == {
        key: revisions[key] for key in revisions.keys() - later
    }
    assert all(hits[key] >= revision for key, revision in revisions.items())


def check_killed(archive: Archive, uri: str, folder: Path, kills: int) -> int:
    """Write and kill by turns; return how many changes were followed."""
    chance = random.Random(kills)
    words = [sys.executable, "-m", "tests.support.index_writer", uri, archive.database.name, str(folder)]
    for turn in range(kills):
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == "done\n", "it goes on where the killed one was"
            write(archive, turn)
            time.sleep(chance.random() * 0.3)
            process.kill()
        check_consistent(archive, folder / archive.id)
    archive.search.update()
    state = archive.search.state()
    assert (state.condition, state.behind) == ("ready", 0)
    assert found(archive, "heading:結論先行") == {
        document["_id"]: document["revision"] for document in archive.articles()
    }
    assert found(archive, f"改於第{kills - 1}輪").keys() == {key_of(number) for number in range(SHARED)}
    assert found(archive, f"改於第{kills - 2}輪") == {}
    (generation,) = (folder / archive.id).glob("generation-*")
    archive.search.rebuild()
    assert not generation.exists()
    assert found(archive, "heading:結論先行") == {
        document["_id"]: document["revision"] for document in archive.articles()
    }
    return archive.changes.latest()


def test_a_writer_that_is_killed_loses_nothing(archive: Archive, uri: str, tmp_path: Path) -> None:
    assert check_killed(archive, uri, tmp_path / "search", 8) > 80


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_writer_that_is_killed_very_often_loses_nothing(
    uri: str, database: Database[dict[str, Any]], tmp_path: Path
) -> None:
    with Archive.open(uri, database.name, search_dir=tmp_path, create=True) as archive:
        changes = check_killed(archive, uri, tmp_path, 60)
    sys.stdout.write(f"{changes} changes, 60 kills\n")  # shown with -s
