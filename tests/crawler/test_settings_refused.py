"""A setting that is invalid ends every command before anything starts: status 2, one line, no secret in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli.program import load, main, names
from crawler.errors import WrongUsage
from crawler.own_settings import check, from_environment
from tests.support.crawling import ROOT, scrapy

NOWHERE = "mongodb://127.0.0.1:9/?replicaSet=none&serverSelectionTimeoutMS=1"
NEEDED = {"archive": ["status"], "crawl": ["column"], "scheduled": ["column"]}
"""What a command that is started here needs besides; what it lacks is refused after the settings."""


def one_line(err: str) -> str:
    lines = err.splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("error: ")
    return lines[0]


def status_of(*words: str) -> int:
    """Return the program's exit status, whether it returns or exits with it."""
    try:
        return main(list(words))
    except SystemExit as end:
        return int(str(end.code))


@pytest.mark.parametrize(
    ("pair", "why"),
    [
        ("DOWNLOAD_DELAY=abc", "DOWNLOAD_DELAY='abc': not seconds from 0"),
        ("DOWNLOAD_DELAY=-1", "DOWNLOAD_DELAY='-1': not seconds from 0"),
        ("LOG_LEVEL=foo", "LOG_LEVEL='foo': not CRITICAL, ERROR, WARNING, INFO or DEBUG"),
        ("MONGODB_DATABASE=a/b", "MONGODB_DATABASE='a/b': not a name that MongoDB allows"),
        ("MONGODB_DATABASE=admin", "not a name that MongoDB allows"),
        ("STORE_BATCH=0", "STORE_BATCH='0': not a whole number of articles from 1 to 1000"),
        ("GONE_DAYS=１", "not a whole number of days from 0"),
        ("HEALTH_MAX_GONE=nan", "not share from 0 to 1"),
        ("LOG_JSON=yes", "not 0 or 1"),
        ("CMONEY_NEWS_URL=cmnews.com.tw", "not an http(s) address"),
        ("MONGODB_URI=mongodb://u:p/w@db.example/", "(not shown): not a well-formed address"),
        ("MONITOR_WEBHOOK=hooks.example", "not an http(s) address"),
        ("STORE_BTACH=5", "STORE_BTACH: there is no such setting; did you mean STORE_BATCH?"),
        ("DOWNLOD_DELAY=5", "did you mean DOWNLOAD_DELAY?"),
        ("DEPTH_LIMITS=5", "did you mean DEPTH_LIMIT?"),
        ("QWERTZ=5", "there is no such setting; docs/settings.md lists ours"),
        ("STORE_BATCH", "write -s NAME=VALUE"),
        ("MONITORS=1", "-s MONITORS: it is read from the environment only"),
    ],
)
def test_it_is_refused_on_the_command_line(pair: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("articles", "-s", pair) == 2
    assert why in one_line(capsys.readouterr().err)


@pytest.mark.parametrize("password", ["p#word-1", "p/word-1", "p?word-1"])
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("MONGODB_URI", "mongodb://u:{}@db.example:27017/"),
        ("DISTRIBUTED_REDIS_URL", "redis://:{}@queue.example:6379/0"),
    ],
)
def test_an_address_with_a_bare_password_is_refused_and_not_shown(name: str, address: str, password: str) -> None:
    with pytest.raises(WrongUsage, match="percent-encoded") as refused:
        check(from_environment({name: address.format(password)}))
    line = str(refused.value)
    assert f"setting {name}=(not shown): not a well-formed address" in line
    assert "word-1" not in line


@pytest.mark.parametrize("name", names())
def test_every_command_refuses_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = load(name)
    words = [*NEEDED.get(name, ["x"] * command.operands.least), "-s", "STORE_BATCH=0"]
    assert status_of(name, *words) == 2
    assert "setting STORE_BATCH='0'" in one_line(capsys.readouterr().err)


@pytest.mark.parametrize("name", ["list", "settings", "shell"])
def test_scrapys_own_commands_refuse_it_too(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(name, "-s", "DOWNLOAD_DELAY=abc") == 2
    one_line(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("LOG_LEVEL", "foo", "LOG_LEVEL='foo'"),
        ("DOWNLOAD_DELAY", "abc", "DOWNLOAD_DELAY='abc'"),
        ("STORE_BATCH", "0", "STORE_BATCH='0'"),
        ("MONGODB_URL", NOWHERE, "MONGODB_URL in the environment is no setting; did you mean MONGODB_URI?"),
        ("MONGODB_DATABASE_FILE", "/x", "did you mean MONGODB_DATABASE?"),
    ],
)
def test_it_is_refused_in_the_environment(name: str, value: str, why: str) -> None:
    ran = scrapy("crawl", "column", environ=os.environ | {"MONGODB_URI": NOWHERE, name: value})
    assert ran.status == 2
    assert why in one_line(ran.log)


def test_the_level_that_scrapys_own_option_sets_is_checked() -> None:
    ran = scrapy("crawl", "column", "-L", "foo", environ=os.environ | {"MONGODB_URI": NOWHERE})
    assert (ran.status, "LOG_LEVEL='foo'" in one_line(ran.log)) == (2, True)


@pytest.mark.parametrize("uri", ["mongodb://u:word-1@127.0.0.1/?tls=perhaps", "mongodb://u:word-1@127.0.0.1/?tsl=true"])
def test_an_option_that_the_driver_does_not_know_is_wrong_usage(uri: str) -> None:
    ran = scrapy("articles", environ=os.environ | {"MONGODB_URI": uri})
    assert ran.status == 2
    assert "word-1" not in one_line(ran.log)


def test_variables_of_others_are_left_alone() -> None:
    others = {"MONGODB_PORT": "x", "MONGODB_SERVICE_HOST": "x", "BROWSER": "x", "LOGNAME": "x", "LOG_FILE": "x"}
    assert from_environment(others) == from_environment({})


def test_the_archive_of_a_library_is_the_one_of_the_commands_wherever_one_stands(tmp_path: Path) -> None:
    code = (
        "from archive.settings.place import read_place; from crawler.own_settings import from_environment, read\n"
        "import os; print(read_place()['ARCHIVE_DATA_DIR'], read(from_environment(os.environ), 'ARCHIVE_DATA_DIR'))"
    )
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert ran.stdout.split() == [str(ROOT / ".data" / "mongo")] * 2, ran.stderr


def test_outside_a_checkout_the_archive_lies_in_the_users_data_folder(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "archive", tmp_path / "packages" / "archive", ignore=shutil.ignore_patterns("__pycache__"))
    environ = os.environ | {"PYTHONPATH": str(tmp_path / "packages"), "XDG_DATA_HOME": str(tmp_path / "data")}
    code = "from archive.settings.place import default_data_dir; print(default_data_dir())"
    words = [sys.executable, "-P", "-c", code]
    ran = subprocess.run(words, cwd=ROOT, env=environ, check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == str(tmp_path / "data" / "cmoney-archive" / "mongo")
