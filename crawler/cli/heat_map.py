"""The calendar of the archive's articles, as a heat map on a terminal."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

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


def heat_map(nights: Sequence[NightCoverage], width: int = WIDTH) -> Iterator[Text]:
    """Yield the calendar's lines: its days, a row a month, and its key.

    Args:
        nights: In order. A day between them without a session (weekend, holiday) is a dot.
        width: Characters that a line may have; where they are few, cells stand closer.
    """
    if not nights:
        return
    cell = WIDE if width >= WIDTH else NARROW
    yield Text(" " * MONTH + "".join(f"{day:>2}".ljust(cell) for day in range(1, 32)), style="dim")
    span = nights[0].night.day, nights[-1].night.day
    for month, of_month in groupby(nights, key=lambda coverage: (coverage.night.day.year, coverage.night.day.month)):
        yield _row(month, of_month, span, cell)
    yield Text(
        "articles from a session's close to the next, by its date in New York; ! far too few; · no session", "dim"
    )


def legend() -> Text:
    """Return what the calendar's colours mean."""
    text = Text().append(" 0!", _GAP).append(" none or far too few ")
    for _, style, meaning in _SHADES:
        text.append("   ", style).append(f" {meaning} ")
    return text.append("   ", _FULLEST).append(" more")


def _row(month: tuple[int, int], nights: Iterable[NightCoverage], span: tuple[date, date], cell: int) -> Text:
    by_day = {coverage.night.day.day: coverage for coverage in nights}
    row = Text(f"{month[0]}-{month[1]:02} ")
    for day in range(1, calendar.monthrange(*month)[1] + 1):
        coverage = by_day.get(day)
        if coverage:
            row.append(_cell(coverage, cell), _style(coverage))
        else:
            row.append((" ·" if span[0] <= date(*month, day) <= span[1] else "").ljust(cell), "dim")
    return row


def _cell(coverage: NightCoverage, cell: int) -> str:
    count = min(coverage.count, _MOST)
    if cell == NARROW:
        return f"!{min(count, 9)}" if coverage.shortfall else f"{count:>2}"
    return f"{count:>2}" + ("!" if coverage.shortfall else " ")


def _style(coverage: NightCoverage) -> str:
    if coverage.shortfall:
        return _GAP
    share = coverage.count / coverage.usual if coverage.usual else 1.0
    return next((shade for limit, shade, _ in _SHADES if share < limit), _FULLEST)
