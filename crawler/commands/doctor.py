"""`cmoney doctor`: the health check of an installation, with a remedy for each fault."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, ClassVar, Final

from archive.errors import NoArchive
from crawler.cli.command import ArchiveCommand
from crawler.cli.printer import PrintedColumn, add_output_options, print_rows

if TYPE_CHECKING:
    from crawler.doctor.finding import Finding

STYLES: Final[dict[str, str]] = {"well": "green", "doubtful": "yellow", "wrong": "bold red"}

COLUMNS = (
    PrintedColumn("subject"),
    PrintedColumn("state", style=lambda state: STYLES[state]),
    PrintedColumn("finding", "found"),
    PrintedColumn("cure", "what to do"),
)


class Command(ArchiveCommand):
    """Looks at machine, archive and site; exit status 1 if something is wrong, 0 if at most something is doubtful.

    Where there is no archive, it is 5, as of every command.
    """

    summary = "Look at the installation, and print what to do about what is not well"
    examples = ("doctor", "doctor --offline --json")
    statuses: ClassVar = {1: "something is wrong"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_output_options(parser, COLUMNS)
        parser.add_argument("--offline", action="store_true", help="do not ask the site")

    def _work(self, opts: argparse.Namespace) -> int:
        from crawler.doctor import database, machine, ticker_lists, workers

        parts = (machine, database, workers, ticker_lists)
        findings = [finding for part in parts for finding in part.examine(self.values)]
        if not opts.offline:
            from crawler.doctor import site

            findings += site.examine(self.values)
        print_rows(COLUMNS, map(_row, findings), opts)
        absent = next((finding for finding in findings if finding.subject == database.ARCHIVE), None)
        if absent:
            raise NoArchive(absent.says)
        return int(any(finding.state == "wrong" for finding in findings))


def _row(finding: Finding) -> dict[str, Any]:
    return {"subject": finding.subject, "state": finding.state, "finding": finding.says, "cure": finding.cure}
