"""The record that readers are promised is the document that the schema enforces."""

from __future__ import annotations

from archive.archive import Archive
from archive.articles.collection import Traits
from archive.model.record import Record
from archive.mongo.schema.articles import ARTICLES
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, key_of


def test_the_record_has_the_fields_of_the_schema() -> None:
    assert tuple(Record.__annotations__) == ARTICLES.field_names


def test_records_have_their_fields_in_the_order_of_the_schema(archive: Archive) -> None:
    archive.writer().save([article(1)], NOW)
    (record,) = archive.articles()
    assert tuple(record) == ARTICLES.field_names
    assert record == archive.articles.get("notes:1")


def test_chosen_fields_come_alone_and_in_the_order_asked(archive: Archive) -> None:
    archive.writer().save([article(1)], NOW)
    assert [list(record) for record in archive.articles(["title", "_id"])] == [["title", "_id"]]


def test_the_live_ones_are_the_newest_without_the_gone(archive: Archive) -> None:
    archive.writer().save([article(number) for number in range(1, 6)], NOW)
    vanish(archive, key_of(2), at=NOW)
    assert [document["_id"] for document in archive.articles.listed(3, Traits(status="live"))] == [
        "notes:1",
        "notes:3",
        "notes:4",
    ]
