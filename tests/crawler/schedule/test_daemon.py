"""The scheduler for containers: starts what is due, one at a time, makes up once for what was missed, and ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.schedule import daemon as daemon_module
from crawler.schedule.daemon import Daemon
from crawler.schedule.timetable import DAYS, ZONE, Job, schedule
from tests.support.crawling import ROOT
from tests.support.mongodb import wait_until

HOURLY = replace(schedule(), jobs=(Job("hourly", "", DAYS, tuple(range(24)), (0,)),))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)
NOTE = "import pathlib,sys; file = pathlib.Path(sys.argv[1]); file.open('a').write(' '.join(sys.argv[2:]) + '\\n')"


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    file = tmp_path / "notes"
    file.touch()
    return file


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_module, "LOOK", 0.01)


def lines(notes: Path) -> list[str]:
    return notes.read_text(encoding="utf-8").splitlines()


def running(clock: Clock, notes: Path) -> tuple[Daemon, Callable[[], None]]:
    scheduler = Daemon(HOURLY, (sys.executable, "-c", NOTE, str(notes)), clock)
    thread = threading.Thread(target=scheduler.run)
    thread.start()

    def end() -> None:
        scheduler.stop()
        thread.join(10)
        assert not thread.is_alive()

    return scheduler, end


def test_a_run_starts_when_it_is_due_and_takes_the_jitter_along(notes: Path) -> None:
    clock = Clock(NOON + timedelta(minutes=50))
    _, end = running(clock, notes)
    clock.now = NOON + timedelta(minutes=60, seconds=1)
    wait_until(lambda: lines(notes) == ["scheduled column --jitter 240"])
    clock.now = NOON + timedelta(minutes=121)
    wait_until(lambda: len(lines(notes)) == 2)
    end()


def test_what_was_missed_while_the_machine_slept_is_made_up_for_once(notes: Path) -> None:
    clock = Clock(NOON + timedelta(minutes=50))
    _, end = running(clock, notes)
    clock.now = NOON + timedelta(hours=9, minutes=30)
    wait_until(lambda: len(lines(notes)) == 1)
    clock.now = NOON + timedelta(hours=9, minutes=59)
    end()
    assert len(lines(notes)) == 1


def test_a_clock_that_is_put_back_does_not_hold_up_the_schedule(notes: Path) -> None:
    clock = Clock(NOON + timedelta(days=30))
    scheduler, end = running(clock, notes)
    clock.now = NOON + timedelta(minutes=50)
    wait_until(lambda: scheduler._seen == clock.now)
    clock.now = NOON + timedelta(minutes=61)
    wait_until(lambda: len(lines(notes)) == 1)
    end()


def test_it_logs_json_where_that_is_asked_for_and_a_signal_ends_it_within_seconds(tmp_path: Path) -> None:
    words, environ = [sys.executable, "-m", "scrapy", "schedule", "--run"], os.environ | {"LOG_JSON": "1"}
    file = tmp_path / "log"
    with (
        file.open("wb") as log,
        subprocess.Popen(words, cwd=ROOT, env=environ, stdout=log, stderr=log) as process,
    ):
        wait_until(lambda: b"next start" in file.read_bytes())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert all(json.loads(line)["level"] == "INFO" for line in lines(file))
