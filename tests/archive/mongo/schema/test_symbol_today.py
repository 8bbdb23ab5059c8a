"""An archive of schema version 1 gets the symbol of today in its mentions."""

from __future__ import annotations

from archive.archive import Archive
from archive.model.article import Mention
from tests.support.made_articles import NOW, article, key_of
from tests.support.mongodb import open_for_migration


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
