"""Processes that are not our children: whether they live, and how they are ended.

A zombie stays in the process table until its parent waits for it: for ever in a container whose first process never
does. A killed process is listed as a zombie while some of its threads still hold its files and ports.
"""

from __future__ import annotations

import os
import select
import sys
import time

import psutil

_POLL = 0.02  # seconds
_ENDED = {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}


def is_alive(pid: int) -> bool:
    """Return whether a process lives, or at least one of its threads does."""
    return not wait(pid, 0)


def end(pid: int, patience: float) -> bool:
    """Send a process SIGTERM; return whether it ended within so many seconds."""
    try:
        psutil.Process(pid).terminate()
    except psutil.NoSuchProcess:
        return True
    return wait(pid, patience)


def outlive_dying(pid: int, patience: float) -> None:
    """Wait until a killed process has freed its files and ports; return at once for one that is not dying."""
    if _is_listed_as_ended(pid):
        wait(pid, patience)


def wait(pid: int, patience: float) -> bool:
    """Return whether a process and all its threads ended within so many seconds."""
    if sys.platform != "linux":
        return _watch(pid, patience)
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    except OSError:  # a kernel without such descriptors
        return _watch(pid, patience)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(patience * 1000))
    finally:
        os.close(descriptor)


def _watch(pid: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not _is_listed_as_ended(pid):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL)
    return True


def _is_listed_as_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() in _ENDED
    except psutil.NoSuchProcess:
        return True
