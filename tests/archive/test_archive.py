"""Opening an archive."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pymongo.database import Database

import archive as room
from archive.archive import Archive
from archive.errors import ArchiveError, NoArchive
from tests.support.made_articles import NOW, article

Base = Database[dict[str, Any]]

OPEN = """
import sys
from archive import Archive

sys.stdin.readline()
with Archive.open(sys.argv[1], sys.argv[2], create=True) as archive:
    print(archive.id, archive.differences())
"""


def test_to_import_it_costs_no_driver() -> None:
    code = "import archive, sys; assert archive.__doc__; print([it for it in ('pymongo', 'bson') if it in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_it_knows_neither_scrapy_nor_the_other_rooms() -> None:
    code = "from archive import Archive; import sys; print({it.partition('.')[0] for it in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'pymongo'" in loaded
    assert not [entry for entry in ("scrapy", "twisted", "crawler", "pipelines") if f"'{entry}'" in loaded]


def test_there_is_nothing_else_at_the_door() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Archives'"):
        room.Archives  # noqa: B018


def test_a_new_one_is_whole_and_opened_again_the_same(uri: str, bare_database: Base) -> None:
    with Archive.open(uri, bare_database.name, create=True) as first:
        assert first.differences() == []
        first.writer().save([article(1)], NOW)
        with Archive.open(uri, bare_database.name) as second:
            assert second.id == first.id
            assert second.articles.count() == 1


def test_one_that_is_not_there_is_not_made_for_a_reader(uri: str, bare_database: Base) -> None:
    with pytest.raises(NoArchive, match="there is no archive at"):
        Archive.open(uri, bare_database.name)
    assert bare_database.list_collection_names() == []


def test_several_processes_may_make_it_at_once(uri: str, bare_database: Base) -> None:
    words = [sys.executable, "-c", OPEN, uri, bare_database.name]
    processes = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate() for process in processes]
    assert [errors for _, errors in answers] == [""] * 4
    outputs = {output for output, _ in answers}
    assert len(outputs) == 1
    assert outputs.pop().endswith(" []\n")


def test_one_made_by_halves_is_made_whole(uri: str, bare_database: Base) -> None:
    Archive.open(uri, bare_database.name, create=True).close()
    bare_database["meta"].delete_many({})
    bare_database["frontier"].drop_indexes()
    bare_database.drop_collection("pages")
    bare_database.command("collMod", "articles", validator={}, validationLevel="off")
    with Archive.open(uri, bare_database.name, create=True) as again:
        assert again.differences() == []


def test_what_is_not_in_place_is_told(uri: str, bare_database: Base) -> None:
    with Archive.open(uri, bare_database.name, create=True) as opened:
        bare_database["frontier"].drop_index("due")
        bare_database.drop_collection("pages")
        bare_database.command("collMod", "articles", validationLevel="off")
        assert opened.differences() == [
            "collection articles has another validator",
            "collection pages is missing",
            "index frontier.due is missing",
        ]


def test_a_refined_definition_is_put_in_place(uri: str, bare_database: Base) -> None:
    Archive.open(uri, bare_database.name, create=True).close()
    bare_database["meta"].update_one({"_id": "schema"}, {"$set": {"fingerprint": "0" * 64}})
    bare_database["frontier"].drop_index("due")
    with Archive.open(uri, bare_database.name, create=True) as again:
        assert again.differences() == []


def test_all_that_is_asked_of_it_fails_in_its_own_words(archive: Archive) -> None:
    archive.database["articles"].drop()
    archive.database.handle.command("create", "articles", viewOn="meta", pipeline=[])
    with pytest.raises(ArchiveError):
        archive.writer().save([article(1)], NOW)
