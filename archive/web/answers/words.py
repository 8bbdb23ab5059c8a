"""The texts of the pages: Chinese is in the templates, English in a table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from archive.market_calendar import SessionPart
from archive.model.time_zones import TAIPEI

WEEKDAYS: Final = "一二三四五六日"
PARTS: Final[dict[SessionPart, str]] = {"before_open": "盤前", "in_session": "盤中", "after_close": "收盤後"}


@cache
def english() -> dict[str, list[str]]:
    """Return the English forms of each Chinese text of the pages: plural, and singular if they differ."""
    text = files("archive.web.data").joinpath("english.tsv").read_text("utf-8")
    return {row[0]: row[1:] for row in csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE) if row}


def translator(*, is_english: bool) -> Callable[..., str]:
    """Return the translation into the page's language; values are in braces: `{count} 篇`."""
    table = english() if is_english else {}

    def translated(text: str, **values: object) -> str:
        forms = table.get(text, [text])
        form = forms[-1] if str(values.get("count")) == "1" else forms[0]
        return form.format(**values) if values else form

    return translated


def day(at: date, *, is_english: bool = False) -> str:
    """Return a day as a heading has it.

    >>> day(date(2026, 8, 28)), day(date(2026, 8, 28), is_english=True)
    ('8/28（五）', 'Fri 28 Aug 2026')
    """
    if is_english:
        return f"{at:%a} {at.day} {at:%b %Y}"
    return f"{at.month}/{at.day}（{WEEKDAYS[at.weekday()]}）"


def clock(at: datetime | None) -> str:
    """Return hours and minutes in Taipei; a dash for none."""
    return at.astimezone(TAIPEI).strftime("%H:%M") if at else "—"


def stamp(at: datetime | None) -> str:
    """Return day and time in Taipei; a dash for none."""
    return at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") if at else "—"
