"""`cmoney articles`: the newest articles of the archive, to be looked through."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from crawler.arguments import read_moment
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import add_as_of, add_limit
from crawler.cli.printer import PrintedColumn, add_output_options, print_line, print_rows

COLUMNS = (
    PrintedColumn("published_at", "published (Taipei)", whole=True),
    PrintedColumn("key", whole=True),
    PrintedColumn("title"),
    PrintedColumn("tickers"),
    PrintedColumn("tw_stocks", "Taiwan"),
    PrintedColumn("access"),
    PrintedColumn("gone_at", "gone since (Taipei)"),
    PrintedColumn("problems", show="; ".join),
)


class Command(ArchiveCommand):
    """Newest first, with dates in Taipei, tickers and problems."""

    group = "read"
    examples = ("articles", "articles --limit 5 --json", "articles --as-of 2026-08-28T21:30")

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show the newest articles: date (Taipei), key, title, tickers, problems"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        add_limit(parser, "articles", 20, least=0)
        add_as_of(parser)
        add_output_options(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Print the table; return the exit status."""
        as_of = read_moment("--as-of", opts.as_of)
        with self.archive() as archive:
            newest = archive.articles.page(opts.limit or sys.maxsize, as_of=as_of)
            print_rows(COLUMNS, map(_row, newest), opts)
            if not opts.json:
                print_line(f"{archive.articles.count(as_of):,} articles")
        return 0


def _row(document: Mapping[str, Any]) -> dict[str, Any]:
    names = ("published_at", "title", "tickers", "tw_stocks", "access", "gone_at")
    problems = [f"{problem['field']}: {problem['reason']}" for problem in document["problems"]]
    return {"key": document["_id"], "problems": problems} | {name: document[name] for name in names}
