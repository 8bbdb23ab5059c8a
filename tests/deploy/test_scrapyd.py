"""`make deploy-check`: an egg is built and deployed to a real scrapyd, which crawls with nothing but what is in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from archive.mongo.embedded.mongod import free_port
from tests.site import Site
from tests.support.crawling import ROOT, Documents, environment
from tests.support.mongodb import wait_until

SOURCES = ("archive", "crawler", "pipelines", "setup.py", "pyproject.toml", "README.md", "LICENSE", "scrapy.cfg")
SECRET = "token-that-must-not-travel"


class Scrapyd:
    """A scrapyd that listens at a port of loopback."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, path: str, **form: str) -> dict[str, Any]:
        """Return its answer; with a form, to a POST."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        body, headers = urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST" if form else "GET", f"/{path}", body if form else None, headers if form else {})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def is_up(self) -> bool:
        """Return whether it answers."""
        try:
            return bool(self.ask("daemonstatus.json")["status"] == "ok")
        except OSError:
            return False

    def finished(self, job: str) -> bool:
        """Return whether a job has ended."""
        return job in {entry["id"] for entry in self.ask("listjobs.json?project=cmoney")["finished"]}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a copy of what an egg is built from, so that the checkout stays clean."""
    copy = tmp_path / "sources"
    copy.mkdir()
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, copy / name)
    return copy


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """Return a Python with the packages of this one, but without this project however it was installed."""
    home = tmp_path / "python"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    absent = subprocess.run(
        [python, "-c", "import crawler"], check=False, env=packages(), cwd=tmp_path, capture_output=True
    )
    assert absent.returncode, "the check would prove nothing: the project can be imported without its egg"
    return python


def packages() -> dict[str, str]:
    """Return the environment in which installed packages are found, and no .pth file of theirs is read."""
    return os.environ | {"PYTHONPATH": sysconfig.get_path("purelib")}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=9, articles=8) as serving:
        yield serving


@pytest.fixture
def scrapyd(tmp_path: Path, bare_python: Path, site: Site, uri: str, bare_database: Documents) -> Iterator[Scrapyd]:
    """Give a scrapyd with deploy/scrapyd.conf and the crawler's environment."""
    home, port = tmp_path / "scrapyd", free_port()
    home.mkdir()
    shutil.copy(ROOT / "deploy" / "scrapyd.conf", home)
    (home / "scrapy.cfg").write_text(f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.2\n", encoding="utf-8")
    environ = packages() | environment(site.url, uri, bare_database.name, CMONEY_TOKEN=SECRET)
    environ["PYTHONPATH"] = packages()["PYTHONPATH"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([bare_python, "-m", "scrapyd"], cwd=home, env=environ, stdout=log, stderr=log)
    serving = Scrapyd(port)
    try:
        wait_until(serving.is_up)
        yield serving
    finally:
        process.terminate()
        process.wait(30)


def deploy(sources: Path, *words: str) -> str:
    """Return what scrapyd-deploy said."""
    program = Path(sys.executable).with_name("scrapyd-deploy")
    environ = os.environ | {"CMONEY_TOKEN": SECRET}
    done = subprocess.run([program, *words], check=False, cwd=sources, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_scrapyd_crawls_the_column_from_the_egg(
    scrapyd: Scrapyd, sources: Path, tmp_path: Path, site: Site, bare_database: Documents
) -> None:
    config = sources / "scrapy.cfg"
    config.write_text(config.read_text(encoding="utf-8").replace(":6800", f":{scrapyd.port}"), encoding="utf-8")
    assert '"spiders": ' in deploy(sources)
    assert "column" in scrapyd.ask("listspiders.json?project=cmoney")["spiders"]
    job = scrapyd.ask("schedule.json", project="cmoney", spider="column", related_depth="1")["jobid"]
    wait_until(lambda: scrapyd.finished(job))
    log = (tmp_path / "scrapyd" / "logs" / "cmoney" / "column" / f"{job}.log").read_text(encoding="utf-8")
    run = bare_database["runs"].find_one()
    assert run is not None, (tmp_path / "scrapyd" / "log").read_text(encoding="utf-8") + log
    assert (run["outcome"], run["exit_status"], run["arguments"]["related_depth"]) == ("all well", 0, "1"), log
    kept = {document["_id"] for document in bare_database["articles"].find({}, ["_id"])}
    assert kept, log
    assert kept <= {key for article in site.truths() for key in (article["key"], *article["aliases"])}
    assert SECRET not in log


def test_the_egg_holds_all_packages_and_their_data_and_no_secret(sources: Path, tmp_path: Path) -> None:
    egg = tmp_path / "project.egg"
    deploy(sources, "--build-egg", str(egg))
    with zipfile.ZipFile(egg) as opened:
        held = set(opened.namelist())
        assert not [name for name in held if SECRET.encode() in opened.read(name)]
        assert b"crawler.settings" in opened.read("EGG-INFO/entry_points.txt")
    for room in ("archive", "crawler", "pipelines"):
        files = {str(path.relative_to(sources)) for path in (sources / room).rglob("*") if path.is_file()}
        assert files <= held, f"not in the egg: {sorted(files - held)}"
