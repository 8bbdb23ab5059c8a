"""`scrapy articles`: the newest articles of the archive as a table that a person reads."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand


class Command(ArchiveCommand):
    """Shows articles, newest first, with their dates in Taipei, tickers and problems."""

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show the newest articles: date (Taipei), title, tickers, problems"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument(
            "--limit", type=int, default=20, metavar="N", help="articles to show (default 20; 0 for all)"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Print the table; return the exit status."""
        with self.archive() as archive:
            table = Table(title=f"{archive.articles.count()} articles", expand=True)
            table.add_column("published (Taipei)", no_wrap=True)
            table.add_column("title", ratio=4)
            table.add_column("tickers", ratio=1)
            table.add_column("problems", ratio=2)
            for document in archive.articles.newest(opts.limit):
                table.add_row(*_row(document))
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120).print(table)
        return 0


def _row(document: Mapping[str, Any]) -> tuple[str, str, str, str]:
    published = document["published_at"]
    when = published.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") if published else "unknown"
    marks = " (members)" if document["access"] == "members" else ""
    if document["gone_at"]:
        marks += f" (gone since {document['gone_at'].astimezone(TAIPEI):%Y-%m-%d})"
    problems = "; ".join(f"{problem['field']}: {problem['reason']}" for problem in document["problems"])
    return when, document["title"] + marks, " ".join(document["tickers"] + document["tw_stocks"]), problems
