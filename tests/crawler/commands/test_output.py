"""What holds for the output of every command: `--json` parses, what is piped is whole, any encoding will do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from archive.archive import Archive
from archive.mongo.client import Connection
from crawler.cli.program import main, names
from tests.support.calls import LONG, OTHERS, PRINTING, WHY, call, fill
from tests.support.crawling import ROOT
from tests.support.mongodb import fresh_database

EXCERPTS = {"reparse"}
"""Commands that show the beginnings of changed texts, and with --json too: whole ones would fill gigabytes."""


@pytest.fixture(scope="module")
def filled(connection: Connection) -> Iterator[Archive]:
    """Give an archive of two articles, one with two versions, and with all that is long in it."""
    with fresh_database(connection) as database, Archive.open(connection.uri, database.name, create=True) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def words(
    filled: Archive, connection: Connection, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., list[str]]:
    """Give a function that returns a command's call, in a form: `json` or `plain`."""
    folder = tmp_path_factory.getbasetemp() / f"output-{filled.id}"

    def given(name: str, form: str) -> list[str]:
        settings = {"MONGODB_URI": connection.uri, "ARCHIVE_DATA_DIR": folder / "mongo"}
        if name != "restore":
            settings["MONGODB_DATABASE"] = filled.database.name
        return [
            *call(name, form, filled.database.name, folder),
            *(word for setting in settings.items() for word in ("-s", "{}={}".format(*setting))),
        ]

    return given


def test_every_command_is_in_one_of_the_tables() -> None:
    assert sorted([*PRINTING, *OTHERS]) == sorted(names())


@pytest.mark.parametrize("name", PRINTING)
def test_json_parses_and_is_all_there_is(
    name: str, words: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(name, "json")) in {0, 1, 7}
    lines = capsys.readouterr().out.splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert lines or name in {"backfills", "duplicates", "token"}


@pytest.mark.parametrize("name", [name for name in PRINTING if name not in EXCERPTS])
def test_what_is_piped_is_whole(
    name: str, words: Callable[..., list[str]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert main(words(name, "plain")) in {0, 1, 7}
    out = capsys.readouterr().out
    assert not set(out) & set("─━│┃╭╮╰╯\x1b")
    assert "鑫" not in out or LONG in out
    assert "xyzzy" not in out or WHY.strip() in out


def test_what_standard_output_cannot_write_is_escaped(words: Callable[..., list[str]]) -> None:
    environ = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    for name, *more in (["show"], ["show", "--json"], ["articles"], ["history"], ["search"]):
        program = [sys.executable, "-m", "crawler", *words(name, "plain"), *more]
        ran = subprocess.run(program, cwd=ROOT, env=environ, capture_output=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert ran.stdout.isascii()
        assert b"\\u7f8e" in ran.stdout
