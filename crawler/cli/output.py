"""What a terminal is shown: progress bars and heat maps."""

from __future__ import annotations

import calendar
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from archive.coverage.baseline import NightCoverage

MONTH: Final = 8
"""Characters that a row's month takes."""

WIDE: Final = 3
"""Characters of a cell where there is room."""

NARROW: Final = 2

WIDTH: Final = MONTH + 31 * WIDE
"""Characters of a row where there is room."""

_SHADES: Final = (
    (0.5, "black on #d9f0d3", "under half of the usual"),
    (0.85, "black on #a6dba0", "fewer"),
    (1.25, "black on #5aae61", "as usual"),
)
_FULLEST: Final = "white on #1b7837"
_GAP: Final = "bold white on red"
_MOST: Final = 99

EVERY: Final = 10.0
"""Seconds between two plain lines."""


def heat_map(nights: Sequence[NightCoverage], width: int = WIDTH) -> Iterator[Text]:
    """Yield the calendar's lines: its days, a row a month, and what it shows.

    Args:
        nights: In order. A day between them without a session (weekend, holiday) is a dot.
        width: Characters that a line may have; where they are few, cells stand closer.
    """
    if not nights:
        return
    cell = WIDE if width >= WIDTH else NARROW
    yield Text(" " * MONTH + "".join(f"{day:>2}".ljust(cell) for day in range(1, 32)), style="dim")
    span = nights[0].night.day, nights[-1].night.day
    for month, of_month in groupby(nights, key=lambda one: (one.night.day.year, one.night.day.month)):
        yield _row(month, of_month, span, cell)
    yield Text(
        "articles from a session's close to the next, by its date in New York; ! far too few; · no session", "dim"
    )


def legend() -> Text:
    """Return what the calendar's colours mean."""
    said = Text().append(" 0!", _GAP).append(" none or far too few ")
    for _, style, meaning in _SHADES:
        said.append("   ", style).append(f" {meaning} ")
    return said.append("   ", _FULLEST).append(" more")


def _row(month: tuple[int, int], nights: Iterable[NightCoverage], span: tuple[date, date], cell: int) -> Text:
    by_day = {one.night.day.day: one for one in nights}
    row = Text(f"{month[0]}-{month[1]:02} ")
    for day in range(1, calendar.monthrange(*month)[1] + 1):
        one = by_day.get(day)
        if one:
            row.append(_cell(one, cell), _style(one))
        else:
            row.append((" ·" if span[0] <= date(*month, day) <= span[1] else "").ljust(cell), "dim")
    return row


def _cell(one: NightCoverage, cell: int) -> str:
    count = min(one.count, _MOST)
    if cell == NARROW:
        return f"!{min(count, 9)}" if one.shortfall else f"{count:>2}"
    return f"{count:>2}" + ("!" if one.shortfall else " ")


def _style(one: NightCoverage) -> str:
    if one.shortfall:
        return _GAP
    share = one.count / one.usual if one.usual else 1.0
    return next((shade for limit, shade, _ in _SHADES if share < limit), _FULLEST)


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
