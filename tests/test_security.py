"""Every sentence of SECURITY.md is held by a test, or is advice to the reader: `tests/security.toml` names which."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from scrapy.settings import Settings

import crawler.settings
from archive.archive import Archive
from archive.mongo.client import Connection
from crawler.download.browser import launch_options
from tests.support.crawling import Documents
from tests.support.made_articles import NOW, article

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [path for room in ("archive", "crawler", "pipelines") for path in sorted((ROOT / room).rglob("*.py"))]
MAP = tomllib.loads((ROOT / "tests" / "security.toml").read_text("utf-8"))
CLAIMS: dict[str, list[str]] = MAP["claims"]
ADVICE: list[str] = MAP["advice"]
OFF = {
    "DOWNLOADER_MIDDLEWARES": (
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware",
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
    ),
    "SPIDER_MIDDLEWARES": ("scrapy.spidermiddlewares.referer.RefererMiddleware",),
    "DOWNLOAD_HANDLERS": ("file", "ftp", "s3", "data"),
}


def sentences() -> list[str]:
    """Return the sentences of SECURITY.md below its first section; in a table, the parts between semicolons."""
    text = (ROOT / "SECURITY.md").read_text("utf-8").partition("\n## A hostile page")[2]
    parts: list[str] = []
    for paragraph in re.split(r"\n\s*\n|^- |\n(?=\|)|^## .*$", text, flags=re.MULTILINE):
        line = " ".join(paragraph.split())
        if line.startswith("|"):
            parts += re.split(r"; ", line.strip("|").rpartition("|")[2])
        else:
            parts += re.split(r"(?<=[.!?])\s+(?=[A-Z`])", line)
    heads = {"what stands against it", "---"}
    return [part for part in map(str.strip, parts) if part and part not in heads and not part.startswith("Whoever c")]


@pytest.mark.parametrize("sentence", sentences())
def test_every_sentence_is_held_by_a_test_or_is_advice(sentence: str) -> None:
    assert [fragment for fragment in (*CLAIMS, *ADVICE) if fragment in sentence], (
        "name the test that holds it in tests/security.toml"
    )


@pytest.mark.parametrize("fragment", [*CLAIMS, *ADVICE])
def test_no_claim_is_about_what_the_page_does_not_hold(fragment: str) -> None:
    assert [sentence for sentence in sentences() if fragment in sentence]


@pytest.mark.parametrize("name", sorted({name for names in CLAIMS.values() for name in names}))
def test_every_test_that_is_named_is_there(name: str) -> None:
    file, _, function = name.partition("::")
    assert function in functions(file)


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_what_a_page_could_reach_through_scrapy_is_off() -> None:
    settings = Settings()
    settings.setmodule(crawler.settings)
    assert {name: settings[option][name] for option, names in OFF.items() for name in names} == dict.fromkeys(
        name for names in OFF.values() for name in names
    )


def test_a_host_is_asked_once_a_second() -> None:
    assert crawler.settings.DOWNLOAD_DELAY == 1


def test_the_browser_has_its_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "chromium"
    program.touch(mode=0o755)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "--no-sandbox" not in launch_options(program)["args"]


def test_nothing_that_was_kept_or_received_is_run() -> None:
    words = re.compile(
        r"(?:import|from) (?:pickle|marshal|shelve)\b|[^.\w](?:eval|exec)\(|\"\$(?:where|function|accumulator)\""
    )
    running = {str(path.relative_to(ROOT)): words.findall(path.read_text("utf-8")) for path in SOURCES}
    assert {name: matches for name, matches in running.items() if matches} == {}


def test_scrapyd_listens_on_loopback_only() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "deploy" / "scrapyd.conf", "utf-8")
    assert config["scrapyd"]["bind_address"] == "127.0.0.1"


def test_the_rights_that_are_advised_are_enough(connection: Connection, uri: str, database: Documents) -> None:
    name, address = database.name, uri.rpartition("@")[2]
    accounts = {f"{name}_crawler": ("readWrite", "dbAdmin"), f"{name}_reader": ("read",)}
    for user, roles in accounts.items():
        connection.client.admin.command(
            "createUser", user, pwd="x", roles=[{"role": role, "db": name} for role in roles]
        )
    try:
        with Archive.open(f"mongodb://{name}_crawler:x@{address}", name, create=True) as archive:
            archive.writer().save([article(1)], NOW)
        with Archive.open(f"mongodb://{name}_reader:x@{address}", name) as archive:
            assert archive.articles.count() == 1
    finally:
        for user in accounts:
            connection.client.admin.command("dropUser", user)
