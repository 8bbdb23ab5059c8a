"""Processes that a fork server has started for tests, with the interface of `subprocess.Popen`."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
OF_THE_INTERPRETER = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC_", "GLIBC_", "CMONEY_SITE_FILE")
"""How the names of variables begin that are read once, when an interpreter starts or imports the readers."""

WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""What keeps libraries that the fork server imports from beginning threads: nothing may be forked after that."""


def can_fork(environ: Mapping[str, str]) -> bool:
    """Return whether a fork server can start a process with an environment; else it has to start anew."""
    return hasattr(os, "pidfd_open") and _of_the_interpreter(environ) == _of_the_interpreter(os.environ)


def program(environ: Mapping[str, str]) -> str:
    """Return the module that a child runs: `scrapy`, or the command line that falls where the environment says."""
    return "tests.support.falling" if "FALL" in environ else "scrapy"


class Forked(subprocess.Popen[str]):
    """A running `scrapy` process, child of a fork server.

    Args:
        arguments: Those of `scrapy`.
        environ: The whole environment.
        out: Where standard output goes; None for a pipe, as standard error has one.
    """

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], out: IO[Any] | None = None) -> None:
        self.args = ["scrapy", *arguments]
        self.returncode = None
        self.stdin = None
        self.stdout, out_end = (None, os.dup(out.fileno())) if out else _pipe()
        self.stderr, error_end = _pipe()
        self._report, report_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._readers: dict[str, _Reader] = {}
        order = {"arguments": list(arguments), "environ": dict(environ), "directory": str(ROOT)}
        with report_end:
            ends = [out_end, error_end, report_end.fileno()]
            socket.send_fds(_server(), [json.dumps(order).encode()], ends)
        os.close(out_end)
        os.close(error_end)
        self.pid = self._receive()

    def poll(self) -> int | None:
        """Return the exit status, negative for the signal that ended it; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once it has ended.

        Raises:
            TimeoutExpired: It has not ended after so many seconds.
        """
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return status

    def communicate(self, input: str | None = None, timeout: float | None = None) -> tuple[Any, Any]:  # noqa: A002
        """Return what it wrote to the pipes, once it has ended; after a timeout it can be asked again.

        Raises:
            TimeoutExpired: It has not ended after so many seconds.
        """
        assert input is None, "standard input is not a pipe"
        deadline = None if timeout is None else time.monotonic() + timeout
        for name, stream in (("out", self.stdout), ("error", self.stderr)):
            if stream and name not in self._readers:
                self._readers[name] = _Reader(stream)
        for reader in self._readers.values():
            reader.join(_left(deadline))
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(_left(deadline))
        out, error = (self._readers[name].text if name in self._readers else None for name in ("out", "error"))
        return out, error

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            poll = select.poll()
            poll.register(self._report, select.POLLIN)
            if poll.poll(None if seconds is None else seconds * 1000):
                with self._report:
                    self.returncode = self._receive()
        return self.returncode

    def _receive(self) -> int:
        number = self._report.recv(64)
        if not number:
            raise RuntimeError("the fork server has ended: see its errors above")
        return int(number)


class _Reader(threading.Thread):
    """Reads a stream to its end."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(daemon=True)
        self.text = ""
        self._stream = stream
        self.start()

    def run(self) -> None:
        with self._stream as stream:
            self.text = stream.read()


@functools.cache
def _server() -> socket.socket:
    """Return where orders are sent; the server starts with the first, and ends with this process."""
    control, server_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with server_end:
        words = [sys.executable, "-m", "tests.support.fork_server", str(server_end.fileno())]
        ends = (server_end.fileno(),)
        environ = os.environ | WITHOUT_THREADS
        process = subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, pass_fds=ends)
    atexit.register(process.wait)
    atexit.register(control.close)  # registered last, so called first
    return control


def _pipe() -> tuple[IO[str], int]:
    read_end, write_end = os.pipe()
    return os.fdopen(read_end), write_end


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def _of_the_interpreter(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(OF_THE_INTERPRETER)}
