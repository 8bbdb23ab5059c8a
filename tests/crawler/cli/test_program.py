"""The program `cmoney`: help, version, unknown commands, any folder, and how little a reading command imports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from archive.archive import Archive
from crawler.cli.completion import parser
from crawler.cli.program import CRAWLS, MEANINGS, SCRAPYS, load, main, names
from tests.support.crawling import ROOT, SCRAPY, Documents, environment
from tests.support.shelf import fill

TLS = ("OpenSSL", "cryptography", "requests")  # what MongoDB's driver loads for it
HEAVY = ("scrapy", "twisted", "lxml", "selectolax", "aiohttp", "rich.console", "pyarrow", "tantivy", "numpy", *TLS)
UNREAD = ("archive.search.search", "archive.articles.writer", "archive.export.exporter", "archive.feed.changes")
"""What no list of articles is made with."""


def shelve(uri: str, name: str, count: int) -> None:
    with Archive.open(uri, name, create=True) as archive:
        fill(archive, count)


def cmoney(*words: str, folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder that is no project."""
    given = environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "crawler", *words], cwd=folder, env=given, capture_output=True, text=True, check=False
    )


def test_help_lists_every_command_in_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    places = [shown.index(f"\n{group} (") for group in MEANINGS]
    assert places == sorted(places)
    assert all(f"\n  {name} " in shown for name in (*names(), *SCRAPYS))
    assert main([]) == 0
    assert capsys.readouterr().out == shown


def test_the_version_is_this_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "cmoney 0.1.0\n"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["artciles"], "there is no command 'artciles'; did you mean articles?"),
        (["--json"], "there is no command '--json'; cmoney --help lists them"),
        (["list", "--spiders"], "list has no option --spiders"),
    ],
)
def test_what_is_no_command_is_status_2(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"error: {why}")


def test_it_reads_an_archive_from_a_folder_that_is_no_project(tmp_path: Path, uri: str, database: Documents) -> None:
    shelve(uri, database.name, 2)
    environ = environment("http://127.0.0.1:9", uri, database.name)
    ran = cmoney("articles", "--json", folder=tmp_path, environ=environ)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len([json.loads(line) for line in ran.stdout.splitlines()]) == 2
    listed = cmoney("list", folder=tmp_path, environ=environ)
    assert listed.stdout.split() == ["backfill", "captures", "column"]
    assert list(tmp_path.iterdir()) == []


def test_cmoney_and_scrapy_are_the_same_command_in_a_checkout(uri: str, database: Documents) -> None:
    shelve(uri, database.name, 2)
    environ = environment("http://127.0.0.1:9", uri, database.name)
    by_scrapy = subprocess.run(
        [*SCRAPY, "articles"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    by_us = cmoney("articles", folder=ROOT, environ=environ)
    assert by_scrapy.stdout == by_us.stdout != ""


def loaded(calls: list[list[str]], modules: tuple[str, ...], environ: dict[str, str]) -> tuple[str, str]:
    """Return the statuses of calls in one process, and which of some modules they load."""
    code = (
        "import sys; from crawler.__main__ import main\n"
        f"for sys.argv[1:] in {calls!r}:\n"
        "    try: status = main()\n"
        "    except SystemExit as end: status = end.code\n"
        "    print('status', status)\n"
        f"print('loaded', *(name for name in {modules!r} if name in sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    (modules_loaded,) = re.findall(r"^loaded ?(.*)", ran.stdout, re.MULTILINE)
    return " ".join(re.findall(r"^status (.*)", ran.stdout, re.MULTILINE)), modules_loaded


def test_commands_that_read_load_nothing_heavy(uri: str, database: Documents) -> None:
    shelve(uri, database.name, 1)
    environ = environment("http://127.0.0.1:9", uri, database.name)
    lists = [["articles"], ["show", "notes:1"], ["changed"], ["runs", "--json"], ["frontier"], ["backfills"]]
    assert loaded(lists, (*HEAVY, *UNREAD), environ) == ("0 0 0 0 0 0", "")
    others = [["history", "notes:1"], ["export"], ["feed"], ["pages"], ["archive", "status"], ["tickers"]]
    assert loaded(others, HEAVY, environ) == ("0 0 0 0 0 0", "")
    days = ("rich.console", "matplotlib", "holidays.countries", "holidays.financial.london_stock_exchange")
    assert loaded([["coverage"]], (*HEAVY, *UNREAD, *days), environ) == ("7", "")  # 7: nights before are missing
    assert loaded([["doctor"]], ("scrapy", "twisted", "lxml", *TLS), environ) == ("1", "")  # 1: there is no site


def test_what_needs_no_archive_loads_neither_driver_nor_scrapy() -> None:
    helps = [[name, "-h"] for name in names() if name not in CRAWLS]
    calls = [["--version"], ["--help"], ["completion", "bash"], *helps]
    statuses, modules = loaded(calls, (*HEAVY, *UNREAD, "pymongo", "archive.archive"), dict(os.environ))
    assert (set(statuses.split()), modules) == ({"0"}, "")
    assert len(statuses.split()) == len(calls)


def test_help_shows_of_commands_that_it_does_not_load_what_they_have_to_tell() -> None:
    for name, (group, text) in CRAWLS.items():
        assert (load(name).group, load(name).short_desc()) == (group, text)
    for name, (_, text, _) in SCRAPYS.items():
        assert import_module(f"scrapy.commands.{name}").Command().short_desc() == text


def test_a_shell_is_told_commands_and_the_options_of_the_one_that_is_named() -> None:
    whole = parser("cmoney export --ti")
    commands = next(action.choices for action in whole._actions if action.dest == "==SUPPRESS==" or action.choices)
    assert commands is not None
    assert set(commands) >= {*names(), *SCRAPYS}
    assert "--tickers" in commands["export"]._option_string_actions  # type: ignore[index]  # a dictionary there
    assert "--limit" not in commands["articles"]._option_string_actions  # type: ignore[index]


@pytest.mark.parametrize("name", [*CRAWLS, *SCRAPYS])
def test_a_command_of_scrapys_kind_has_examples_and_refuses_unknown_options_too(name: str, tmp_path: Path) -> None:
    environ = environment("http://127.0.0.1:9", "mongodb://127.0.0.1:9/", "nowhere")
    helped = cmoney(name, "-h", folder=tmp_path, environ=environ)
    assert (helped.returncode, helped.stderr) == (0, "")
    assert f"\nexamples:\n  cmoney {name}" in helped.stdout
    refused = cmoney(name, "--sinse", "7d", folder=tmp_path, environ=environ)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"error: {name} has no option --sinse")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_each_shell_names_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "cmoney" in capsys.readouterr().out


def test_completion_answers_a_shell(tmp_path: Path) -> None:
    line = "cmoney articles --lim"
    environ = os.environ | {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "answer"),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    subprocess.run([sys.executable, "-m", "crawler"], cwd=ROOT, env=environ, check=True)
    assert (tmp_path / "answer").read_text("utf-8").split() == ["--limit"]
