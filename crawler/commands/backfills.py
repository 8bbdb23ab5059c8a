"""`scrapy backfills`: the windows of the past, and how far each is filled."""

from __future__ import annotations

import argparse
import sys
from datetime import time, timedelta

from rich.console import Console
from rich.table import Table

from archive.model.crawl.backfill import Filled, Window
from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand


class Command(ArchiveCommand):
    """Shows every window that was begun: its ways, the numbers left, and whether it is complete."""

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show the windows that backfills fill, and how far each is"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes nothing
        """Print the table; return the exit status."""
        with self.archive() as archive:
            windows = archive.backfills.every()
        table = Table("window (Taipei)", "columns", "interface", "numbers", "left", "complete", "last written")
        for filled in windows:
            table.add_row(*_row(filled))
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 140).print(table)
        return 0


def _row(filled: Filled) -> tuple[str, ...]:
    window = filled.window
    found = filled.notes_first is not None
    return (
        _span(window),
        ",".join(window.columns),
        _state("api" in window.via, done=filled.api_done),
        f"{filled.notes_first:,} – {filled.notes_last:,}" if found else _state("notes" in window.via, done=False),
        _left(filled),
        "yes" if filled.complete else "no",
        f"{filled.updated_at.astimezone(TAIPEI):%Y-%m-%d %H:%M:%S}",
    )


def _span(window: Window) -> str:
    """Return a window as its command has it, both days included; with times where it was made of a gap's nights."""
    since, until = (bound.astimezone(TAIPEI) for bound in (window.since, window.until))
    if since.time() == until.time() == time():
        return f"{since:%Y-%m-%d} – {until - timedelta(days=1):%Y-%m-%d}"
    return f"{since:%Y-%m-%d %H:%M} – {until:%Y-%m-%d %H:%M}"


def _left(filled: Filled) -> str:
    if filled.numbers_left is None or filled.notes_first is None or filled.notes_last is None:
        return ""
    of = filled.notes_last - filled.notes_first + 1
    return f"{filled.numbers_left:,} ({filled.numbers_left / max(of, 1):.0%})"


def _state(wanted: bool, *, done: bool) -> str:  # noqa: FBT001 -- whether the way belongs to the window
    if not wanted:
        return "not asked"
    return "walked" if done else "under way"
