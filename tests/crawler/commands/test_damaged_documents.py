"""A document that is damaged, or older than a field, is named and passed over; the others are given."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.mongo.database import DamagedDocument
from crawler.cli.program import main
from tests.support.made_articles import NOW, article, found, key_of

LATER = NOW + timedelta(days=1)
DAY = ("--since", "2026-08-30", "--until", "2026-08-31")
Run = Callable[..., tuple[int, str, str]]
Change = dict[str, dict[str, Any]]

ARTICLES: dict[str, Change] = {
    "older": {"$unset": {"left_out": 1, "suspect": 1, "put_aside": 1}},
    "empty": {"$unset": dict.fromkeys(("title", "text", "sections", "aliases", "revision", "tickers", "problems"), 1)},
    "text for list": {"$set": {"tickers": "AMZN", "related": "none", "sections": "x"}},
    "half a list": {"$set": {"mentions": [{"symbol": "AMZN"}], "related": [{"title": "x"}, 7], "sections": [{}]}},
}
OTHERS: dict[str, tuple[str, str, Change]] = {
    "revision": ("revisions", f"{key_of(2)}#2", {"$unset": {"text": 1, "title": 1}}),
    "change": ("changes", "2", {"$unset": {"op": 1}}),
    "address": ("frontier", key_of(6), {"$unset": {"title": 1, "places": 1}}),
}


@pytest.fixture
def run(archive: Archive, uri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    own = {"MONGODB_URI": uri, "MONGODB_DATABASE": archive.database.name, "ARCHIVE_DATA_DIR": tmp_path / "mongo"}
    settings = [word for name, value in own.items() for word in ("-s", f"{name}={value}")]
    archive.frontier.discover([found(number) for number in range(1, 7)], NOW)
    archive.writer().save([article(number) for number in range(1, 6)], NOW)
    archive.writer().save([article(2, "營收成長12%。", at=LATER)], LATER)

    def called(*words: str) -> tuple[int, str, str]:
        status = main([*words, *settings])
        return (status, *capsys.readouterr())

    return called


def harm(archive: Archive, collection: str, identity: object, change: Change) -> None:
    """Change a document past validators and all."""
    document_id = int(str(identity)) if collection == "changes" else identity
    done = archive.database[collection].update_one({"_id": document_id}, change, bypass_document_validation=True)
    assert done.modified_count == 1


def commands(place: Path) -> list[tuple[str, ...]]:
    """Return calls of the commands that read, some in several ways."""
    tables = [("export", "--what", what) for what in ("articles", "mentions", "links", "tags", "revisions")]
    files = [("export", "-o", str(place / name)) for name in ("a.csv", "a.parquet", "a.jsonl.gz")]
    past = ("--as-of", "2026-08-31T10:00")
    return [
        *tables,
        *files,
        ("export", "-o", str(place / "a.graphml"), "--what", "links"),
        ("export", "--format", "jsonl", "-o", str(place / "months"), "--partition", "month"),
        ("export", *past),
        ("feed",),
        ("feed", "--tickers", "AMZN", "--fields", "_id,title"),
        ("feed", "--atom", str(place / "a.xml"), "--jsonfeed", str(place / "a.json")),
        ("articles",),
        ("articles", "--changed"),
        ("articles", *past),
        ("show", key_of(1)),
        ("show", key_of(2)),
        ("show", key_of(2), *past),
        ("show", key_of(2), "--json"),
        ("show", key_of(6)),
        ("history", key_of(2)),
        ("changed",),
        ("search", "成長"),
        ("search", "成長", *past),
        ("search", "成長", "--rebuild"),
        ("coverage", *DAY),
        ("coverage", *DAY, *past),
        ("duplicates",),
        ("frontier", "--state", "wanted"),
        ("archive", "status"),
        ("warc", "-o", str(place / "pages.warc.gz")),
        ("page", key_of(2)),
        ("reparse", "--dry-run", "--processes", "1"),
        ("reparse", "--key", key_of(2), "--processes", "1"),
    ]


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_that_is_damaged(name: str, archive: Archive, run: Run, tmp_path: Path) -> None:
    harm(archive, "articles", key_of(2), ARTICLES[name])
    for words in commands(tmp_path):
        status, out, err = run(*words)
        if words in {("export", "--what", "articles"), ("feed",)}:
            lines = [json.loads(line) for line in out.splitlines()]
            assert {line.get("key", line.get("_id")) for line in lines} == {key_of(number) for number in (1, 3, 4, 5)}
            assert (status, len(lines)) == (7, 4)
        if words == ("articles",):
            assert (status, [key_of(number) in out for number in range(1, 6)]) == (7, [True, False, True, True, True])
        if words[:2] == ("show", key_of(2)) and "--as-of" not in words:
            assert (status, out, err.count("\n")) == (7, "", 1), err
            assert f"{key_of(2)} is damaged: " in err
        assert status in {0, 1, 2, 6, 7}, (words, status, err)
        assert status != 7 or words[0] == "coverage" or f"{key_of(2)}" in err, (words, err)


def test_an_article_is_named_once_and_by_its_field(archive: Archive, run: Run) -> None:
    harm(archive, "articles", key_of(2), ARTICLES["older"])
    for words in (("export",), ("feed",), ("articles",), ("search", "成長")):
        status, _, err = run(*words)
        assert (status, err.count("damaged: ")) == (7, 1), err
        assert f"damaged: articles {key_of(2)}: left_out is missing; passed over\n" in err


@pytest.mark.parametrize("name", OTHERS)
def test_another_document_that_is_damaged(name: str, archive: Archive, run: Run, tmp_path: Path) -> None:
    collection, identity, change = OTHERS[name]
    harm(archive, collection, identity, change)
    named = 0
    for words in commands(tmp_path):
        status, _, err = run(*words)
        assert status in {0, 1, 2, 6, 7}, (words, status, err)
        named += f"damaged: {collection} {identity}: " in err
    assert named


@pytest.mark.parametrize("field", ["headers", "sha256", "key"])
def test_a_page_whose_document_is_damaged(field: str, archive: Archive, run: Run, tmp_path: Path) -> None:
    page = archive.database["pages"].find_one({"key": key_of(3)})
    assert page
    harm(archive, "pages", page["_id"], {"$unset": {field: 1}})
    for words in (("warc", "-o", str(tmp_path / "pages.warc")), ("pages", "--verify", "--rate", "0")):
        status, _, err = run(*words)
        assert (status, f"damaged: {page['_id']}: its document is damaged: {field} is missing\n" in err) == (7, True), (
            err
        )
    assert run("show", key_of(3), "--raw")[0] in {5, 7}
    assert run("reparse", "--dry-run", "--processes", "1")[0] == (0 if field == "key" else 7)
    assert run("pages")[0] == 0


def test_a_program_is_warned_of_what_it_does_not_get(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    archive.writer().save([article(number) for number in range(1, 4)], NOW)
    harm(archive, "articles", key_of(2), ARTICLES["older"])
    assert [record["_id"] for record in archive.articles()] == [key_of(3), key_of(1)]
    assert f"articles {key_of(2)}: left_out is missing; it was passed over" in caplog.text
    warnings: list[DamagedDocument] = []
    with Archive.open(archive.database.uri, archive.database.name) as opened:
        opened.database.report = warnings.append
        assert opened.table("articles", ["_id"]).num_rows == 3
        assert opened.table("articles").num_rows == 2
    assert warnings == [DamagedDocument("articles", key_of(2), "left_out is missing")]
