"""`make demo`: its archive stays, a second call is quick, and the commands that it ends with work as printed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient

from archive.mongo.embedded.server import stop
from tests.demo import NEXT
from tests.support.crawling import ROOT


def demo(folder: Path, environ: dict[str, str]) -> str:
    """Return what a demo prints, once it has ended well."""
    words = [sys.executable, "-m", "tests.demo", str(folder)]
    ran = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


def assert_commands_work(shown: str, environ: dict[str, str]) -> None:
    lines = [line.strip() for line in shown.splitlines() if line.startswith("  MONGODB_DATABASE=cmoney_demo ")]
    assert len(lines) == len(NEXT) == 5
    for line in lines:
        ran = subprocess.run(["sh", "-c", line], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, ""), line
        assert ran.stdout.strip(), line


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "MONGODB_URI"}
    return inherited | {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path / "home")}


def test_the_archive_stays_and_a_second_demo_is_quick(tmp_path: Path, environ: dict[str, str]) -> None:
    try:
        first = demo(tmp_path, environ)
        assert f"The archive stays in {tmp_path / 'mongo'}" in first
        assert "In a browser, at http://127.0.0.1:8642/" in first
        second = demo(tmp_path, environ)
        assert " 0 new articles, 0 revised, 0 addresses" in second, "nothing is asked for again"
        assert_commands_work(second, environ)
    finally:
        stop(tmp_path / "mongo", in_use=True)


def test_a_mongodb_of_ones_own_is_used_under_a_name_of_the_demo(
    tmp_path: Path, environ: dict[str, str], uri: str
) -> None:
    try:
        shown = demo(tmp_path, environ | {"MONGODB_URI": uri})
        assert "The archive stays in the MongoDB of MONGODB_URI, database cmoney_demo" in shown
        assert uri not in shown
        assert not (tmp_path / "mongo").exists()
        (line,) = [line.strip() for line in shown.splitlines() if line.endswith("archive status")]
        output = subprocess.run(["sh", "-c", line], cwd=ROOT, env=environ | {"MONGODB_URI": uri}, check=False)
        assert output.returncode == 0
    finally:
        with MongoClient[dict[str, object]](uri) as client:
            client.drop_database("cmoney_demo")
