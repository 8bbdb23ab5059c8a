"""`cmoney export` as a process: files, wrong usage, an end in the middle."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import export_request
from archive.mongo.client import Connection
from crawler.commands.export import Command
from tests.support.crawling import ROOT, SCRAPY, begin, end, scrapy
from tests.support.following import called, settings
from tests.support.mongodb import fresh_database
from tests.support.shelf import fill

COUNT = 40


@pytest.fixture
def environ(archive: Archive, uri: str) -> dict[str, str]:
    return settings(uri, archive.database.name)


@pytest.fixture(scope="module")
def many(connection: Connection) -> Iterator[Archive]:
    """Give an archive that takes a second or more to export."""
    with fresh_database(connection) as database, Archive.open(connection.uri, database.name, create=True) as filled:
        fill(filled, 1500)
        yield filled


def test_a_file_and_a_line_about_it(archive: Archive, environ: dict[str, str], tmp_path: Path) -> None:
    fill(archive, COUNT)
    ran = scrapy("export", "-o", str(tmp_path / "a.jsonl"), "--fields", "_id,title", environ=environ)
    assert (ran.status, ran.log) == (0, ""), ran.log
    assert f"{COUNT} articles" in ran.out
    assert archive.changes.cursor() in ran.out
    assert (tmp_path / "a.jsonl").read_bytes().count(b"\n") == COUNT


def test_without_a_file_it_writes_what_the_file_would_hold_to_standard_output(
    archive: Archive, environ: dict[str, str], tmp_path: Path
) -> None:
    fill(archive, COUNT)
    for words in (("--format", "csv", "-o", "-"), ()):
        path = tmp_path / f"a.{words[1] if words else 'jsonl'}"
        assert scrapy("export", "-o", str(path), environ=environ).status == 0
        with (tmp_path / "out").open("wb") as out:
            ran = end(begin(("export", *words), environ, out))
        assert (tmp_path / "out").read_bytes() == path.read_bytes()
        assert ran.log.startswith(f"{COUNT} articles; `cmoney feed --after ")


def test_links_as_a_graph_and_months_in_a_folder(
    archive: Archive, uri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(archive, COUNT)
    name = archive.database.name
    assert called(Command, ["--what", "links", "-o", str(tmp_path / "a.graphml")], uri, name) == 0
    assert b"</graphml>" in (tmp_path / "a.graphml").read_bytes()
    folder = tmp_path / "months"
    words = ["-o", str(folder), "--format", "csv", "--partition", "month", "--what", "tags"]
    assert called(Command, words, uri, name) == 0
    assert called(Command, [*words, "--since", "2024-03-01", "--until", "2024-03-31"], uri, name) == 0
    assert "left as they were" in capsys.readouterr().err
    assert (folder / "month=2024-03" / "tags.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "parquet"], "only jsonl and csv are written to a stream"),
        (["--partition", "month"], "name a file"),
        (["-o", "a.xlsx"], "--format"),
        (["-o", "a.jsonl", "--since", "last week"], "no date"),
        (["-o", "a.jsonl", "--since", "2024-02-02", "--until", "2024-02-01"], "swap"),
        (["-o", "a.jsonl", "--fields", "titel"], "no field"),
        (["-o", "a.graphml"], "links"),
        (["-o", "a.parquet.gz"], "packed inside"),
        (["-o", "archive", "--format", "csv"], "is no file"),
        (["-o", "README.md", "--format", "csv", "--partition", "month"], "is no folder"),
        (["-o", "a.jsonl", "more"], "options only"),
        (["-o", "-", "--format", "graphml", "--what", "links"], "only jsonl and csv"),
        (["-o", "/dev/null", "--format", "csv"], "is no file"),
        (["-o", "a.jsonl", "--until", "9999-12-31"], "outside the calendar"),
        (["-o", "a.jsonl", "--tags", ""], "--tags names nothing"),
    ],
)
def test_wrong_usage_is_one_line(
    archive: Archive, uri: str, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    status = called(Command, arguments, uri, archive.database.name)
    out, errors = capsys.readouterr()
    assert (status, errors.count("\n"), out) == (2, 1, "")
    assert errors.startswith("error: ")
    assert says in errors


def test_an_archive_that_is_not_there_is_not_made(
    uri: str, bare_database: Database[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(Command, ["-o", str(tmp_path / "a.jsonl")], uri, bare_database.name) == 5
    assert "there is no archive at" in capsys.readouterr().err
    assert bare_database.list_collection_names() == []
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_it_says_so(
    archive: Archive, uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(archive, 3)
    assert called(Command, ["-o", "/proc/nowhere/a.jsonl"], uri, archive.database.name) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(("number", "leaves"), [(signal.SIGTERM, 0), (signal.SIGKILL, 1)])
def test_one_that_is_stopped_leaves_no_file(many: Archive, uri: str, tmp_path: Path, number: int, leaves: int) -> None:
    path = tmp_path / "a.jsonl.gz"
    process = begin(("export", "-o", str(path)), settings(uri, many.database.name))
    while not any(entry.stat().st_size for entry in tmp_path.iterdir()):
        assert process.poll() is None  # no pause: the rest is written soon
    process.send_signal(number)
    assert end(process).status != 0
    left = list(tmp_path.iterdir())
    assert len(left) == leaves
    assert path not in left
    export(many, export_request(path, until="2024-01-02"))
    assert list(tmp_path.iterdir()) == [path]


def test_progress_is_shown_on_a_terminal(archive: Archive, environ: dict[str, str], tmp_path: Path) -> None:
    fill(archive, COUNT)
    master, slave = pty.openpty()
    words = [*SCRAPY, "export", "-o", str(tmp_path / "a.jsonl")]
    done = subprocess.run(words, cwd=ROOT, env=environ, stderr=slave, stdout=subprocess.DEVNULL, check=False)
    os.close(slave)
    shown = os.read(master, 100_000).decode()
    os.close(master)
    assert done.returncode == 0
    assert f"{COUNT}/{COUNT}" in shown


@pytest.mark.parametrize(
    ("name", "what"), [("a.jsonl", "articles"), ("a.csv", "articles"), ("a.csv", "tags"), ("a.graphml", "links")]
)
def test_a_damaged_document_is_named_and_passed_over(
    archive: Archive, environ: dict[str, str], tmp_path: Path, name: str, what: str
) -> None:
    fill(archive, COUNT)
    articles = archive.database["articles"]
    key = articles.find_one({}, skip=COUNT // 2, sort=[("_id", 1)])["_id"]  # type: ignore[index] # there are some
    articles.update_one({"_id": key}, {"$unset": {"title": 1, "tags": 1}}, bypass_document_validation=True)
    ran = scrapy("export", "-o", str(tmp_path / name), "--what", what, environ=environ)
    assert ran.status == 7, ran.log
    assert ran.log == f"damaged: articles {key}: {'tags' if what == 'tags' else 'title'} is missing; passed over\n"
    if name == "a.jsonl":
        assert (tmp_path / name).read_bytes().count(b"\n") == COUNT - 1


def test_a_damaged_document_leaves_the_months_whole(archive: Archive, environ: dict[str, str], tmp_path: Path) -> None:
    fill(archive, COUNT)
    articles = archive.database["articles"]
    key = articles.find_one({}, skip=COUNT // 2, sort=[("_id", 1)])["_id"]  # type: ignore[index] # there are some
    articles.update_one({"_id": key}, {"$unset": {"title": 1}}, bypass_document_validation=True)
    ran = scrapy("export", "-o", str(tmp_path / "a"), "--format", "jsonl", "--partition", "month", environ=environ)
    assert ran.status == 7, ran.log
    lines = [line for file in (tmp_path / "a").rglob("*.jsonl") for line in file.read_bytes().splitlines()]
    assert len(lines) == len(set(lines)) == COUNT - 1
