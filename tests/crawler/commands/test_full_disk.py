"""A full disk is one status whoever meets it, a wrong place another, each in one line; what was there stays."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from archive.archive import Archive
from tests.support.crawling import ROOT, Documents, Ran, environment, scrapy
from tests.support.made_articles import NOW, article
from tests.support.small_disk import small_disk

NOWHERE = "http://127.0.0.1:9"
WRITERS = (
    ("export", "-o", "PLACE/a.jsonl"),
    ("warc", "-o", "PLACE/a.warc.gz"),
    ("feed", "--atom", "PLACE/a.atom"),
    ("feed", "--cursor-file", "PLACE/cursor"),
    ("coverage", "--plot", "PLACE/a.png"),
    ("backup", "PLACE/backup"),
)


@pytest.fixture
def archive(uri: str, database: Documents) -> Iterator[Archive]:
    with Archive.open(uri, database.name, create=True) as opened:
        yield opened


@pytest.fixture
def environ(archive: Archive, uri: str) -> dict[str, str]:
    archive.writer().save(
        [article(number, "營收成長17%,優於市場預期。" * 9 + f"共{number}項。") for number in (1, 2)], NOW
    )
    return environment(NOWHERE, uri, archive.database.name)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of its own that has no room left."""
    with small_disk(tmp_path / "full") as place:
        with suppress(OSError), (place / "filler").open("wb", buffering=0) as filler:
            while filler.write(bytes(4096)) == 4096:
                continue
        yield place


def called(words: tuple[str, ...], place: Path, environ: dict[str, str]) -> Ran:
    return scrapy(*(word.replace("PLACE", str(place)) for word in words), environ=environ)


def test_a_full_disk_is_status_5(full: Path, environ: dict[str, str]) -> None:
    for words in WRITERS:
        ran = called(words, full, environ)
        assert (ran.status, ran.log.count("\n")) == (5, 1), (words, ran.log)
        assert "No space left on device" in ran.log
        assert not [path for path in full.iterdir() if path.is_file() and path.name != "filler"], words


def test_a_wrong_place_is_status_2(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "file").write_text("what was there")
    for words in WRITERS:
        ran = called(words, tmp_path / "file", environ)
        assert (ran.status, ran.log.count("\n")) == (2, 1), (words, ran.log)
    for words in (("restore", "PLACE/none"), ("backup", "PLACE/none", "--verify"), ("restore", "PLACE/file")):
        ran = called(words, tmp_path, environ)
        assert (ran.status, ran.log.count("\n")) == (2, 1), (words, ran.log)
    assert (tmp_path / "file").read_text() == "what was there"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_device_or_a_pipe_keeps_no_place_and_is_no_file_to_write(tmp_path: Path, environ: dict[str, str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in ("/dev/full", str(tmp_path / "pipe"), str(tmp_path)):
        for words in (
            ("feed", "--cursor-file", place),
            ("export", "--format", "csv", "-o", place),
            ("warc", "-o", place),
        ):
            ran = scrapy(*words, environ=environ)
            assert (ran.status, ran.log.count("\n")) == (2, 1), (words, ran.log)
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_output_that_takes_nothing_is_status_5(environ: dict[str, str]) -> None:
    for words in (["articles"], ["export"]):
        program = [sys.executable, "-m", "crawler", *words]
        with Path("/dev/full").open("w", encoding="utf-8") as device:
            ran = subprocess.run(program, cwd=ROOT, env=environ, stdout=device, stderr=-1, text=True, check=False)
        assert (ran.returncode, ran.stderr.count("\n")) == (5, 1), ran.stderr


def test_pairs_are_listed_with_an_account_that_may_only_read(environ: dict[str, str], archive: Archive) -> None:
    admin = archive.connection.client.admin
    name = archive.database.name
    admin.command("createUser", name, pwd="x", roles=[{"role": "read", "db": name}])
    try:
        uri = f"mongodb://{name}:x@{archive.connection.uri.rpartition('@')[2]}"
        ran = scrapy("duplicates", "--similarity", "0.5", "--json", environ={**environ, "MONGODB_URI": uri})
        assert (ran.status, ran.log.count("\n")) == (0, 1), ran.log
        assert "may not write" in ran.log
        assert "notes:1" in ran.out
        assert archive.database["suspicions"].count_documents({}) == 0
    finally:
        admin.command("dropUser", name)
