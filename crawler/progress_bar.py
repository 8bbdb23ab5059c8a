"""Progress of a command that takes long: a bar with an estimate on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

EVERY: Final = 10.0
"""Seconds between two plain lines."""


class ProgressBar:
    """Tells on stderr how far a command is; a context manager.

    Args:
        what: What is counted, for a person: `pages`.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._began = self._told = time.monotonic()
        self._first: int | None = None
        self._bar = _bar() if sys.stderr.isatty() else None
        self._task = self._bar.add_task(what, total=None) if self._bar else None

    def show(self, done: int, total: int, note: str = "") -> None:
        """Show how many of how many are done, and a note."""
        if self._first is None:
            self._first = done
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=max(total, done), description=f"{self._what} {note}")
        elif time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            sys.stderr.write(self.line(done, total, note) + "\n")

    def line(self, done: int, total: int, note: str = "") -> str:
        """Return how far it is in one line, with rate and time left."""
        seconds = max(time.monotonic() - self._began, 0.001)
        rate = (done - (self._first or 0)) / seconds
        left = f"{max(total - done, 0) / rate:.0f} s left" if rate else "time left unknown"
        return f"{done:,} of {total:,} {self._what}, {rate:.0f} a second, {left}{f'; {note}' if note else ''}"

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
