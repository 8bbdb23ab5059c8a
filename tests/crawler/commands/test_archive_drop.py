"""Only crawls and restorations make an archive; `archive drop` takes one away; an empty one gives way to a backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.backup.save import back_up
from archive.mongo.client import Connection
from archive.mongo.schema import removal
from archive.mongo.schema.collections import COLLECTIONS
from tests.support.crawling import Documents, environment, scrapy
from tests.support.made_articles import NOW, article
from tests.support.mongodb import fresh_database

NOWHERE = "http://127.0.0.1:9"

READERS = (
    ("articles",),
    ("backfills",),
    ("backup", "FOLDER"),
    ("coverage",),
    ("doctor", "--offline"),
    ("duplicates",),
    ("export", "-o", "FOLDER/articles.jsonl"),
    ("feed",),
    ("frontier",),
    ("history", "notes:1"),
    ("migrate",),
    ("pages",),
    ("reparse",),
    ("runs",),
    ("search", "台積電"),
    ("warc", "-o", "FOLDER.warc.gz"),
)
"""Every command that works on an archive and makes none."""


@pytest.fixture
def archive(uri: str, database: Documents) -> Iterator[Archive]:
    with Archive.open(uri, database.name, create=True) as opened:
        yield opened


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_no_command_makes_an_archive(
    words: tuple[str, ...], uri: str, bare_database: Documents, tmp_path: Path
) -> None:
    folder = tmp_path / "made"
    ran = scrapy(
        *(word.replace("FOLDER", str(folder)) for word in words), environ=environment(NOWHERE, uri, bare_database.name)
    )
    assert ran.status == 5, ran.log
    assert "error: there is no archive at mongodb://owner:***@127.0.0.1:" in ran.log
    assert repr(bare_database.name) in ran.log
    assert len(ran.log.splitlines()) == 1
    assert bare_database.list_collection_names() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [("doctor", "--offline"), ("backup", "FOLDER"), ("migrate",), ("archive", "drop", "cmoney")]
)
def test_a_mistyped_folder_is_not_made(words: tuple[str, ...], tmp_path: Path) -> None:
    mistyped = tmp_path / "mongoo"
    environ = environment(NOWHERE, "", "cmoney", ARCHIVE_DATA_DIR=mistyped)
    ran = scrapy(*(word.replace("FOLDER", str(tmp_path / "backup")) for word in words), environ=environ)
    assert ran.status == 5, ran.log
    assert f"error: there is no archive at {mistyped}" in ran.log
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_spider_or_argument_makes_none(uri: str, bare_database: Documents) -> None:
    for words in (("crawl", "colum"), ("scheduled", "colum"), ("scheduled", "column", "-a", "deep=1")):
        ran = scrapy(*words, environ=environment(NOWHERE, uri, bare_database.name))
        assert ran.status == 2, ran.log
    assert bare_database.list_collection_names() == []


def test_drop_wants_the_name_and_removes_everything_of_the_archive(
    uri: str, database: Documents, tmp_path: Path
) -> None:
    environ = environment(NOWHERE, uri, database.name, SEARCH_INDEX_DIR=tmp_path / "search")
    with Archive.open(uri, database.name, create=True) as archive:
        archive.writer().save([article(1), article(2)], NOW)
        index = tmp_path / "search" / archive.id
        index.mkdir(parents=True)
    database["others"].insert_one({"theirs": True})
    for words in ((), ("cmonei",), (database.name, "twice")):
        ran = scrapy("archive", "drop", *words, environ=environ)
        assert ran.status == 2, ran.log
        assert f"cmoney archive drop {database.name}" in ran.log or "see cmoney archive -h" in ran.log
    assert database["articles"].count_documents({}) == 2
    ran = scrapy("archive", "drop", database.name, environ=environ)
    assert ran.status == 0, ran.log
    assert "2 articles" in ran.out
    assert database.list_collection_names() == ["others"]
    assert not index.exists()
    assert scrapy("archive", "drop", database.name, environ=environ).status == 5


def test_drop_is_refused_while_a_run_goes_on(uri: str, database: Documents) -> None:
    with Archive.open(uri, database.name, create=True) as archive:
        run = archive.runs.begin("column", {})
        ran = scrapy("archive", "drop", database.name, environ=environment(NOWHERE, uri, database.name))
    assert ran.status == 5
    assert run.id in ran.log
    assert database["meta"].count_documents({}) == 1


def test_a_drop_killed_in_the_middle_opens_for_nothing_but_another(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.writer().save([article(1)], NOW)
    uri, database = archive.connection.uri, archive.database
    with monkeypatch.context() as patch:
        patch.setattr(removal, "COLLECTIONS", (*COLLECTIONS[:3], Killing()))
        with pytest.raises(KeyboardInterrupt):
            archive.remove()
    for words in (("articles",), ("crawl", "column")):
        ran = scrapy(*words, environ=environment(NOWHERE, uri, database.name))
        assert (ran.status, "half removed: run `cmoney archive drop` again" in ran.log) == (5, True)
    assert scrapy("archive", "drop", database.name, environ=environment(NOWHERE, uri, database.name)).status == 0
    assert database.handle.list_collection_names() == []


class Killing:
    """A collection at which the process is killed."""

    @property
    def name(self) -> str:
        raise KeyboardInterrupt


def test_an_archive_that_holds_nothing_gives_way_to_a_backup(
    archive: Archive, connection: Connection, tmp_path: Path
) -> None:
    """As a first look at a new machine used to leave one behind: counters, meta, a run."""
    archive.writer().save([article(1)], NOW)
    back_up(archive, tmp_path / "backup")
    with fresh_database(connection) as target:
        environ = environment(NOWHERE, connection.uri, target.name)
        with Archive.open(connection.uri, target.name, create=True) as empty:
            identity = empty.id
            run = empty.runs.begin("column", {})
            assert scrapy("restore", str(tmp_path / "backup"), environ=environ).status == 5  # in use
            empty.runs.end(run.id, "all well", complete=True, exit_status=0, counts={})
        ran = scrapy("restore", str(tmp_path / "backup"), environ=environ)
        assert ran.status == 0, ran.log
        with Archive.open(connection.uri, target.name) as again:
            assert again.articles.count() == 1
            assert again.id not in {identity, archive.id}
            assert again.runs.recent(9) == []


@pytest.mark.parametrize("kept", ["articles", "pages", "frontier", "changes"])
def test_one_that_holds_anything_does_not(kept: str, archive: Archive, connection: Connection, tmp_path: Path) -> None:
    archive.writer().save([article(1)], NOW)
    back_up(archive, tmp_path / "backup")
    with fresh_database(connection) as target:
        Archive.open(connection.uri, target.name, create=True).close()
        document = archive.database[kept].find_one({})
        assert document is not None
        target[kept].insert_one(document)
        ran = scrapy("restore", str(tmp_path / "backup"), environ=environment(NOWHERE, connection.uri, target.name))
        assert ran.status == 5
        assert f"is not empty (1 {kept})" in ran.log
        assert len(ran.log.splitlines()) == 1
        assert target[kept].count_documents({}) == 1
