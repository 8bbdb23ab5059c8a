"""A backup restored is the archive to the last byte; whatever is killed, broken or in the way meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.database import Database

from archive.archive import Archive
from archive.backup.manifest import BackupUnusable, Part, read_manifest
from archive.backup.restore import Restoration, restore
from archive.backup.save import back_up
from archive.errors import ArchiveTooNew, OperationRefused
from archive.model.change import WrongCursor
from archive.model.crawl.outcome import Miss
from archive.mongo.client import Connection
from archive.mongo.schema.collections import COLLECTIONS
from tests.support.crawling import ROOT, begin, environment, scrapy
from tests.support.kept_readers_copy import as_told, copied, original
from tests.support.made_articles import NOW, article, found, key_of, page, url_of
from tests.support.mongodb import fresh_database, open_for_migration, wait_until

Documents = Database[dict[str, Any]]
SMALL = 20_000  # bytes in a part, so that there are many


@pytest.fixture
def target(connection: Connection) -> Iterator[Documents]:
    with fresh_database(connection) as fresh:
        yield fresh


@pytest.fixture
def lived(archive: Archive) -> Archive:
    """Return an archive with some of everything: revisions, packed pages, misses, a run, finds."""
    fill(archive, 120)
    writer = archive.writer()
    later = NOW + timedelta(days=1)
    writer.save([article(number, "營收成長18%。", at=later) for number in range(0, 120, 3)], later)
    writer.save([Miss(key_of(5), url_of(5), "gone", "HTTP 404", later, page(5, status=404, at=later))], later)
    archive.frontier.discover([found(number) for number in range(200, 230)], NOW)
    run = archive.runs.begin("column", {"max_age": 3})
    archive.runs.end(run.id, "all well", complete=True, exit_status=0, counts={"store/new": 120})
    archive.pages.compress()
    return archive


def fill(archive: Archive, count: int) -> None:
    """Keep some articles."""
    writer = archive.writer()
    for start in range(0, count, 500):
        writer.save([article(number) for number in range(start, min(start + 500, count))], NOW)


def content(database: Documents) -> dict[str, list[bytes]]:
    """Return every document of every collection to the byte, by `_id`.

    Without the runs that are backups, and without the archive's identity: a restored one has its own.
    """
    raw = database.with_options(codec_options=CodecOptions(document_class=RawBSONDocument))
    own: dict[str, dict[str, Any]] = {"runs": {"spider": {"$ne": "backup"}}}
    documents = {
        name: [bytes(entry.raw) for entry in raw[name].find(own.get(name, {})).sort("_id", 1)]
        for name in sorted(raw.list_collection_names())
    }
    documents["meta"] = [document.replace(identity_of(database).encode(), b"") for document in documents["meta"]]
    return documents


def identity_of(database: Documents) -> str:
    """Return the identity of the archive in a database."""
    (identity,) = database["meta"].distinct("archive_id")
    return str(identity)


def restored(archive: Archive, target: Documents, directory: Path) -> Archive:
    """Return the archive that a backup gives."""
    with open_for_migration(archive.connection.uri, target.name) as opened:
        restore(opened, directory)
    return Archive.open(archive.connection.uri, target.name)


def test_what_is_restored_is_the_archive_to_the_byte(lived: Archive, target: Documents, tmp_path: Path) -> None:
    manifest = back_up(lived, tmp_path / "backup", SMALL)
    assert len(manifest.parts) > len(COLLECTIONS)
    with restored(lived, target, tmp_path / "backup") as again:
        assert content(target) == content(lived.database.handle)
        assert again.differences() == []
        assert again.id != lived.id
        assert again.changes.latest() == lived.changes.latest()
        assert again.articles.get(key_of(3)) == lived.articles.get(key_of(3))
        again.writer().save([article(999)], NOW)
        assert again.changes.latest() == lived.changes.latest() + 1


def test_a_cursor_from_before_is_none_of_the_restored_archive(
    lived: Archive, target: Documents, tmp_path: Path
) -> None:
    """Also where it has grown past it: it grew another way."""
    back_up(lived, tmp_path / "backup")
    before = lived.changes.cursor()
    lived.writer().save([article(500)], NOW)
    with restored(lived, target, tmp_path / "backup") as again:
        again.writer().save([article(number) for number in range(600, 603)], NOW)
        for cursor in (before, lived.changes.cursor()):
            with pytest.raises(WrongCursor, match="restored from a backup"):
                again.changes(after=cursor)
        with pytest.raises(WrongCursor, match="another archive"):
            lived.changes(after=again.changes.cursor())
        assert as_told(copied(again.changes())) == original(again)


@pytest.mark.parametrize("file", ["parts", "meta"])
def test_a_restoration_that_is_repeated_gives_one_identity(
    lived: Archive, target: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """Stopped before the archive is signed, or just after."""
    back_up(lived, tmp_path / "backup")
    monkeypatch.setattr(Restoration, {"parts": "check", "meta": "forget"}[file], stop)
    with open_for_migration(lived.connection.uri, target.name) as opened, pytest.raises(KeyboardInterrupt):
        restore(opened, tmp_path / "backup")
    begun = target["restoration"].find_one({"_id": "backup"})
    assert begun
    monkeypatch.undo()
    with restored(lived, target, tmp_path / "backup") as again:
        assert again.id == begun["archive_id"]
        assert content(target) == content(lived.database.handle)


def stop(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
def test_ten_thousand_articles_are_equal_to_the_byte(archive: Archive, target: Documents, tmp_path: Path) -> None:
    fill(archive, 10_000)
    back_up(archive, tmp_path / "backup", 1_000_000)
    with restored(archive, target, tmp_path / "backup") as again:
        assert again.articles.count() == 10_000
        assert content(target) == content(archive.database.handle)


def test_a_backup_made_while_others_write_shows_one_moment(
    lived: Archive, target: Documents, tmp_path: Path, uri: str
) -> None:
    scribe = [sys.executable, "-m", "tests.support.scribe", "write", uri, lived.database.name, "7"]
    with subprocess.Popen(scribe, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        before = lived.changes.latest()
        wait_until(lambda: lived.changes.latest() > before)
        kinds: list[str] = []
        back_up(lived, tmp_path / "backup", SMALL, lambda part: kinds.append(f"{part.collection}.{part.kind}"))
        process.send_signal(signal.SIGINT)  # killed, it would leave a transaction open for a minute
    assert "articles.touched" in kinds
    assert "counters.touched" in kinds
    with restored(lived, target, tmp_path / "backup") as again:
        last = again.changes.latest()
        assert before < last
        assert [change.cursor for change in again.changes.after(0, last + 1)] == list(range(1, last + 1))
        counter = target["counters"].find_one({"_id": "changes"})
        assert counter is not None
        assert counter["value"] == last
        newest = {change.key: change.revision for change in again.changes.after(0, last)}
        kept = {document["_id"]: document["revision"] for document in target["articles"].find({}, ["revision"])}
        assert kept == newest
        for key, revision in newest.items():
            assert target["revisions"].count_documents({"key": key}) == revision


def test_a_killed_backup_goes_on_and_loses_nothing_that_was_written_meanwhile(
    lived: Archive, target: Documents, tmp_path: Path
) -> None:
    class Killed(BaseException):
        pass

    def kill(part: Part) -> None:
        if part.name.startswith("revisions.base.000002"):
            raise Killed

    directory = tmp_path / "backup"
    with pytest.raises(Killed):
        back_up(lived, directory, SMALL, kill)
    fill(lived, 160)
    lived.writer().save([article(1, "改寫。", at=NOW + timedelta(days=2))], NOW + timedelta(days=2))
    lived.database["frontier"].delete_one({"_id": key_of(201)})
    done = {part.name for part in (read_manifest(directory) or pytest.fail("no manifest")).parts}
    written: list[str] = []
    back_up(lived, directory, SMALL, lambda part: written.append(part.name))
    assert not done & set(written)
    with restored(lived, target, directory):
        assert content(target) == content(lived.database.handle)


@pytest.mark.slow
def test_scrapy_backup_and_restore_survive_kill_9(lived: Archive, target: Documents, tmp_path: Path, uri: str) -> None:
    fill(lived, 3000)
    directory = tmp_path / "backup"
    source = environment("http://127.0.0.1:9", uri, lived.database.name)
    process = begin(("backup", str(directory), "--part-size", "1"), source)
    wait_until(lambda: list(directory.glob("articles.base.*1.bson.zst")))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ran = scrapy("backup", str(directory), "--part-size", "1", environ=source)
    assert ran.status == 0, ran.log
    assert "3000 articles" in ran.out
    back = environment("http://127.0.0.1:9", uri, target.name)
    process = begin(("restore", str(directory)), back)
    wait_until(lambda: target["articles"].estimated_document_count() > 100)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with pytest.raises(ArchiveTooNew):
        Archive.open(uri, target.name)
    ran = scrapy("restore", str(directory), environ=back)
    assert ran.status == 0, ran.log
    assert content(target) == content(lived.database.handle)


def test_a_database_that_is_not_empty_is_refused(lived: Archive, tmp_path: Path, uri: str) -> None:
    back_up(lived, tmp_path / "backup")
    before = content(lived.database.handle)
    refused = pytest.raises(OperationRefused, match=r"is not empty \(120 articles")
    with open_for_migration(uri, lived.database.name) as full, refused:
        restore(full, tmp_path / "backup")
    assert content(lived.database.handle) == before


def test_a_file_that_was_changed_is_refused_before_anything_of_it_is_written(
    lived: Archive, target: Documents, tmp_path: Path
) -> None:
    manifest = back_up(lived, tmp_path / "backup")
    pages = next(part for part in manifest.parts if part.collection == "pages")
    path = tmp_path / "backup" / pages.name
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(BackupUnusable, match="is not as it was written"):
        restored(lived, target, tmp_path / "backup")
    assert target["pages"].count_documents({}) == 0
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with restored(lived, target, tmp_path / "backup"):
        assert content(target) == content(lived.database.handle)


def test_a_manifest_that_was_changed_is_refused(lived: Archive, tmp_path: Path) -> None:
    back_up(lived, tmp_path / "backup")
    path = tmp_path / "backup" / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    fields["parts"].pop()
    path.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(BackupUnusable, match="was changed"):
        read_manifest(tmp_path / "backup")


def test_other_directories_are_refused(lived: Archive, target: Documents, tmp_path: Path, uri: str) -> None:
    back_up(lived, tmp_path / "backup")
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "backup").iterdir()}
    assert back_up(lived, tmp_path / "backup") == read_manifest(tmp_path / "backup")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "backup").iterdir()} == files
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BackupUnusable, match="holds no backup"):
        back_up(lived, tmp_path / "other")
    with open_for_migration(uri, target.name) as empty, pytest.raises(BackupUnusable, match="no backup in"):
        restore(empty, tmp_path / "nowhere")


def test_a_backup_is_for_its_owner_only_and_stands_in_the_ledger(lived: Archive, tmp_path: Path) -> None:
    back_up(lived, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o77 == 0
    run = lived.runs.recent(1, "backup")[0]
    assert (run["outcome"], run["complete"], run["counts"]["backup/articles/base"]) == ("all well", True, 120)


def test_a_part_of_another_backup_is_not_finished_with_this_one(
    lived: Archive, target: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(lived, tmp_path / "first")
    fill(lived, 130)
    back_up(lived, tmp_path / "second")
    monkeypatch.setattr(Restoration, "check", stop)
    with pytest.raises(KeyboardInterrupt):
        restored(lived, target, tmp_path / "first")
    with pytest.raises(OperationRefused, match="a part of another backup"):
        restored(lived, target, tmp_path / "second")
