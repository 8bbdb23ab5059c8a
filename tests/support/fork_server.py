"""Starts `scrapy` processes for tests by forking one that has imported everything, which spares each its imports.

It is a process of its own without threads, reactor, event loop or connection. A child is what `python -m scrapy` would
be: with a process id, environment, output and exit status of its own. `tests.support.forked` asks for them.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import inspect
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.symbols import lists, names, terms
from tests.support.forked import program

PACKAGES = (
    "scrapy.commands",
    "scrapy.downloadermiddlewares",
    "scrapy.spidermiddlewares",
    "archive",
    "crawler",
    "pipelines",
)
LIBRARIES = (
    "scrapy.cmdline",
    "scrapy.core.downloader.handlers.http11",  # half of what a crawl without pages costs
    "scrapy.extensions.closespider",
    "scrapy.extensions.corestats",
    "scrapy.extensions.logcount",
    "scrapy.extensions.logstats",
    "scrapy.extensions.memdebug",
    "scrapy.extensions.memusage",
    "scrapy.extensions.remote_control",
    "scrapy.extensions.spiderstate",
    "scrapy.extensions.telnet",
    "scrapy.extensions.throttle",
    "scrapy.pqueues",
    "scrapy.robotstxt",
    "scrapy.squeues",
    "scrapy.statscollectors",
    "scrapy.utils.project",
    "holidays",
    "filelock",
    "pymongo.synchronous.auth",
    "uvloop",
)
"""What is imported before the first fork: all modules of the packages, and what these import late."""

STATEFUL = ("crawler.settings", "twisted.internet.reactor")
"""What a child has to import itself: the first reads the environment, the second opens files for an event loop."""

LONGEST = 1 << 17  # bytes of an order: arguments and environment


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to run.

    Attributes:
        arguments: Those of `scrapy`.
        environ: The whole environment.
        directory: Where it runs.
    """

    arguments: list[str]
    environ: dict[str, str]
    directory: str


@dataclass(frozen=True, slots=True)
class Child:
    """A child that has not been waited for.

    Attributes:
        pid: Its process id.
        report: Where its exit status goes once it has ended.
    """

    pid: int
    report: socket.socket


class ForkServer:
    """Forks a child an order, and reports each child's process id and exit status.

    Args:
        control: Where orders come from, each with three descriptors: standard output, standard error, and the socket
            for the report.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, Child] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def serve(self) -> Order | None:
        """Return in a child, with what it is to run; return None in the server, once nobody can order any more."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not self._control:
                    self._bury(key.fd)
                    continue
                message, descriptors, _, _ = socket.recv_fds(self._control, LONGEST, 3)
                if not message:
                    return None
                if order := self._fork(message, descriptors):
                    return order

    def _fork(self, message: bytes, descriptors: list[int]) -> Order | None:
        out, error, report_descriptor = descriptors
        report = socket.socket(fileno=report_descriptor)
        pid = os.fork()
        if not pid:
            self._let_go()
            return _become(Order(**json.loads(message)), out, error, report)
        os.close(out)
        os.close(error)
        pid_descriptor = os.pidfd_open(pid)
        self._children[pid_descriptor] = Child(pid, report)
        self._selector.register(pid_descriptor, selectors.EVENT_READ)
        return None

    def _bury(self, pid_descriptor: int) -> None:
        self._selector.unregister(pid_descriptor)
        os.close(pid_descriptor)
        child = self._children.pop(pid_descriptor)
        _, status = os.waitpid(child.pid, 0)
        with child.report as report:
            try:
                report.send(str(os.waitstatus_to_exitcode(status)).encode())
            except BrokenPipeError:  # the test has dropped the process
                return

    def _let_go(self) -> None:
        """Close, in a child, what belongs to the server."""
        self._selector.close()
        self._control.close()
        for pid_descriptor, child in self._children.items():
            os.close(pid_descriptor)
            child.report.close()


def _become(order: Order, out: int, error: int, report: socket.socket) -> Order:
    for descriptor, standard in ((out, 1), (error, 2)):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(order.environ)
    time.tzset()
    os.chdir(order.directory)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with report:
        report.send(str(os.getpid()).encode())
    return order


def _import_all() -> None:
    modules = [name for package in PACKAGES for name in _modules(package)]
    for name in (*modules, *LIBRARIES):
        importlib.import_module(name)
    _read_lists()
    early = [name for name in STATEFUL if name in sys.modules]
    threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    if early or threads > 1:
        raise RuntimeError(f"nothing may be forked after this: imported {early}, {threads} threads")


def _read_lists() -> None:
    """Let the stage of tickers read its lists, which it keeps: a fifth of what a crawl of few pages costs."""
    for module in (lists, names, terms):
        for function in vars(module).values():
            if hasattr(function, "cache_info") and not inspect.signature(function).parameters:
                function()


def _modules(package: str) -> Iterator[str]:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if module.name not in STATEFUL and not module.name.endswith("__main__"):
            yield module.name


def main() -> None:
    """Serve; a child then goes on as `python -m scrapy`, and ends as every Python program does.

    Only the objects that it has are not taken down one by one, which would cost more than most commands do.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C in the terminal is for the tests, and for the children
    control = socket.socket(fileno=int(sys.argv[1]))
    _import_all()
    gc.freeze()  # a collection in a child would read, and by that copy, all that is imported
    order = ForkServer(control).serve()
    if order:
        sys.argv[1:] = order.arguments
        status = _run(program(os.environ))
        threading._shutdown()  # type: ignore[attr-defined] # what an interpreter does at its end, in this order
        atexit._run_exitfuncs()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):  # full, closed, or nobody reads: what comes of it is the interpreter's business
            sys.exit(status)
        os._exit(status)


def _run(name: str) -> int:
    """Return the exit status of a module that is run as a program."""
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        sys.stderr.write(f"{end.code}\n")
        return 1
    except Exception:  # noqa: BLE001 -- as an interpreter does: it is shown
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    main()
