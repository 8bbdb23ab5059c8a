"""`cmoney runs`: the last runs as a table, or as metrics for a collector."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any

from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import add_limit
from crawler.cli.printer import PrintedColumn, add_output_options, print_rows

KEPT = ("store/new", "store/revised", "store/updated")


DATABASE = "database/"
TOOK = "/milliseconds"


def _to_the_second(at: datetime | None) -> str:
    return f"{at.astimezone(TAIPEI):%Y-%m-%d %H:%M:%S}" if at else ""


COLUMNS = (
    PrintedColumn("started_at", "started (Taipei)", whole=True, show=_to_the_second),
    PrintedColumn("spider"),
    PrintedColumn("seconds", "length", show="{:.0f} s".format),
    PrintedColumn("new"),
    PrintedColumn("kept"),
    PrintedColumn("database", show="{:.1f} s".format),
    PrintedColumn("slowest", "most of it in", show=lambda kinds: kinds[0] if kinds else ""),
    PrintedColumn("ending"),
    PrintedColumn("problems", show="; ".join),
)


class Command(ArchiveCommand):
    """When each run began, how long it took, what came of it, and why it ended."""

    summary = "Show the last runs: started, length, articles, ending, problems"
    group = "read"
    examples = ("runs", "runs --spider column --limit 5", "runs --json", "runs --metrics > cmoney.prom")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_limit(parser, "runs", 20)
        add_output_options(parser, COLUMNS)
        parser.add_argument("--spider", metavar="NAME", help="only runs of this spider")
        parser.add_argument("--metrics", action="store_true", help="the state of the archive as OpenMetrics text")

    def _work(self, opts: argparse.Namespace) -> int:
        with self.archive() as archive:
            if opts.metrics:
                from crawler.monitoring.metrics import metrics

                sys.stdout.write(metrics(archive))
                return 0
            print_rows(COLUMNS, map(_row, archive.runs.recent(opts.limit, opts.spider)), opts)
        return 0


def _row(run: dict[str, Any]) -> dict[str, Any]:
    from archive.crawl_state.runs import KILLED, is_killed

    started, ended, counts = run["started_at"], run["ended_at"], run["counts"]
    ending = run["outcome"] or (KILLED if is_killed(run) else "under way")
    if run["exit_status"] is not None:
        ending += f" ({run['exit_status']})"
    return {
        "started_at": started,
        "spider": run["spider"],
        "seconds": ((ended or run["heartbeat_at"]) - started).total_seconds(),
        "new": counts.get("store/new", 0),
        "kept": sum(counts.get(name, 0) for name in KEPT),
        "database": counts.get(f"{DATABASE}milliseconds", 0) / 1000,
        "slowest": _slowest(counts),
        "ending": ending + (", complete" if run["complete"] else ""),
        "problems": run["problems"][:3],
    }


def _slowest(counts: dict[str, int]) -> list[str]:
    """Return the kinds of commands that took most of a run's time with the database, the slowest first.

    >>> _slowest({"database/milliseconds": 9, "database/find a/milliseconds": 3, "database/insert b/milliseconds": 6})
    ['insert b', 'find a']
    """
    took = {
        name.removeprefix(DATABASE).removesuffix(TOOK): many
        for name, many in counts.items()
        if name.startswith(DATABASE) and name.endswith(TOOK) and name.count("/") > 1
    }
    return sorted(took, key=lambda kind: -took[kind])
