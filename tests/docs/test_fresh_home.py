"""A newcomer's first ten minutes: README in a fresh clone and home, and the wheel in an empty folder."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Container
from pathlib import Path
from urllib.request import urlopen

import pytest

from archive.archive import Archive
from archive.mongo.client import Connection
from crawler.cli.program import names
from tests.crawler.spiders.test_captures import CAPTURE
from tests.site import Site
from tests.support import calls, recipes
from tests.support.crawling import QUICK, ROOT, Documents, environment
from tests.support.mongodb import fresh_database

README = (ROOT / "README.md").read_text("utf-8")
OF_RECIPES = ("pandas", "duckdb", "matplotlib")
"""What docs/recipes.md wants besides the extras."""

OURS = ("CMONEY_", "MONGODB_", "ARCHIVE_", "SCRAPY_", "PYTHONPATH", "VIRTUAL_ENV", "MAKE")


def bare(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a user who has set nothing of ours, with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*OURS, "XDG_"))}
    return kept | QUICK | {"HOME": str(home)} | settings


def run(words: list[str], folder: Path, environ: dict[str, str], statuses: Container[int] = (0,)) -> str:
    """Return what a command prints; it has to end well."""
    ran = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode in statuses, f"{words}\n{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}"
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


def test_a_wheel_in_an_empty_folder_does_everything(
    wheel: Path, tmp_path: Path, uri: str, bare_database: Documents
) -> None:
    """The wheel's own files beside the dependencies that are here; the slow test below installs those too."""
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed)]
    run([*install, str(wheel)], tmp_path, dict(os.environ))
    with Site() as site:
        environ = environment(site.url, uri, bare_database.name, PYTHONPATH=installed, HOME=tmp_path)
        environ["ARCHIVE_DATA_DIR"] = str(tmp_path / "data" / "mongo")
        where = [sys.executable, "-c", "import archive, crawler; print(archive.__file__, crawler.__file__)"]
        assert all(path.startswith(str(installed)) for path in run(where, empty, environ).split())
        use([sys.executable, str(installed / "bin" / "cmoney")], empty, environ)
    assert list(empty.iterdir()) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_wheel_in_a_fresh_environment_and_an_empty_folder_does_what_readme_and_recipes_show(
    wheel: Path, tmp_path: Path, connection: Connection
) -> None:
    home, empty = tmp_path / "home", tmp_path / "empty"
    home.mkdir()
    empty.mkdir()
    run([sys.executable, "-m", "venv", str(tmp_path / "venv")], empty, bare(home))
    programs = tmp_path / "venv" / "bin"
    extras = f"cmoney-archive[coverage,web] @ file://{wheel}"
    run([str(programs / "pip"), "install", "--quiet", extras, *OF_RECIPES], empty, bare(home))
    with Site() as site:
        environ = bare(home, PATH=f"{programs}:{os.environ['PATH']}", **of_site(site))
        follow_the_first_run(empty, environ)
        show_the_five_lines(empty, environ)
        use(["cmoney"], empty, environ)
        crawl_as_the_table_says(empty, environ, tmp_path)
        run(["cmoney", "archive", "stop"], empty, environ)
    assert {path.name for path in empty.iterdir()} == {"survey"}
    assert list(home.rglob("mongo")), "the data lie in the user's data folder"
    run_every_command(empty, environ, connection, tmp_path)
    run_the_recipes(environ, connection, tmp_path / "recipes")


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_readme_is_followed_in_a_fresh_clone_and_home(tmp_path: Path, connection: Connection) -> None:
    home, clone = tmp_path / "home", tmp_path / "clone"
    home.mkdir()
    environ = bare(home)
    run(["git", "clone", "--quiet", str(ROOT), "clone"], tmp_path, environ)
    commands = re.findall(r"^(make \w+)", README[: README.index("## Five lines")], re.MULTILINE)
    assert commands == ["make demo", "make test"]
    assert "demo" in run(["make", "help"], clone, environ)
    follow_the_last_words(run(["make", "demo"], clone, environ), clone, environ)
    assert " passed" in run(["make", "test", "ARGS=tests/test_rules.py", "WORKERS=0"], clone, environ)
    with Site() as site:
        environ |= {"PATH": f"{clone / '.venv' / 'bin'}:{os.environ['PATH']}", **of_site(site)}
        run(["make", "crawl"], clone, environ)
        follow_the_first_run(clone, environ)
        show_the_five_lines(clone, environ)
        use([".venv/bin/cmoney"], clone, environ)
        crawl_as_the_table_says(clone, environ, tmp_path)
        run([".venv/bin/cmoney", "archive", "stop"], clone, environ)
    assert run(["git", "status", "--porcelain"], clone, environ).split() == ["??", "survey/"]
    run_every_command(clone, environ, connection, tmp_path)
    run_the_recipes(environ, connection, tmp_path / "recipes")


