"""`scrapy runs`: the last runs as a table, or as metrics for a collector."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand
from crawler.monitoring.metrics import metrics

KEPT = ("store/new", "store/revised", "store/updated")


class Command(ArchiveCommand):
    """Shows the last runs: when, how long, what came of them, and why they ended."""

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show the last runs: started, length, articles, ending, problems"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="runs to show (default 20)")
        parser.add_argument("--spider", help="only runs of this spider")
        parser.add_argument("--metrics", action="store_true", help="the state of the archive as OpenMetrics text")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Print the table, or the metrics; return the exit status."""
        with self.archive() as archive:
            if opts.metrics:
                print(metrics(archive), end="")
                return 0
            runs = archive.runs.recent(opts.limit, opts.spider)
        table = Table("started (Taipei)", "spider", "length", "new", "kept", "ending", "problems", expand=True)
        for run in runs:
            table.add_row(*_row(run))
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 140).print(table)
        return 0


def _row(run: Mapping[str, Any]) -> tuple[str, ...]:
    started, ended, counts = run["started_at"], run["ended_at"], run["counts"]
    seconds = ((ended or run["heartbeat_at"]) - started).total_seconds()
    ending = f"{run['outcome']} ({run['exit_status']})" if ended else run["outcome"] or "under way"
    if run["complete"]:
        ending += ", complete"
    return (
        started.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S"),
        run["spider"],
        f"{seconds:.0f} s",
        str(counts.get("store/new", 0)),
        str(sum(counts.get(name, 0) for name in KEPT)),
        ending,
        "; ".join(run["problems"][:3]),
    )
