"""README's lines are true: its Python prints what is shown, its commands are there, its twin says the same."""

from __future__ import annotations

import re
import subprocess
import sys

from crawler.cli.program import SCRAPYS, names
from tests.site import Site
from tests.support.crawling import QUICK, ROOT, Documents, crawl, environment

README = (ROOT / "README.md").read_text("utf-8")
TWIN = (ROOT / "README.zh-TW.md").read_text("utf-8")
BLOCKS = re.compile(r"```.*?```", re.DOTALL)


def test_the_twin_has_the_same_blocks_commands_pictures_and_headings() -> None:
    assert BLOCKS.findall(README) == BLOCKS.findall(TWIN)
    calls = re.compile(r"^\| (`cmoney [^|:：]*) \|", re.MULTILINE)
    assert calls.findall(README) == calls.findall(TWIN)
    for pattern in (r"\]\(([^)]*\.svg)\)", r"^(##) ", r"^\|(-+\|)+$"):
        assert len(re.findall(pattern, README, re.MULTILINE)) == len(re.findall(pattern, TWIN, re.MULTILINE))
    assert "(README.zh-TW.md)" in README.splitlines()[2]
    assert "(README.md)" in TWIN.splitlines()[2]


def test_every_command_is_told_and_no_other() -> None:
    table = README[README.index("| command |") : README.index("A crawl's exit status")]
    listed = set(
        re.findall(r"`(?:cmoney )?([a-z]+)[^`]*`", "".join(line.split(" | ")[0] for line in table.splitlines()))
    )
    everywhere = set(re.findall(r"`cmoney ([a-z]+)", README))
    assert sorted(set(names()) - listed - everywhere) == []
    assert sorted((listed | everywhere) - set(names()) - set(SCRAPYS)) == []


def test_the_five_lines_of_python_print_what_is_shown(uri: str, bare_database: Documents) -> None:
    code, shown = re.findall(r"## Five lines of Python\n.*?```python\n(.*?)```.*?```\n(.*?)```", README, re.DOTALL)[0]
    with Site() as site:
        environ = environment(site.url, uri, bare_database.name)
        assert crawl("column", environ | QUICK).status == 0
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == shown


def test_every_target_of_make_is_in_its_help() -> None:
    ran = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = set(re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {line.split()[0] for line in ran.stdout.splitlines()} == set(" ".join(targets).split())


def test_the_workflow_is_one_that_a_code_host_runs() -> None:
    workflow = str(ROOT / ".github" / "workflows" / "ci.yml")
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow]
    subprocess.run(words, check=True, capture_output=True)