def of_site(site: Site) -> dict[str, str]:
    return {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url}


def follow_the_last_words(shown: str, clone: Path, environ: dict[str, str]) -> None:
    """Type what the demo ends with."""
    assert "【美股動態】" in shown
    words = shown[shown.index("Type next:") :]
    *lines, serve = re.findall(r"^ +(MONGODB_DATABASE=.*)$", words, re.MULTILINE)
    assert len(lines) == 5
    for line in lines:
        assert run(["sh", "-c", line], clone, environ).strip(), line
    assert "美股動態" in served(["sh", "-c", f"exec env {serve} --port 0"], clone, environ)


def served(words: list[str], folder: Path, environ: dict[str, str]) -> str:
    """Return the first page of what a command serves, once Ctrl-C has ended it well."""
    process = subprocess.Popen(words, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        url = process.stdout.readline().split()[-1]
        with urlopen(url) as response:  # noqa: S310 -- on loopback
            page: str = response.read().decode()
        process.send_signal(signal.SIGINT)
    assert process.wait() in {0, 130}
    return page


def follow_the_first_run(folder: Path, environ: dict[str, str]) -> None:
    """Type the block of README's first run, with the program of the environment."""
    (block,) = re.findall(r"## The first run on the real site\n+```\n(.*?)```", README, re.DOTALL)
    shown = run(["sh", "-e", "-c", block.replace(".venv/bin/cmoney", "cmoney")], folder, environ)
    assert "A crawl will work." in shown
    assert "【美股動態】" in shown


def show_the_five_lines(folder: Path, environ: dict[str, str]) -> None:
    """Run README's lines of Python on what was crawled, and compare what they print with what is shown."""
    run(["cmoney", "crawl", "column"], folder, environ)
    code, shown = re.findall(r"## Five lines of Python\n.*?```python\n(.*?)```.*?```\n(.*?)```", README, re.DOTALL)[0]
    assert run(["python", "-c", code], folder, environ) == shown


def crawl_as_the_table_says(folder: Path, environ: dict[str, str], scratch: Path) -> None:
    """Run the rows of README's table that begin with `cmoney crawl`."""
    captures = scratch / "captures"
    captures.mkdir()
    (captures / "one.txt").write_text(CAPTURE, encoding="utf-8")
    rows = re.findall(r"^\| `cmoney (crawl [^`]*)`", README, re.MULTILINE)
    assert [row.split()[1] for row in rows] == ["column", "backfill", "captures"]
    few = {"backfill": ["-a", "via=api,related"]}  # a year of the old site's numbers takes an hour
    for row in rows:
        words = row.replace("path=…", f"path={captures}").split()
        run(["cmoney", *words, *few.get(words[1], [])], folder, environ)
    run(["cmoney", "scheduled", "column"], folder, environ)
    page = environ["CMONEY_NEWS_URL"] + "/usstock/usstock_news"
    assert run(["cmoney", "shell", page, "-c", "response.status"], folder, environ) == "200\n"
    assert "美股動態" in served(["cmoney", "serve", "--port", "0"], folder, environ)


def run_every_command(folder: Path, environ: dict[str, str], connection: Connection, scratch: Path) -> None:
    """Ask every command for its help, and run each that prints, for a person and as JSON."""
    listed = run(["cmoney", "--help"], folder, environ)
    assert all(f"\n  {name} " in listed for name in names())
    for name in names():
        assert "\nexamples:\n" in run(["cmoney", name, "-h"], folder, environ)
    assert "cmoney" in run(["cmoney", "completion", "bash"], folder, environ)
    with fresh_database(connection) as database, Archive.open(connection.uri, database.name, create=True) as archive:
        calls.fill(archive)
        environ = environ | {"MONGODB_URI": connection.uri, "MONGODB_DATABASE": database.name}
        for name in calls.PRINTING:
            as_json = run(["cmoney", *calls.call(name, "json", database.name, scratch)], folder, environ, {0, 1, 7})
            assert all(isinstance(json.loads(line), dict) for line in as_json.splitlines()), name
            shown = run(["cmoney", *calls.call(name, "plain", database.name, scratch)], folder, environ, {0, 1, 7})
            assert shown or name == "token"
        assert all(isinstance(json.loads(line), dict) for line in run(["cmoney", "feed"], folder, environ).splitlines())


def run_the_recipes(environ: dict[str, str], connection: Connection, folder: Path) -> None:
    """Run every block of the recipes, each of which has to give something."""
    folder.mkdir()
    with recipes.served(connection, folder) as place:
        for language, code in recipes.BLOCKS:
            words = ["sh", "-e", "-c", code] if language == "sh" else ["python", "-c", recipes.GIVES, code]
            assert run(words, folder, environ | place) or list(folder.glob("*.*")), code
