"""`cmoney parse` and `cmoney shell`: a page of the site as the readers see it, without an archive."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.site import Site
from tests.support.crawling import QUICK, ROOT

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(articles=3) as serving:
        yield serving


@pytest.fixture
def run(site: Site, tmp_path: Path) -> Run:
    """Give a function that runs the program in an empty folder, with an archive that does not answer."""
    own = {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url, "MONGODB_URI": "mongodb://127.0.0.1:9/"}
    environ = os.environ | QUICK | own | {"PYTHONPATH": str(ROOT)}

    def called(*words: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "crawler", *words]
        return subprocess.run(program, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)

    return called


def test_parse_prints_the_article_on_a_page_and_what_it_points_at(site: Site, run: Run) -> None:
    plan = site.plans()[0]
    ran = run("parse", site.url + plan.path(plan.key), "--nocolour")
    assert ran.returncode == 0, ran.stderr
    assert plan.key in ran.stdout
    assert "'extractor':" in ran.stdout
    assert "# Requests" in ran.stdout
    assert ran.stderr == ""


def test_parse_tells_that_there_is_no_article(site: Site, run: Run) -> None:
    ran = run("parse", f"{site.url}/notes/note-detail.aspx?nid=999999999", "--nocolour")
    assert ran.returncode == 6
    assert "'state': 'gone'" in ran.stdout
    for words in (["parse", f"{site.url}/"], ["parse"], ["parse", f"{site.url}/", "--depht", "2"], ["shell", "a", "b"]):
        ran = run(*words)
        assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)


SHOWN = "(response.status, str(article).split()[0], len(str(article)) + len(repr(article.page)) < 2000)"
"""The console lists its objects, so the article is short there: no text of a thousand characters, and no page."""


def test_the_shell_has_the_response_and_the_article(site: Site, run: Run) -> None:
    plan = site.plans()[0]
    ran = run("shell", site.url + plan.path(plan.key), "-c", SHOWN, "--nolog")
    assert (ran.returncode, ran.stdout) == (0, f"(200, '{plan.key}', True)\n"), ran.stderr
