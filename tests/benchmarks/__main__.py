"""`make bench`: runs every benchmark, prints its table, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console

from tests.benchmarks.chart import bars
from tests.benchmarks.peers import CPU
from tests.benchmarks.report import page_of, table_of
from tests.benchmarks.result import QUICK, Result, Size

NAMES = (
    "crawl_speed",
    "peers",
    "peers_killed",
    "client_cpu",
    "heavy_pages",
    "reparse_speed",
    "nothing_new",
    "memory",
    "long_backfill",
    "export_speed",
    "search_speed",
    "page_speed",
)
"""The modules, each with a `measure(size)`; in the order of the page."""

TRIALS = "\n## What was tried"
"""What of the page is written by hand, at its end."""

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"one of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="so small that its figures mean nothing; for tests")
    parser.add_argument("--long", type=int, metavar="N", help="articles of the long crawl (default: 10,000)")
    parser.add_argument("--output", type=Path, help="the page (default: docs/benchmarks.md if all are run in full)")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> None:
    """Measure, print and write."""
    options = arguments(words)
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 140)
    results: list[Result] = []
    size = QUICK if options.quick else Size()
    if options.long:
        size = replace(size, long_crawl=(size.long_crawl[0], options.long))
    for name in options.only or NAMES:
        console.print(f"measuring {name} …")
        results.append(import_module(f"tests.benchmarks.{name}").measure(size))
        console.print(table_of(results[-1]))
    whole = not options.quick and not options.only
    if page := options.output or (PAGE if whole else None):
        _, heading, trials = (page.read_text(encoding="utf-8") if page.exists() else "").partition(TRIALS)
        text = page_of(results, datetime.now(UTC).date())
        page.write_text(f"{text}{heading}{trials}", encoding="utf-8")
        for result in (entry for entry in results if CPU in entry.columns):
            page.with_suffix(".svg").write_text(bars(result, CPU, ("text", "tickers")), encoding="utf-8")
        console.print(f"written to {page}")


if __name__ == "__main__":
    main(sys.argv[1:])
