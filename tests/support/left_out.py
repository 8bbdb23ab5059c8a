"""Says at a test run's end which tests were left out by their marks, and how to get them; for pytest-xdist as well."""

from __future__ import annotations

from typing import Any

import pytest

LEFT_OUT: pytest.StashKey[set[str]] = pytest.StashKey[set[str]]()
SENT = "left_out"
"""Where a worker of pytest-xdist puts the names for the process that reports."""


def pytest_configure(config: pytest.Config) -> None:
    """Begin with none."""
    config.stash[LEFT_OUT] = set()


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Take note of tests that were asked for and not chosen."""
    for item in items:
        item.config.stash[LEFT_OUT].add(item.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the names from a worker."""
    sent = getattr(session.config, "workeroutput", None)
    if sent is not None:
        names: set[str] = session.config.stash[LEFT_OUT]
        sent[SENT] = sorted(names)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take note of what a worker has sent; one that crashed has sent nothing."""
    node.config.stash[LEFT_OUT].update(getattr(node, "workeroutput", {}).get(SENT, ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the names, and the words that choose them; not for a choice of names with -k."""
    names: set[str] = config.stash[LEFT_OUT]
    marks = config.option.markexpr
    if names and marks and not config.option.keyword:
        terminalreporter.section(f"{len(names)} tests left out by -m {marks!r}")
        for name in sorted(names):
            terminalreporter.write_line(name)
        terminalreporter.write_line(f"To run them: make test ARGS=\"-n 0 -m 'not ({marks})'\"")
