"""Tests of the fork server: what it starts does what a process started anew does, only faster."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.crawling import ROOT, SCRAPY, begin
from tests.support.forked import Forked, can_fork

PROBE = """
import asyncio, gc, json, os, signal, sys, threading
print(json.dumps({
    "environment": sorted(os.environ.items()),
    "directory": os.getcwd(),
    "arguments": sys.argv,
    "path": sys.path,
    "main": sys.modules["__main__"].__file__,
    "descriptors": {name: os.fstat(int(name)).st_mode >> 12 for name in os.listdir("/proc/self/fd")[:-1]},
    "signals": {number: str(signal.getsignal(number)).split(" at ")[0] for number in signal.valid_signals()},
    "streams": [(s.name, s.encoding, s.errors, s.line_buffering) for s in (sys.stdin, sys.stdout, sys.stderr)],
    "group": [os.getpgid(0), os.getsid(0)],
    "threads": threading.active_count(),
    "garbage": [gc.get_threshold(), gc.isenabled()],
    "reactor": "twisted.internet.reactor" in sys.modules,
}))
print("what goes wrong", file=sys.stderr)
"""
WAITS = """
import sys, time
print("begun", flush=True)
time.sleep(600)
"""

pytestmark = pytest.mark.skipif(not can_fork(os.environ), reason="the system has no process descriptors")


def plain(words: tuple[str, ...], environ: Mapping[str, str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([*SCRAPY, *words], cwd=ROOT, env=dict(environ), stdout=pipe, stderr=pipe, text=True)


def program(directory: Path, text: str) -> tuple[str, ...]:
    """Return the words with which scrapy runs a program."""
    path = directory / "probe.py"
    path.write_text(text, encoding="utf-8")
    return "runspider", "-s", "LOG_ENABLED=0", str(path)


def test_it_sees_what_a_process_started_anew_sees(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "CRAWLER_CONTACT": "甲", "TZ": "Asia/Tokyo"}
    environ |= {name: value for name, value in os.environ.items() if name.startswith(("PYTHON", "LANG", "LC_"))}
    words = program(tmp_path, PROBE)
    outcomes = []
    for start in (begin, plain):
        with start(words, environ) as process:
            out, errors = process.communicate()
        complaints = errors.partition("Exception ignored")[0]  # at times of an event loop that is not closed
        outcomes.append((process.returncode, out, complaints))
    with begin(("version",), environ) as process:
        process.communicate()
    assert isinstance(process, Forked)
    forked, anew = outcomes
    assert forked == anew
    assert "what goes wrong" in forked[2]


@pytest.mark.parametrize(("settings", "says"), [({}, "personal archive"), ({"CRAWLER_CONTACT": "me"}, "(+me)")])
def test_each_reads_its_own_environment(settings: dict[str, str], says: str) -> None:
    with begin(("settings", "--get", "USER_AGENT"), {**os.environ, **settings}) as process:
        out, _ = process.communicate()
    assert says in out


@pytest.mark.parametrize(("end", "status"), [("sys.exit(3)", 3), ("raise LookupError('gone')", 1), ("os._exit(7)", 7)])
def test_it_has_an_exit_status(tmp_path: Path, end: str, status: int) -> None:
    with begin(
        program(tmp_path, f"import os, sys, atexit\natexit.register(print, 'bye')\n{end}\n"), os.environ
    ) as ended:
        out, errors = ended.communicate()
    assert ended.returncode == ended.wait() == ended.poll() == status
    assert ("LookupError: gone" in errors) == (status == 1)
    assert out == ("" if status == 7 else "bye\n")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_signal_ends_it_and_others_go_on(tmp_path: Path, number: signal.Signals) -> None:
    words = program(tmp_path, WAITS)
    with begin(words, os.environ) as other, begin(words, os.environ) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=0.01)
        process.send_signal(number)
        assert process.communicate() == ("", "")
        assert process.returncode == -number
        process.kill()  # nothing happens: it has ended
        assert other.pid != process.pid
        assert other.poll() is None
        assert other.stdout
        assert other.stdout.readline() == "begun\n"
        other.kill()
        assert other.communicate() == ("", "")


def test_output_goes_to_a_file_that_is_given(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+", encoding="utf-8") as file:
        with begin(("version",), os.environ, file) as process:
            assert process.communicate()[0] is None
        file.seek(0)
        assert file.read().startswith("Scrapy ")


@pytest.mark.parametrize(("name", "can"), [("PYTHONHASHSEED", False), ("LC_ALL", False), ("MONGODB_URI", True)])
def test_what_an_interpreter_reads_at_its_start_needs_a_new_one(name: str, can: bool) -> None:
    environ = {**os.environ, name: "C"}
    assert can_fork(environ) is can


def test_nothing_that_a_process_leaves_open_is_held_by_the_next(tmp_path: Path) -> None:
    with begin(program(tmp_path, WAITS), os.environ) as first:
        assert first.stdout
        first.stdout.readline()
        with begin(program(tmp_path, WAITS), os.environ) as second:
            first.kill()
            assert first.communicate() == ("", ""), "its pipes end with it, while the second goes on"
            second.kill()
