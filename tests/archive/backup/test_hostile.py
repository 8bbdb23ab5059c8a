"""Backups that are broken, mixed or made to harm: refused before the first write, in one line, at once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import bson
import pytest
import zstandard
from pymongo.database import Database

from archive.archive import Archive
from archive.backup.manifest import FILE, BackupUnusable, _digest
from archive.backup.restore import checked, restore
from archive.backup.save import back_up
from archive.mongo.client import Connection
from tests.support.crawling import environment, scrapy
from tests.support.damaging import flipped
from tests.support.made_articles import NOW, article
from tests.support.mongodb import fresh_database, open_for_migration

Documents = Database[dict[str, Any]]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def target(connection: Connection) -> Iterator[Documents]:
    with fresh_database(connection) as fresh:
        yield fresh


@pytest.fixture
def backup(archive: Archive, tmp_path: Path) -> Path:
    archive.writer().save([article(number) for number in range(1, 6)], NOW)
    back_up(archive, tmp_path / "backup")
    return tmp_path / "backup"


def refused(directory: Path, target: Documents, uri: str, match: str) -> None:
    """See that a backup is refused, and that nothing was written."""
    with open_for_migration(uri, target.name) as opened, pytest.raises(BackupUnusable, match=match) as raised:
        restore(opened, directory)
    assert "\n" not in str(raised.value)
    assert target.list_collection_names() == []


def forge(directory: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a manifest says, and sign it again as whoever can write there can."""
    fields = json.loads((directory / FILE).read_text("utf-8"))
    del fields["sha256"]
    change(fields)
    (directory / FILE).write_text(json.dumps(fields | {"sha256": _digest(fields)}), "utf-8")


def part_of(fields: dict[str, Any], collection: str) -> dict[str, Any]:
    return next(part for part in fields["parts"] if part["collection"] == collection)


def put(directory: Path, collection: str, content: bytes, documents: int) -> None:
    """Put another content into a collection's part, as whoever can write there can."""
    import hashlib

    def change(fields: dict[str, Any]) -> None:
        part = part_of(fields, collection)
        (directory / part["name"]).write_bytes(content)
        part.update(size=len(content), sha256=hashlib.sha256(content).hexdigest(), documents=documents)

    forge(directory, change)


def without_touched(directory: Path, collection: str) -> None:
    """Take out what was read again, since it was written in the second in which the backup began."""
    name = f"{collection}.touched."
    forge(directory, lambda fields: fields.update(parts=[p for p in fields["parts"] if not p["name"].startswith(name)]))


