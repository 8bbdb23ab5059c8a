"""The stand-in as a program of its own, with its remote control."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site_tests.browse import ask

ROOT = Path(__file__).parents[2]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Return the address and the process of the program."""
    options = ["--articles", "12", "--imported", "6", "--mode", "api-absent", "--truth", str(tmp_path / "t")]
    command = [sys.executable, "-m", "tests.site", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.removeprefix("serving ").strip(), process
        process.kill()


def test_it_serves_writes_the_truth_and_ends_on_a_signal(
    program: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    base, process = program
    truth = [json.loads(line) for line in (tmp_path / "t").read_text(encoding="utf-8").splitlines()]
    assert len(truth) == 24 + 6
    assert ask(base, "/robots.txt").status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert process.stdout is not None
    assert process.stdout.read().startswith("third host http://127.0.0.1:")


def test_it_is_controlled_from_afar(program: tuple[str, subprocess.Popen[str]]) -> None:
    base, _ = program
    assert ask(base, "/_control/modes").json == {"modes": ["api-absent"]}
    assert ask(base, "/_control/modes", {"modes": []}).json == {"modes": []}
    key = ask(base, "/_control/truth?column=美股動態").json[0]["key"]
    assert ask(base, "/_control/edit", {"key": key, "append": "補一句。"}).json["revision"] == 2
    assert ask(base, "/_control/remove", {"key": key, "how": 410}).status == 200
    assert ask(base, f"/_control/truth?key={key}").json["status"] == "gone"
    assert ask(base, "/_control/restore", {"key": key}).status == 200
    assert len(ask(base, "/_control/publish", {"count": 2}).json) == 2
    assert ask(base, "/_control/edit", {"key": "cmnews:nobody"}).status == 400
    assert ask(base, "/_control/modes", {"modes": ["nonsense"]}).status == 400
    lying = ask(base, "/_control/lies", {"selector": [key], "lie": "gone-410"})
    assert [entry["lie"] for entry in lying.json["lies"]] == ["gone-410"]
    assert ask(base, "/_control/heal", {}).json == {"lies": []}
    ask(base, "/robots.txt")
    assert [request["path"] for request in ask(base, "/_control/requests").json] == ["/robots.txt"]
