"""`scrapy backfills`: the windows of the past, and how far each is filled."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from archive.backfill import Filled
from crawler.commands import TAIPEI, ArchiveCommand


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
    since, until = (bound.astimezone(TAIPEI) for bound in (window.since, window.until))
    found = filled.notes_first is not None
    return (
        f"{since:%Y-%m-%d %H:%M} – {until:%Y-%m-%d %H:%M}",
        ",".join(window.columns),
        _state("api" in window.via, done=filled.api_done),
        f"{filled.notes_first:,} – {filled.notes_last:,}" if found else _state("notes" in window.via, done=False),
        f"{filled.numbers_left:,}" if found else "",
        "yes" if filled.complete else "no",
        f"{filled.updated_at.astimezone(TAIPEI):%Y-%m-%d %H:%M:%S}",
    )


def _state(wanted: bool, *, done: bool) -> str:  # noqa: FBT001 -- whether the way belongs to the window
    if not wanted:
        return "not asked"
    return "walked" if done else "under way"
