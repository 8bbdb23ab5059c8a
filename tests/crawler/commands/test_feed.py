"""`cmoney feed` as a process: cursors, selections, following, pipes that break, wrong usage, Atom and JSON Feed."""

from __future__ import annotations

import signal
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest
from pymongo.database import Database

from archive.archive import Archive
from crawler.commands.feed import Command
from tests.support.crawling import begin, scrapy
from tests.support.following import called, follower, lines_of, settings
from tests.support.kept_readers_copy import copied, number_of, original
from tests.support.made_articles import NOW, article, key_of


@pytest.fixture
def environ(archive: Archive, uri: str) -> dict[str, str]:
    return settings(uri, archive.database.name)


def save(archive: Archive, *numbers: int, body: str = "營收成長17%。") -> None:
    at = NOW + timedelta(minutes=archive.changes.latest())
    archive.writer().save([article(number, body, at=at) for number in numbers], at)


def one_line(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline()


def test_a_reader_goes_on_where_it_was(archive: Archive, environ: dict[str, str], tmp_path: Path) -> None:
    save(archive, 1, 2, 3)
    file = tmp_path / "cursor"
    first = scrapy("feed", "--cursor-file", str(file), "--limit", "2", environ=environ)
    save(archive, 4)
    second = scrapy("feed", "--cursor-file", str(file), "--after", "latest", environ=environ)
    assert (first.status, second.status) == (0, 0), first.log + second.log
    lines = lines_of(first.out) + lines_of(second.out)
    assert [number_of(line) for line in lines] == [1, 2, 3, 4]
    assert file.read_text() == lines[-1]["cursor"] + "\n"
    assert copied(lines) == original(archive)
    assert list(tmp_path.iterdir()) == [file]


def test_the_place_is_kept_also_past_what_is_not_told(archive: Archive, uri: str, tmp_path: Path) -> None:
    save(archive, 1, 2)
    words = ["--cursor-file", str(tmp_path / "c"), "--tickers", "NVDA,TSM"]
    assert called(Command, words, uri, archive.database.name) == 0
    assert (tmp_path / "c").read_text().strip() == archive.changes.cursor()


def test_one_that_begins_with_the_latest_keeps_that_place(archive: Archive, uri: str, tmp_path: Path) -> None:
    """Killed before its first line, it does not begin with a later one."""
    save(archive, 1)
    latest = archive.changes.cursor()
    words = ["--cursor-file", str(tmp_path / "c"), "--after", "latest"]
    assert called(Command, words, uri, archive.database.name) == 0
    assert (tmp_path / "c").read_text().strip() == latest


def test_only_what_is_asked_for(archive: Archive, environ: dict[str, str]) -> None:
    save(archive, 1)
    ran = scrapy("feed", "--columns", "【美股動態】,別欄", "--fields", "headline,_id", environ=environ)
    assert [line["article"] for line in lines_of(ran.out)] == [{"headline": "第1篇", "_id": key_of(1)}]


def test_a_follower_is_told_at_once_and_ends_on_a_signal(
    archive: Archive, environ: dict[str, str], tmp_path: Path
) -> None:
    save(archive, 1)
    process = follower("--cursor-file", str(tmp_path / "c"), environ=environ)
    out = one_line(process.stdout)
    for number in (2, 3):
        save(archive, number)
        out += one_line(process.stdout)
    process.send_signal(signal.SIGTERM)
    rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert [number_of(line) for line in lines_of(out)] == [1, 2, 3]
    assert (tmp_path / "c").read_text().strip() == archive.changes.cursor()


def test_a_reader_that_stops_reading_is_no_error(archive: Archive, environ: dict[str, str]) -> None:
    for start in range(0, 60, 20):
        save(archive, *range(start, start + 20), body="長" * 5000)
    for words in (["feed"], ["feed", "--follow"]):
        with begin((*words,), environ) as process:
            assert one_line(process.stdout).startswith('{"cursor":')
            assert process.stdout
            process.stdout.close()
            assert process.stderr
            assert process.stderr.read() == ""
            assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--after", "7"], "no cursor"),
        (["--after", f"{'0' * 32}-0"], "another archive"),
        (["--limit", "0"], "--limit"),
        (["--limit", "x"], "--limit"),
        (["--atom", "a.xml", "--limit", "9" * 30], "--limit"),
        (["--fields", "titel"], "no field 'titel'"),
        (["--cursor-file", "/"], "no regular file"),
        (["--atom", "a.xml", "--follow"], "--follow"),
        (["--atom", "/proc/nowhere/a.xml"], "cannot be written"),
        (["--atom", "/dev/null"], "no file that could be replaced"),
        (["--jsonfeed", ""], "--jsonfeed names no file"),
        (["--cursor-file", ""], "--cursor-file names no file"),
        (["--tickers", ""], "--tickers names nothing"),
        (["--fields", " ,"], "--fields names nothing"),
        (["onwards"], "options only"),
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


@pytest.mark.parametrize("arguments", [["--after"], ["--format", "xml"]])
def test_an_option_that_cannot_be_read_is_one_line(
    archive: Archive, uri: str, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    status = called(Command, arguments, uri, archive.database.name)
    out, errors = capsys.readouterr()
    assert (status, errors.count("\n"), out) == (2, 1, "")
    assert errors.startswith(f"error: argument {arguments[0]}: ")


def test_an_archive_that_is_not_there_is_not_made(
    uri: str, bare_database: Database[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(Command, [], uri, bare_database.name) == 5
    assert "there is no archive at" in capsys.readouterr().err
    assert bare_database.list_collection_names() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_where_no_line_fits_any_more_it_says_so_and_the_place_stays(
    archive: Archive, environ: dict[str, str], tmp_path: Path
) -> None:
    save(archive, 1)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = follower("--cursor-file", str(tmp_path / "c"), environ=environ, out=full)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.count("\n")) == (5, 1)
    assert errors.startswith("error: standard output cannot be written: ")
    assert (tmp_path / "c").read_text() == f"{archive.id}-0\n"


def test_an_empty_cursor_file_is_not_taken_for_the_beginning(
    archive: Archive, uri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(archive, 1)
    (tmp_path / "c").write_bytes(b"")
    assert called(Command, ["--cursor-file", str(tmp_path / "c")], uri, archive.database.name) == 2
    out, errors = capsys.readouterr()
    assert out == ""
    assert "holds no cursor" in errors


def test_both_feeds_in_one_go(archive: Archive, uri: str, tmp_path: Path) -> None:
    save(archive, *range(1, 8))
    atom, json_feed = tmp_path / "a.xml", tmp_path / "feed.json"
    words = ["--atom", str(atom), "--jsonfeed", str(json_feed), "--limit", "3"]
    assert called(Command, words, uri, archive.database.name) == 0
    assert atom.read_bytes().count(b"<entry>") == 3
    assert json_feed.read_bytes().count(b'"content_text"') == 3
