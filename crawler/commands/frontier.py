"""`scrapy frontier`: every address ever found, by state and reason; a list of them; and another try."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import get_args

from rich.console import Console
from rich.table import Table

from archive.model.crawl.frontier import Count, Entry, State
from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand
from crawler.errors import WrongUsage

STATES: tuple[State, ...] = get_args(State)


class Command(ArchiveCommand):
    """Shows the frontier, and makes addresses due again."""

    def syntax(self) -> str:
        """Return how it is called."""
        return "[--state STATE] [--reason REASON] [--limit N] [--retry] [KEY ...]"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show what was found and what became of it; --state lists, --retry makes due again"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--state", choices=STATES, help="list the addresses in this state")
        parser.add_argument("--reason", help="only those with this reason")
        parser.add_argument("--limit", type=int, default=100, metavar="N", help="addresses to list (default 100)")
        parser.add_argument("--retry", action="store_true", help="make them due: the next run asks for them")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print what is asked for, or make addresses due; return the exit status.

        Raises:
            WrongUsage: Another try is asked for, and not of what.
        """
        if opts.retry and not (opts.state or opts.reason or args):
            raise WrongUsage("--retry needs --state, --reason or keys: say what is to be tried again")
        with self.archive() as archive:
            frontier = archive.frontier
            if opts.retry:
                due = frontier.retry(state=opts.state, reason=opts.reason, keys=args or None)
                print(f"{due} addresses are due")
            elif args:
                _print(_entries(list(frontier.lookup(args).values())))
            elif opts.state:
                _print(_entries(frontier.entries(opts.state, opts.reason, opts.limit)))
            else:
                _print(_counts(frontier.counts()))
        return 0


def _counts(counts: Sequence[Count]) -> Table:
    table = Table("state", "reason")
    table.add_column("addresses", justify="right")
    for count in counts:
        table.add_row(count.state, count.reason or "", f"{count.count:,}")
    return table


def _entries(entries: Sequence[Entry]) -> Table:
    table = Table("key", "reason", "attempts", "next try (Taipei)", "found in", "title", expand=True)
    for entry in entries:
        next_try = entry.next_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") if entry.next_at else ""
        gone = f"gone since {entry.gone_since.astimezone(TAIPEI):%Y-%m-%d}" if entry.gone_since else None
        reason = " – ".join(filter(None, (gone, entry.reason, entry.detail)))
        table.add_row(entry.key, reason, str(entry.attempts), next_try, entry.found_in, entry.title or "")
    return table


def _print(table: Table) -> None:
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160).print(table)
