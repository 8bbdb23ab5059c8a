"""`cmoney duplicates`: near-duplicates among the articles of each day, for a person to judge."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from archive.errors import AccessDenied
from crawler.arguments import read_window
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import add_window, share
from crawler.cli.printer import PrintedColumn, add_output_options, print_line, print_rows

if TYPE_CHECKING:
    from archive.articles.near_duplicates import NearDuplicate, NearDuplicates

LEAST = 0.5
"""The least similarity that may be chosen: below it all articles of a day are alike."""

COLUMNS = (
    PrintedColumn("similarity", show="{:.3f}".format),
    PrintedColumn("published_at", "published (Taipei)", whole=True),
    PrintedColumn("key", whole=True),
    PrintedColumn("other_key", whole=True),
    PrintedColumn("title"),
    PrintedColumn("other_title"),
)


class Command(ArchiveCommand):
    """Looks for near-duplicates among the articles of each day, records and lists them; nothing is merged by it."""

    summary = "Look for articles of one day that read nearly alike, and list them"
    group = "read"
    examples = ("duplicates --since 2026-08", "duplicates --similarity 0.9 --json")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_window(parser)
        add_output_options(parser, COLUMNS)
        meaning = "least similarity, 0.5 to 1 (default 0.8)"
        parser.add_argument("--similarity", type=share(LEAST), default=0.8, metavar="SHARE", help=meaning)

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.articles.near_duplicates import near_duplicates

        since, until = read_window(opts.since, opts.until)
        with self.archive() as archive:
            kept = archive.near_duplicates
            pairs = list(near_duplicates(kept.texts(since, until), opts.similarity))
            _record(kept, pairs, since, until)
        print_rows(COLUMNS, map(_row, sorted(pairs, key=lambda pair: -pair.similarity)), opts)
        if not opts.json:
            print_line(f"{len(pairs)} pairs of articles read nearly alike")
        return 0


def _record(kept: NearDuplicates, pairs: list[NearDuplicate], since: datetime | None, until: datetime | None) -> None:
    """Record pairs; with an account that may only read, print a note instead."""
    try:
        kept.record(pairs, since, until, datetime.now(UTC))
    except AccessDenied:
        sys.stderr.write("note: this account of the database may not write, so the pairs are listed and not recorded\n")


def _row(pair: NearDuplicate) -> dict[str, Any]:
    return {
        "similarity": pair.similarity,
        "published_at": pair.second.published_at,
        "key": pair.first.key,
        "other_key": pair.second.key,
        "title": pair.first.title,
        "other_title": pair.second.title,
    }
