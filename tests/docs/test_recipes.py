"""Every block of docs/recipes.md runs as it stands, and gives something; pages of docs/ are found and true."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.model.article import Mention
from archive.mongo.client import Connection
from crawler.spiders.backfill import Backfill
from crawler.spiders.captures import Captures
from crawler.spiders.column import Column
from tests.support.crawling import ROOT
from tests.support.made_articles import NOW, article, page
from tests.support.mongodb import fresh_database
from tests.support.sample_pages import notes_page

DOCS = ROOT / "docs"
BLOCKS = re.findall(r"```(python|sh)\n(.*?)```", (DOCS / "recipes.md").read_text("utf-8"), re.DOTALL)
LATER = NOW + timedelta(hours=3)


@pytest.fixture(scope="module")
def place(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a folder and the environment of an archive of three articles on NVDA, one of them changed."""
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "prices.csv").write_text("symbol,day,close\nNVDA,2026-08-31,172.28\n")
    program = folder / "bin" / "cmoney"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m crawler "$@"\n')
    program.chmod(0o755)
    with fresh_database(connection) as database, Archive.open(connection.uri, database.name, create=True) as opened:
        about: dict[str, Any] = {"tickers": ["NVDA"], "mentions": [Mention("NVDA", "US", "bracket")]}
        html = notes_page().decode()
        first = article(1, "輝達毛利率17%。資料中心。", page=page(1, html), **about)
        opened.writer().save([first, article(2, "毛利率。", **about), article(3, "毛利率。", **about)], NOW)
        opened.writer().save(
            [article(1, "輝達毛利率12%。資料中心。", at=LATER, page=page(1, html, at=LATER), **about)], LATER
        )
        yield (
            folder,
            {
                "MONGODB_URI": connection.uri,
                "MONGODB_DATABASE": database.name,
                "ARCHIVE_DATA_DIR": str(folder / "data" / "mongo"),
                "PATH": f"{program.parent}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
            },
        )


def evaluated(code: str) -> Any:
    """Return the value of a block's last expression."""
    tree = ast.parse(code)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr), code
    names: dict[str, Any] = {}
    exec(compile(tree, "recipe", "exec"), names)  # noqa: S102 -- our own pages
    return eval(compile(ast.Expression(last.value), "recipe", "eval"), names)  # noqa: S307


def test_every_recipe_runs_and_gives_something(
    place: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, environ = place
    monkeypatch.chdir(folder)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for language, code in BLOCKS:
        if language == "python":
            assert len(evaluated(code)), code
            continue
        ran = subprocess.run(["sh", "-e", "-c", code], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, (code, ran.stderr)
        assert ran.stdout or list(folder.glob("*.*")), code
    assert len(BLOCKS) >= 15


def test_every_page_is_in_the_index() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "index.md").read_text("utf-8")))
    assert linked == {path.name for path in DOCS.glob("*.md")} - {"index.md"}


@pytest.mark.parametrize("path", sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]), ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[\w-]+)?\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_arguments_of_spiders_are_told() -> None:
    text = (DOCS / "spiders.md").read_text("utf-8")
    for spider in (Column, Backfill, Captures):
        section = text.split(f"\n## {spider.name}\n")[1].split("\n## ")[0]
        assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == spider.arguments
