"""Coverage as a calendar that a person reads: a row a month, a cell a session, the fuller the greener."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.text import Text

from archive.usual import Judged

WIDTH: Final = 8 + 31 * 3
"""Characters of a row: the month, and three for each day."""

LEGEND: Final = "articles between a session's close and the next, by its date in New York; ! none or far too few"

_SHADES: Final = ((0.5, "black on #d9f0d3"), (0.85, "black on #a6dba0"), (1.25, "black on #5aae61"))
_FULLEST: Final = "white on #1b7837"
_GAP: Final = "bold white on red"
_MOST: Final = 99


def heat_map(nights: Sequence[Judged]) -> Iterator[Text]:
    """Yield the calendar's lines; days without a session (weekends, holidays) are a dot."""
    yield Text(" " * 8 + "".join(f"{day:>2} " for day in range(1, 32)), style="dim")
    for month, of_month in groupby(nights, key=lambda one: (one.night.day.year, one.night.day.month)):
        yield _row(month, of_month)


def _row(month: tuple[int, int], nights: Iterable[Judged]) -> Text:
    by_day = {one.night.day.day: one for one in nights}
    row = Text(f"{month[0]}-{month[1]:02} ")
    for day in range(1, calendar.monthrange(*month)[1] + 1):
        one = by_day.get(day)
        row.append(_cell(one), _style(one)) if one else row.append(" · ", "dim")
    return row


def _cell(one: Judged) -> str:
    return f"{min(one.count, _MOST):>2}" + ("!" if one.shortfall else " ")


def _style(one: Judged) -> str:
    if one.shortfall:
        return _GAP
    share = one.count / one.usual if one.usual else 1.0
    return next((shade for limit, shade in _SHADES if share < limit), _FULLEST)
