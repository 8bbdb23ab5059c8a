"""`scrapy doctor`: is everything in place for unattended runs? And what to do about what is not."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.errors import NoArchive
from crawler.cli.command import ArchiveCommand
from crawler.doctor import database, machine, search, site, ticker_lists, workers
from crawler.doctor.finding import State

STYLES: Final[dict[State, str]] = {"well": "green", "doubtful": "yellow", "wrong": "bold red"}


class Command(ArchiveCommand):
    """Looks at machine, archive and site; exit status 1 if something is wrong, 0 if at most something is doubtful.

    Where there is no archive, it is 5, as of every command.
    """

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Look at the installation, and say what to do about what is not well"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--offline", action="store_true", help="do not ask the site")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Print the findings; return the exit status.

        Raises:
            NoArchive: There is none; the rest was looked at.
        """
        parts = (machine, database, search, workers, ticker_lists)
        findings = [finding for part in parts for finding in part.examine(self.values)]
        if not opts.offline:
            findings += site.examine(self.values)
        table = Table("subject", "", "found", "what to do", expand=True)
        for one in findings:
            table.add_row(one.subject, Text(one.state, style=STYLES[one.state]), Text(one.says), Text(one.cure))
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160).print(table)
        absent = next((one for one in findings if one.subject == database.ARCHIVE), None)
        if absent:
            raise NoArchive(absent.says)
        return int(any(one.state == "wrong" for one in findings))