HARMS: dict[str, Callable[[Path], object]] = {
    "flipped": lambda path: path.write_bytes(flipped(path.read_bytes())),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("name", HARMS)
def test_every_file_that_is_harmed_is_seen_before_the_first_write(
    name: str, backup: Path, target: Documents, uri: str, tmp_path: Path
) -> None:
    for path in sorted(backup.iterdir()):
        copy = tmp_path / "copy"
        shutil.copytree(backup, copy)
        HARMS[name](copy / path.name)
        refused(copy, target, uri, r"restore another|Restore another|Name another|no backup in")
        shutil.rmtree(copy)


def test_parts_swapped_with_each_other_or_with_another_backup(
    archive: Archive, backup: Path, target: Documents, uri: str, tmp_path: Path
) -> None:
    archive.writer().save([article(9)], NOW)
    back_up(archive, tmp_path / "later")
    name = "articles.base.000001.bson.zst"
    shutil.copy(tmp_path / "later" / name, backup / name)
    refused(backup, target, uri, "is not as it was written")


def test_any_two_parts_that_changed_places(backup: Path, target: Documents, uri: str) -> None:
    parts = sorted(backup.glob("*.zst"))
    for first, second in pairwise(parts):
        contents = first.read_bytes(), second.read_bytes()
        if contents[0] == contents[1]:  # written in the second in which the backup began, and so read twice
            continue
        first.write_bytes(contents[1])
        second.write_bytes(contents[0])
        refused(backup, target, uri, "is not as it was written")
        first.write_bytes(contents[0])
        second.write_bytes(contents[1])


HOSTILE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "climbing": (
        lambda fields: part_of(fields, "pages").update(name="../pages.base.000001.bson.zst"),
        "no name of a part",
    ),
    "absolute": (lambda fields: part_of(fields, "pages").update(name="/etc/passwd"), "no name of a part"),
    "foreign": (
        lambda fields: part_of(fields, "pages").update(name="users.base.000001.bson.zst", collection="users"),
        "no collection 'users'",
    ),
    "of another": (lambda fields: part_of(fields, "pages").update(collection="articles"), "no name of a part"),
    "twice": (lambda fields: fields["parts"].append(fields["parts"][0]), "names a part twice"),
    "newer": (lambda fields: fields.update(schema_version=99), "upgrade this program"),
    "newer format": (lambda fields: fields.update(format=2), "upgrade this program"),
    "no version": (lambda fields: fields.update(schema_version="2"), "a number in it is none"),
    "counts": (lambda fields: fields["counts"].update(system=1), "no collection 'system'"),
    "unknown": (lambda fields: fields.update(run="rm"), "is no manifest"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_manifest_is_refused(name: str, backup: Path, target: Documents, uri: str) -> None:
    change, match = HOSTILE[name]
    forge(backup, change)
    refused(backup, target, uri, match)


@pytest.mark.parametrize("file", ["part", "manifest"])
@pytest.mark.parametrize("kind", ["pipe", "link", "device", "folder"])
def test_what_is_no_regular_file_is_refused_at_once(
    kind: str, file: str, backup: Path, target: Documents, uri: str, tmp_path: Path
) -> None:
    path = backup / (FILE if file == "manifest" else "pages.base.000001.bson.zst")
    path.rename(tmp_path / "whole")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "whole" if kind == "link" else "/dev/zero")
    refused(backup, target, uri, "another")


@pytest.mark.parametrize(
    "plain",
    [
        b"\0\0\0\0" + b"x" * 100,
        (4).to_bytes(4, "little") + b"x" * 100,
        (2**31 - 1).to_bytes(4, "little") + b"x" * 100,
        b"\xff\xff\xff\xff" + b"\0" * 50_000_000,
    ],
    ids=["nothing", "less than a document", "too long", "a bomb"],
)
def test_lengths_are_bounded(plain: bytes, backup: Path, target: Documents, uri: str) -> None:
    put(backup, "pages", zstandard.compress(plain), 1)
    refused(backup, target, uri, "what is no document")


@pytest.mark.parametrize("plain", [bson.encode({"title": 7}), b"\x09\0\0\0\x7f_id\0"], ids=["no _id", "no BSON"])
def test_a_document_without_a_name_is_refused(plain: bytes, backup: Path, target: Documents, uri: str) -> None:
    put(backup, "articles", zstandard.compress(plain), 1)
    refused(backup, target, uri, "articles.base.000001.bson.zst holds what is no document")


def test_a_document_that_the_schema_forbids_is_refused(backup: Path, target: Documents, uri: str) -> None:
    put(backup, "articles", zstandard.compress(bson.encode({"_id": "notes:1", "title": 7})), 1)
    refused(backup, target, uri, "articles.base.000001.bson.zst holds a document that the schema forbids, 'notes:1'")


def test_two_documents_that_exclude_each_other_are_refused(
    archive: Archive, backup: Path, target: Documents, uri: str
) -> None:
    documents = list(archive.database["revisions"].find())
    documents[1] |= {name: documents[0][name] for name in ("key", "revision")}
    put(backup, "revisions", zstandard.compress(b"".join(map(bson.encode, documents))), len(documents))
    without_touched(backup, "revisions")
    refused(backup, target, uri, "Two documents of its revisions have the same place in the index key_revision")


@pytest.mark.parametrize("change", [lambda documents: documents[1:], lambda documents: [*documents[1:], documents[1]]])
def test_fewer_documents_than_were_saved_are_refused(
    change: Callable[[list[Any]], list[Any]], archive: Archive, backup: Path, target: Documents, uri: str
) -> None:
    documents = change(list(archive.database["changes"].find()))
    put(backup, "changes", zstandard.compress(b"".join(map(bson.encode, documents))), len(documents))
    without_touched(backup, "changes")
    refused(backup, target, uri, "Its parts hold 4 changes, not 5")


def test_commands_say_it_in_a_line_and_verify_without_restoring(
    backup: Path, target: Documents, uri: str, tmp_path: Path
) -> None:
    environ = environment(NOWHERE, uri, target.name)
    for words in (("restore", str(tmp_path)), ("backup", "--verify", str(tmp_path / "none"))):
        ran = scrapy(*words, environ=environ)
        assert (ran.status, len(ran.log.splitlines())) == (2, 1), ran.log
    assert scrapy("backup", "--verify", str(backup), environ=environ).status == 0
    assert target.list_collection_names() == []
    for entry in ("", "complete already"):
        ran = scrapy("restore", str(backup), environ=environ)
        assert (ran.status, entry in ran.out) == (0, True), ran.log
    harmed = backup / "pages.base.000001.bson.zst"
    harmed.write_bytes(flipped(harmed.read_bytes()))
    ran = scrapy("backup", "--verify", str(backup), environ=environ)
    assert (ran.status, "is not as it was written" in ran.log) == (5, True)
    with pytest.raises(BackupUnusable):
        checked(backup)
