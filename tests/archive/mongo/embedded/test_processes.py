"""Whether a process lives, with processes that nobody waits for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from archive.mongo.embedded import processes


@pytest.fixture
def sleeper() -> subprocess.Popen[bytes]:
    """Give a process that is not waited for when it ends, so that it stays listed."""
    return subprocess.Popen(["sleep", "1000"])


def test_unwaited_process_is_dead(sleeper: subprocess.Popen[bytes]) -> None:
    assert processes.is_alive(sleeper.pid)
    assert not processes.wait(sleeper.pid, 0.01)
    assert processes.end(sleeper.pid, 30)
    assert not processes.is_alive(sleeper.pid)
    assert processes.end(sleeper.pid, 30)
    assert sleeper.wait() == -signal.SIGTERM
    assert processes.end(sleeper.pid, 30), "one that is gone has ended, too"


def test_process_that_does_not_listen_is_not_reported_as_ended() -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(1000)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout
        deaf.stdout.readline()
        assert not processes.end(deaf.pid, 0.1)
        deaf.kill()
        processes.outlive_dying(deaf.pid, 30)
        assert processes.wait(deaf.pid, 30)


def test_living_process_is_not_waited_for(sleeper: subprocess.Popen[bytes]) -> None:
    processes.outlive_dying(sleeper.pid, 1000)
    processes.outlive_dying(os.getpid(), 1000)
    sleeper.kill()
    sleeper.wait()
