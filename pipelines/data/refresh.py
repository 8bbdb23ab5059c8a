"""Turns the SEC's list of company tickers into `us_symbols.tsv`: `python -m pipelines.data.refresh tickers.json`."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from archive.model.text import normal_text
from pipelines.us_symbols import us_symbols

_SYMBOL = re.compile(r"[A-Z0-9]{1,6}(?:-[A-Z]{1,3})?")
_FIELDS = ("ticker", "exchange", "name")
_LEAST_SHARE = 0.8


def converted(answer: Any, as_of: date, fewest: int) -> str:
    """Return the text of `us_symbols.tsv`, sorted by symbol.

    Args:
        answer: The decoded JSON of `company_tickers_exchange.json`: names of `fields`, and `data` with a row a company.
        as_of: The day that the list was fetched.
        fewest: How many symbols it must at least have.

    Raises:
        ValueError: The answer is not of that shape, or has fewer symbols.
    """
    try:
        places = [answer["fields"].index(name) for name in _FIELDS]
        rows = {tuple(normal_text(row[place] or "") for place in places) for row in answer["data"]}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"This is not the SEC's company_tickers_exchange.json: {error!r}") from error
    lines = sorted("\t".join(row) for row in rows if _SYMBOL.fullmatch(row[0]))
    if len(lines) < fewest:
        raise ValueError(f"The list has {len(lines)} symbols, at least {fewest} were expected: is it cut off?")
    return "\n".join((f"# as of: {as_of.isoformat()}", "symbol\texchange\tname", *lines, ""))


if __name__ == "__main__":
    sys.stdout.write(
        converted(
            json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")),
            datetime.now(ZoneInfo("America/New_York")).date(),
            int(len(us_symbols().symbols) * _LEAST_SHARE),
        )
    )
