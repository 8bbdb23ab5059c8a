"""The doctor's examination of the lists of symbols: their age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from archive.model.time_zones import TAIPEI
from crawler.doctor.finding import Finding, doubtful, well
from crawler.own_settings import Values
from crawler.ticker_lists import ticker_lists

SUBJECT: Final = "symbols"
LISTS: Final = ("companies", "funds", "taiwan")
"""The lists that grow with the market; a former symbol stays one."""

MOST: Final = timedelta(days=400)
"""The age up to which a list is good: some hundred companies a year are new."""


def examine(settings: Values) -> Iterator[Finding]:
    """Yield the finding on the lists."""
    yield judge(ticker_lists(settings).dates(), datetime.now(TAIPEI).date())


def judge(dates: dict[str, str], today: date) -> Finding:
    """Return whether the lists are young enough, by their dates; a month counts from its first day."""
    shown = ", ".join(f"{kind} {dates[kind]}" for kind in LISTS)
    old = [kind for kind in LISTS if today - date.fromisoformat(f"{dates[kind]}-01"[:10]) > MOST]
    if old:
        return doubtful(SUBJECT, shown, f"cmoney tickers refresh {old[0]} FILE (pipelines/data/README.md)")
    return well(SUBJECT, shown)
