"""`cmoney tickers`: the lists of symbols by which companies are recognised, with their dates; refreshes one."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.model.period import FORMS, read_period
from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.printer import PrintedColumn, add_output_options, print_outcome, print_rows
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from crawler.ticker_lists import SymbolLists

_FEWEST = 3  # refresh, a kind, a file

COLUMNS = (PrintedColumn("list"), PrintedColumn("as_of", whole=True), PrintedColumn("rows"), PrintedColumn("source"))


class Command(ArchiveCommand):
    """With `refresh KIND FILE ...` a new list takes the place of the one in use."""

    summary = "Show the lists of symbols and their dates, or refresh one from files that you downloaded"
    operands = Operands("refresh KIND FILE", least=0, most=None)
    examples = ("tickers", "tickers refresh companies company_tickers.json --as-of 2026-09-01")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_output_options(parser, COLUMNS)
        parser.add_argument("--as-of", metavar="DAY", help="the day of the new list (default: today)")

    def _work(self, opts: argparse.Namespace) -> int:
        from crawler.ticker_lists import ticker_lists

        kept = ticker_lists(self.values)
        if words := opts.operands:
            day = _day(opts.as_of)
            rows = _refresh(kept, words, day)
            line = f"{words[1]}: {rows:,} rows as of {day}. `cmoney reparse` reads kept articles again with them."
            print_outcome(opts, line, list=words[1], rows=rows, as_of=day)
            return 0
        if opts.as_of is not None:
            raise WrongUsage("--as-of is the day of a new list: tickers refresh KIND FILE --as-of DAY")
        names = [column.name for column in COLUMNS]
        print_rows(COLUMNS, (dict(zip(names, row, strict=True)) for row in kept.shown()), opts)
        return 0


def _refresh(kept: SymbolLists, args: list[str], day: date) -> int:
    """Refresh a list, and return its number of rows.

    Raises:
        WrongUsage: The arguments are invalid, or a file is no such list.
    """
    kinds = ", ".join(kept.kinds)
    if args[0] != "refresh" or len(args) < _FEWEST:
        raise WrongUsage(f"tickers takes nothing, or: refresh KIND FILE ... (kinds: {kinds})")
    kind, paths = args[1], [Path(name) for name in args[2:]]
    if kind not in kept.kinds:
        raise WrongUsage(f"there is no list {kind!r} to refresh, but {kinds}; the others are kept by hand")
    try:
        return kept.refresh(kind, paths, day.isoformat())
    except OSError as error:
        raise WrongUsage(f"{error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise WrongUsage(str(error)) from error


def _day(given: str | None) -> date:
    """Return the day of a list.

    Raises:
        WrongUsage: It is no day, or lies in the future.
    """
    today = datetime.now(TAIPEI).date()
    try:
        day = read_period(given)[0].astimezone(TAIPEI).date() if given is not None else today
    except (ValueError, OverflowError):
        raise WrongUsage(f"--as-of {given!r} is no day such as {FORMS}") from None
    if day > today:
        raise WrongUsage(f"--as-of {given} lies in the future")
    return day
