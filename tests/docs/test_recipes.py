"""Every block of docs/recipes.md runs as it stands, and gives something; pages of docs/ are found and true."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.mongo.client import Connection
from crawler.spiders.backfill import Backfill
from crawler.spiders.captures import Captures
from crawler.spiders.column import Column
from tests.support import recipes
from tests.support.crawling import ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def place(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a folder and the environment of an archive for the recipes."""
    folder = tmp_path_factory.mktemp("recipes")
    program = folder / "bin" / "cmoney"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m crawler "$@"\n')
    program.chmod(0o755)
    with recipes.served(connection, folder) as environ:
        yield folder, environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


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
    for language, code in recipes.BLOCKS:
        if language == "python":
            assert len(evaluated(code)), code
            continue
        ran = subprocess.run(["sh", "-e", "-c", code], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, (code, ran.stderr)
        assert ran.stdout or list(folder.glob("*.*")), code
    assert len(recipes.BLOCKS) >= 15


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
