"""A run of a spider, as in its document."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psutil

SILENCE = timedelta(seconds=90)
"""A run on another host that has not shown itself for longer is taken for dead."""

TOLERANCE = timedelta(minutes=2)
"""Largest difference of two machines' clocks; a time further ahead comes from a wrong clock."""

_START_TOLERANCE = 1.0
"""Seconds by which two readings of a process's start may differ: Linux computes it from the time since boot."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has begun.

    Attributes:
        id: Its identity: the moment of its start and a random part.
        host: Name of the machine.
        pid: Process id on it.
        process_started: When that process started, seconds since 1970 UTC; a later process of the same id has another.
        started_at: When the run began; aware, UTC.
        heartbeat_at: When it last showed itself; aware, UTC.
    """

    id: str
    host: str
    pid: int
    process_started: float
    started_at: datetime
    heartbeat_at: datetime


def this_process() -> tuple[str, int, float]:
    """Return host name, process id and start (seconds since 1970 UTC) of the process that asks."""
    return socket.gethostname(), os.getpid(), psutil.Process().create_time()


def is_dead(run: Run, now: datetime) -> bool:
    """Return whether a run without an end is dead.

    On this host the process list decides: a living process may be silent for long, for instance while the database is
    unavailable. On another host silence decides; a heartbeat in the future does not count.
    """
    if run.host != socket.gethostname():
        return abs(now - run.heartbeat_at) > SILENCE
    try:
        started = psutil.Process(run.pid).create_time()
    except psutil.NoSuchProcess:
        return True
    return abs(started - run.process_started) > _START_TOLERANCE


def is_from_the_future(run: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a run's document has a time in the future, so that its times mean nothing."""
    moments = (run["started_at"], run["heartbeat_at"], run["ended_at"])
    return any(at is not None and at - now > TOLERANCE for at in moments)


def kind_of(arguments: Mapping[str, Any]) -> str:
    """Return the default kind of a run: its arguments.

    >>> kind_of({"max_age": 3, "listing": "https://cmnews.com.tw/tag/x"})
    'listing=https://cmnews.com.tw/tag/x max_age=3'
    """
    return " ".join(f"{name}={value}" for name, value in sorted(arguments.items()))
