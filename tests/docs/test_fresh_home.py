"""A newcomer's first ten minutes: README in a fresh clone and home, and the wheel in an empty folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site import Site
from tests.support.crawling import QUICK, ROOT, Documents, environment

README = (ROOT / "README.md").read_text("utf-8")
OURS = ("CMONEY_", "MONGODB_", "ARCHIVE_", "SCRAPY_", "PYTHONPATH", "VIRTUAL_ENV", "MAKE")


def bare(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a user who has set nothing of ours, with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*OURS, "XDG_"))}
    return kept | QUICK | {"HOME": str(home)} | settings


def run(words: list[str], folder: Path, environ: dict[str, str]) -> str:
    """Return what a command prints; it has to end well."""
    ran = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{words}\n{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}"
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the wheel, built of a clone, so that the checkout stays clean."""
    folder = tmp_path_factory.mktemp("wheel")
    run(["git", "clone", "--quiet", str(ROOT), "sources"], folder, dict(os.environ))
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    run([*build, "-w", "dist", "./sources"], folder, dict(os.environ))
    (built,) = (folder / "dist").glob("*.whl")
    return built


def use(program: list[str], folder: Path, environ: dict[str, str]) -> None:
    """Crawl, and read what was kept, as README's commands do."""
    assert run([*program, "--version"], folder, environ).startswith("cmoney ")
    run([*program, "crawl", "column", "-a", "max_articles=12"], folder, environ)
    listed = run([*program, "articles", "--limit", "3"], folder, environ)
    shown = run([*program, "show", "1"], folder, environ)
    assert shown.splitlines()[0] in listed
    exported = run([*program, "export", "--fields", "_id,title"], folder, environ).splitlines()
    assert shown.splitlines()[0] in {json.loads(line)["title"] for line in exported}
    assert "title" in run([*program, "page", "1"], folder, environ)


def test_a_wheel_in_an_empty_folder_does_everything(wheel: Path, tmp_path: Path, uri: str, database: Documents) -> None:
    """The wheel's own files beside the dependencies that are here; the slow test below installs those too."""
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed)]
    run([*install, str(wheel)], tmp_path, dict(os.environ))
    with Site() as site:
        environ = environment(site.url, uri, database.name, PYTHONPATH=installed, HOME=tmp_path)
        environ["ARCHIVE_DATA_DIR"] = str(tmp_path / "data" / "mongo")
        where = [sys.executable, "-c", "import archive, crawler; print(archive.__file__, crawler.__file__)"]
        assert all(path.startswith(str(installed)) for path in run(where, empty, environ).split())
        use([sys.executable, str(installed / "bin" / "cmoney")], empty, environ)
    assert list(empty.iterdir()) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_wheel_is_installed_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    home, empty = tmp_path / "home", tmp_path / "empty"
    home.mkdir()
    empty.mkdir()
    with Site() as site:
        environ = bare(home, CMONEY_NEWS_URL=site.url, CMONEY_NOTES_URL=site.url)
        run([sys.executable, "-m", "venv", str(tmp_path / "venv")], empty, environ)
        pip = str(tmp_path / "venv" / "bin" / "pip")
        run([pip, "install", "--quiet", f"cmoney-archive @ file://{wheel}"], empty, environ)
        cmoney = str(tmp_path / "venv" / "bin" / "cmoney")
        use([cmoney], empty, environ)
        run([cmoney, "archive", "stop"], empty, environ)
    assert list(empty.iterdir()) == []
    assert list(home.rglob("mongo")), "the data lie in the user's data folder"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_readme_is_followed_in_a_fresh_clone_and_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environ = bare(home)
    run(["git", "clone", "--quiet", str(ROOT), "clone"], tmp_path, environ)
    clone = tmp_path / "clone"
    commands = re.findall(r"^(make \w+)", README[: README.index("## Five lines")], re.MULTILINE)
    assert commands == ["make demo", "make test"]
    assert "【美股動態】" in run(["make", "demo"], clone, environ)
    assert "demo" in run(["make", "help"], clone, environ)
    assert " passed" in run(["make", "test", "ARGS=tests/test_rules.py", "WORKERS=0"], clone, environ)
    with Site() as site:
        of_site = environ | {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url}
        run(["make", "crawl"], clone, of_site)
        code, shown = re.findall(r"## Five lines of Python\n.*?```python\n(.*?)```.*?```\n(.*?)```", README, re.DOTALL)[
            0
        ]
        assert run([".venv/bin/python", "-c", code], clone, of_site) == shown
        use([".venv/bin/cmoney"], clone, of_site)
        run([".venv/bin/cmoney", "archive", "stop"], clone, of_site)
    assert run(["git", "status", "--porcelain"], clone, environ) == ""
