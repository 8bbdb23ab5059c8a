"""Whether a run is dead."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import psutil

from archive.model.crawl.run import SILENCE, Run, is_dead, kind_of, this_process
from tests.support.made_articles import NOW


def run_of(process: psutil.Process) -> Run:
    host, _, _ = this_process()
    return Run("run", host, process.pid, process.create_time(), NOW, NOW)


def test_a_living_process_is_not_dead_however_silent() -> None:
    assert not is_dead(run_of(psutil.Process()), NOW + timedelta(days=9))


def test_a_killed_process_is_dead_at_once() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run = run_of(psutil.Process(child.pid))
    assert not is_dead(run, NOW)
    child.kill()
    child.communicate()
    assert is_dead(run, NOW)


def test_another_process_of_the_same_number_is_another() -> None:
    run = run_of(psutil.Process())
    assert is_dead(replace(run, process_started=run.process_started - 60), NOW)


def test_of_another_host_only_silence_tells() -> None:
    far = replace(run_of(psutil.Process()), host="elsewhere.example", pid=1, process_started=0.0)
    assert not is_dead(far, NOW + SILENCE)
    assert is_dead(far, NOW + SILENCE + timedelta(seconds=1))


def test_the_same_arguments_are_the_same_kind() -> None:
    assert kind_of({"b": 1, "a": "x"}) == kind_of({"a": "x", "b": 1}) == "a=x b=1"
    assert kind_of({}) == ""


def test_a_sign_of_life_from_the_future_is_silence() -> None:
    far = replace(run_of(psutil.Process()), host="elsewhere.example", pid=1, process_started=0.0)
    assert not is_dead(far, NOW - SILENCE)
    assert is_dead(far, NOW - SILENCE - timedelta(milliseconds=1))
