"""A title that would act where it is shown, in a terminal, a table or a page, stands there as text."""

from __future__ import annotations

import csv
import io
import os
import pty
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import pytest

from archive.archive import Archive
from archive.export.text_formats import unguard
from archive.feed.syndication import atom
from archive.model.record import Record
from archive.model.text import legal
from archive.mongo.client import Connection
from archive.web.answers.citation import markdown
from crawler.cli.program import main
from tests.support.made_articles import NOW, article, found, key_of, page
from tests.support.mongodb import fresh_database
from tests.support.sample_pages import notes_page

TITLE = "=[/財報] [link=http://x.tw]看[/link] <b>*漲*</b>\x1b]8;;http://x.tw\x07\x9b31m,1"
SHOWN = r"=[/財報] [link=http://x.tw]看[/link] <b>*漲*</b>\x1b]8;;http://x.tw\x07\x9b31m,1"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""What only colours a terminal, and is ours."""

COMMANDS = (
    ("articles",),
    ("frontier", "--state", "wanted"),
    ("runs",),
    ("show", key_of(1)),
    ("search", "ticker:AMZN"),
)


@pytest.fixture(scope="module")
def kept(connection: Connection) -> Iterator[Archive]:
    with fresh_database(connection) as database, Archive.open(connection.uri, database.name, create=True) as opened:
        named = article(1, title=TITLE, headline=TITLE, page=page(1, notes_page().decode()))
        opened.writer().save([named], NOW)
        opened.frontier.discover([found(2, title=TITLE)], NOW)
        run = opened.runs.begin("column", {}).id
        opened.runs.end(run, "finished", complete=False, exit_status=7, counts={}, problems=[TITLE])
        yield opened


@pytest.fixture
def place(kept: Archive, connection: Connection, tmp_path: Path) -> list[str]:
    settings = (
        f"MONGODB_URI={connection.uri}",
        f"MONGODB_DATABASE={kept.database.name}",
        f"ARCHIVE_DATA_DIR={tmp_path}",
    )
    return [word for setting in settings for word in ("-s", setting)]


def shown_on_a_terminal(words: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    leader, follower = pty.openpty()
    with os.fdopen(leader, "rb") as screen, os.fdopen(follower, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        assert main(words) in {0, 7}
        terminal.flush()
        return os.read(screen.fileno(), 65536).decode()


@pytest.mark.parametrize("words", COMMANDS)
def test_it_is_text_on_a_terminal_and_in_a_pipe(
    words: tuple[str, ...], place: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("TERM", "xterm")
    assert main([*words, *place]) in {0, 7}
    piped = capsys.readouterr().out
    for shown in (piped, shown_on_a_terminal([*words, *place], monkeypatch)):
        uncoloured = COLOUR.sub("", shown)
        assert SHOWN in uncoloured
        assert not set("\x1b\x07\x9b") & set(uncoloured)


def test_it_is_text_in_csv_atom_and_markdown(kept: Archive, place: list[str], tmp_path: Path) -> None:
    assert main(["export", "--neutralise", "-o", str(tmp_path / "a.csv"), *place]) == 0
    (row,) = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"), newline=""))
    assert (row["title"][0], unguard(row["title"])) == ("'", TITLE)
    document = kept.articles.get(key_of(1))
    assert document is not None
    feed = ElementTree.fromstring(atom([cast("Record", document)]))  # noqa: S314 -- our own
    assert [title.text for title in feed.iterfind("{*}entry/{*}title")] == [legal(TITLE)]
    heading = markdown(document, "https://archive.example").splitlines()[0]
    assert not re.search(r"(?<!\\)[\[\]<>*]", heading)


def test_no_file_is_named_after_it(place: list[str], tmp_path: Path) -> None:
    assert main(["fixture", key_of(1), "-o", str(tmp_path), *place]) == 0
    assert all(re.fullmatch(r"[\w.-]+", file.name, re.ASCII) for file in tmp_path.iterdir())
