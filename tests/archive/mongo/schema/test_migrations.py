"""Bringing an older archive up to date."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.database import Database

from archive.archive import Archive
from archive.errors import ArchiveTooNew, ArchiveTooOld, DocumentRefused, NoArchive, OperationRefused
from archive.model.article import Mention
from archive.mongo.schema.collections import VERSION
from archive.mongo.schema.migrations import STEPS, Step
from tests.support.made_articles import NOW, article, key_of
from tests.support.mongodb import open_for_migration

Base = Database[dict[str, Any]]


def set_version(archive: Archive, version: int) -> None:
    archive.database["meta"].update_one({"_id": "schema"}, {"$set": {"version": version}})


def shout(database: Base) -> None:
    database["articles"].update_many({}, [{"$set": {"headline": {"$concat": ["$headline", "!"]}}}])


def breach(database: Base) -> None:
    """Pass through a state that the schema forbids, as a step that renames a field does."""
    database["articles"].update_many({}, {"$rename": {"lead": "old_lead"}})
    database["articles"].update_many({}, {"$rename": {"old_lead": "lead"}})


OLDER = (*STEPS[: VERSION - 2], Step(VERSION - 1, "older", shout), Step(VERSION, "today's", breach))


def test_steps_lead_to_today_s_version() -> None:
    assert [step.version for step in STEPS] == list(range(1, VERSION + 1))


def test_an_older_archive_is_refused_then_migrated_then_opened(archive: Archive, uri: str) -> None:
    archive.writer().save([article(1)], NOW)
    set_version(archive, VERSION - 2)
    name = archive.database.name
    with pytest.raises(ArchiveTooOld, match="cmoney migrate"):
        Archive.open(uri, name, create=True)
    with open_for_migration(uri, name) as old:
        assert old.migrate(OLDER) == list(OLDER)
        assert old.migrate(OLDER) == []
    with Archive.open(uri, name, create=True) as new:
        kept = new.articles.get(key_of(1)) or {}
        assert (kept["headline"], kept["lead"]) == ("第1篇!", "結論先行")
        assert new.differences() == []
        with pytest.raises(DocumentRefused):
            new.runs.heartbeat(new.runs.begin("column", {}).id, {"finish_reason": "finished"})  # type: ignore[dict-item]


def test_articles_of_an_older_archive_get_the_hash_of_their_text(archive: Archive, uri: str) -> None:
    archive.writer().save([article(1, "營收成長" * 30), article(2)], NOW)
    wanted = {document["_id"]: document["text_hash"] for document in archive.database["articles"].find()}
    archive.database["articles"].update_many({}, {"$unset": {"text_hash": 1}}, bypass_document_validation=True)
    set_version(archive, 1)
    with open_for_migration(uri, archive.database.name) as old:
        old.migrate()
    assert {document["_id"]: document["text_hash"] for document in archive.database["articles"].find()} == wanted
    assert [value is None for _, value in sorted(wanted.items())] == [False, True]


def test_only_what_is_due_is_applied(archive: Archive, uri: str) -> None:
    archive.writer().save([article(1)], NOW)
    set_version(archive, VERSION - 1)
    with open_for_migration(uri, archive.database.name) as old:
        assert [step.version for step in old.migrate(OLDER)] == [VERSION]
    kept = archive.articles.get(key_of(1)) or {}
    assert kept["headline"] == "第1篇"


def test_one_that_broke_off_goes_on(archive: Archive, uri: str) -> None:
    def fail(_: Base) -> None:
        raise KeyboardInterrupt

    archive.writer().save([article(1)], NOW)
    set_version(archive, VERSION - 2)
    name = archive.database.name
    with open_for_migration(uri, name) as old, pytest.raises(KeyboardInterrupt):
        old.migrate([OLDER[0], Step(VERSION, "breaks off", fail)])
    with pytest.raises(ArchiveTooOld):
        Archive.open(uri, name, create=True)
    with open_for_migration(uri, name) as old:
        assert [step.version for step in old.migrate(OLDER)] == [VERSION]
    with Archive.open(uri, name, create=True) as new:
        assert new.differences() == []


def test_a_newer_archive_is_refused(archive: Archive, uri: str) -> None:
    set_version(archive, VERSION + 1)
    name = archive.database.name
    with pytest.raises(ArchiveTooNew, match="upgrade"):
        Archive.open(uri, name, create=True)
    with open_for_migration(uri, name) as newer, pytest.raises(ArchiveTooNew):
        newer.migrate()


def test_not_while_a_run_is_going_on(archive: Archive, uri: str) -> None:
    run = archive.runs.begin("column", {})
    set_version(archive, VERSION - 1)
    with open_for_migration(uri, archive.database.name) as old:
        with pytest.raises(OperationRefused, match=run.id):
            old.migrate()
        archive.runs.end(run.id, "finished", complete=True, exit_status=0, counts={})
        assert [step.version for step in old.migrate()] == [VERSION]


def test_nothing_to_migrate(uri: str, bare_database: Base) -> None:
    with (
        open_for_migration(uri, bare_database.name) as none,
        pytest.raises(NoArchive, match="no archive"),
    ):
        none.migrate()


def test_mentions_of_an_older_archive_get_the_field(archive: Archive, uri: str) -> None:
    mentions = [Mention("FB", "US", "bracket", "META"), Mention("2330", "TW", "tag")]
    archive.writer().save([article(1, mentions=mentions), article(2, mentions=[])], NOW)
    database = archive.database.handle
    database.command("collMod", "articles", validationLevel="off")
    database["articles"].update_one({"_id": key_of(1)}, {"$unset": {"mentions.1.symbol_today": ""}})
    database["meta"].update_one({"_id": "schema"}, {"$set": {"version": 1}})
    with open_for_migration(uri, database.name) as old:
        assert [step.version for step in old.migrate()] == [2]
    kept = archive.articles.get(key_of(1)) or {}
    assert [mention["symbol_today"] for mention in kept["mentions"]] == ["META", None]
    assert archive.articles.get(key_of(2))["mentions"] == []  # type: ignore[index]
    archive.writer().save([article(1, mentions=mentions, tags=["new"])], NOW)
    assert archive.articles.get(key_of(1))["tags"] == ["new"]  # type: ignore[index]
    assert archive.differences() == []
