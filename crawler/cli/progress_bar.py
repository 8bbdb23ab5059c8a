"""A command's progress on standard error: a bar on a terminal, else a line every few seconds."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY: Final = 10.0
"""Seconds between two plain lines."""


class ProgressBar:
    """Shows a command's progress on standard error; a context manager.

    Args:
        noun: The things that are counted, such as `pages`.
    """

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._began = self._shown_at = time.monotonic()
        self._first: int | None = None
        self._bar = _bar() if sys.stderr.isatty() else None
        self._task = self._bar.add_task(noun, total=None) if self._bar else None

    def show(self, done: int, total: int, note: str = "") -> None:
        """Show the number done, the total, and a note."""
        if self._first is None:
            self._first = done
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=max(total, done), description=f"{self._noun} {note}")
        elif time.monotonic() - self._shown_at >= EVERY:
            self._shown_at = time.monotonic()
            sys.stderr.write(self.line(done, total, note) + "\n")

    def line(self, done: int, total: int, note: str = "") -> str:
        """Return the progress in one line, with rate and time left."""
        seconds = max(time.monotonic() - self._began, 0.001)
        rate = (done - (self._first or 0)) / seconds
        left = f"{max(total - done, 0) / rate:.0f} s left" if rate else "time left unknown"
        return f"{done:,} of {total:,} {self._noun}, {rate:.0f} a second, {left}{f'; {note}' if note else ''}"

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar:
            self._bar.stop()


def _bar() -> Progress:
    from rich.console import Console  # noqa: PLC0415 -- only a terminal needs it
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
