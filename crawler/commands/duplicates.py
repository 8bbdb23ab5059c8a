"""`scrapy duplicates`: articles of one day that read nearly alike, for a person to look at."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from archive.articles.near_duplicates import NearDuplicate, near_duplicates
from archive.model.time_zones import TAIPEI
from crawler.arguments import read_window
from crawler.cli.command import ArchiveCommand
from crawler.errors import WrongUsage

LEAST = 0.5
"""The smallest similarity that may be asked for: below it everything of a day is alike."""


class Command(ArchiveCommand):
    """Looks for near-duplicates among the articles of each day, records and lists them; nothing is merged by it."""

    def syntax(self) -> str:
        """Return how it is called."""
        return "[--since DATE] [--until DATE] [--similarity SHARE]"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Look for articles of one day that read nearly alike, and list them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="first day, in Taipei (default: all)")
        parser.add_argument("--until", metavar="DATE", help="last day, in Taipei (default: all)")
        parser.add_argument(
            "--similarity", type=float, default=0.8, metavar="SHARE", help="least similarity to tell (default 0.8)"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Look, record and print; return the exit status.

        Raises:
            WrongUsage: An option cannot be meant, or the extra is not installed.
        """
        if args:
            raise WrongUsage(f"duplicates takes options only, not {' '.join(args)}")
        if not LEAST <= opts.similarity <= 1:
            raise WrongUsage(f"--similarity {opts.similarity} is not between {LEAST} and 1")
        since, until = read_window(opts.since, opts.until)
        try:
            with self.archive() as archive:
                kept = archive.near_duplicates
                found = list(near_duplicates(kept.texts(since, until), opts.similarity))
                kept.record(found, since, until, datetime.now(UTC))
        except ModuleNotFoundError as error:
            raise WrongUsage(f"{error.name} is not installed: pip install 'cmoney-archive[duplicates]'") from error
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160).print(_table(found))
        return 0


def _table(found: Sequence[NearDuplicate]) -> Table:
    table = Table(title=f"{len(found)} pairs of articles read nearly alike", expand=True)
    table.add_column("similarity", justify="right")
    table.add_column("published (Taipei)", no_wrap=True)
    for name in ("keys", "titles"):
        table.add_column(name, overflow="fold")
    for one in sorted(found, key=lambda one: -one.similarity):
        when = one.second.published_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M")
        keys, titles = ((f"{getattr(one.first, name)}\n{getattr(one.second, name)}") for name in ("key", "title"))
        table.add_row(f"{one.similarity:.3f}", when, keys, titles)
    return table
