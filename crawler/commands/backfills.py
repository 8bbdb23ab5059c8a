"""`cmoney backfills`: the windows of the past, with the progress of each."""

from __future__ import annotations

import argparse
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand
from crawler.cli.printer import PrintedColumn, add_output_options, print_rows

if TYPE_CHECKING:
    from archive.model.crawl.backfill import Filled, Window

COLUMNS = (
    PrintedColumn("window", "window (Taipei)", whole=True),
    PrintedColumn("columns", show=",".join),
    PrintedColumn("interface"),
    PrintedColumn("numbers"),
    PrintedColumn("left"),
    PrintedColumn("complete"),
    PrintedColumn("updated_at", "last written (Taipei)", whole=True),
)


class Command(ArchiveCommand):
    """For every window that was begun: its sources, the numbers left, and whether it is complete."""

    summary = "Show the windows that backfills fill, and how far each is"
    group = "read"
    examples = ("backfills", "backfills --json")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_output_options(parser, COLUMNS)

    def _work(self, opts: argparse.Namespace) -> int:
        with self.archive() as archive:
            print_rows(COLUMNS, map(_row, archive.backfills.every()), opts)
        return 0


def _row(filled: Filled) -> dict[str, Any]:
    window, first, last = filled.window, filled.notes_first, filled.notes_last
    numbers = f"{first:,} – {last:,}" if first is not None else _state("notes" in window.via, done=False)
    return {
        "window": _span(window),
        "columns": window.columns,
        "interface": _state("api" in window.via, done=filled.api_done),
        "numbers": numbers,
        "left": _left(filled),
        "complete": filled.complete,
        "updated_at": filled.updated_at,
    }


def _span(window: Window) -> str:
    """Return a window as days, both included; with times if it is a gap between sessions."""
    since, until = (bound.astimezone(TAIPEI) for bound in (window.since, window.until))
    if since.time() == until.time() == time():
        return f"{since:%Y-%m-%d} – {until - timedelta(days=1):%Y-%m-%d}"
    return f"{since:%Y-%m-%d %H:%M} – {until:%Y-%m-%d %H:%M}"


def _left(filled: Filled) -> str:
    if filled.numbers_left is None or filled.notes_first is None or filled.notes_last is None:
        return ""
    of = filled.notes_last - filled.notes_first + 1
    return f"{filled.numbers_left:,} ({filled.numbers_left / max(of, 1):.0%})"


def _state(wanted: bool, *, done: bool) -> str:  # noqa: FBT001 -- whether the source belongs to the window
    if not wanted:
        return "not asked"
    return "walked" if done else "under way"
