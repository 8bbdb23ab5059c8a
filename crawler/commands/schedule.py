"""`scrapy schedule`: when the column is crawled unattended, as a table or as other schedulers write it."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from itertools import islice

from rich.console import Console
from rich.table import Table
from scrapy.utils.log import configure_logging

from crawler.cli.command import ArchiveCommand
from crawler.cli.signals import handling
from crawler.schedule.daemon import Daemon
from crawler.schedule.timetable import Schedule, schedule


class Command(ArchiveCommand):
    """Shows the schedule in crawler/schedule/schedule.toml, writes it for systemd or cron, or starts its runs."""

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show, write for systemd or cron, or run the schedule of unattended crawls"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--format", choices=("table", "systemd", "cron"), default="table", help="how to write it")
        parser.add_argument("--run", action="store_true", help="start the runs, where there is no other scheduler")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Print it, or start its runs until a signal; return the exit status."""
        plan = schedule()
        if opts.run:
            configure_logging(self.settings)
            daemon = Daemon(plan, (sys.executable, "-m", "scrapy"))
            with handling(lambda *_: daemon.stop()):
                daemon.run()
            return 0
        match opts.format:
            case "systemd":
                print(plan.as_systemd(), end="")
            case "cron":
                print(plan.as_cron(), end="")
            case _:
                _show(plan)
        return 0


def _show(plan: Schedule) -> None:
    table = Table("job", "days", "hours (Taipei)", "minutes", "why")
    for job in plan.jobs:
        table.add_row(job.name, " ".join(job.days), _list(job.hours), _list(job.minutes), job.why)
    Console().print(table)
    print(f"each put off by up to {plan.jitter} s; the next ones:")
    for start in islice(plan.starts(datetime.now(UTC)), 5):
        print(f"  {start:%a %Y-%m-%d %H:%M} (Taipei)")


def _list(numbers: tuple[int, ...]) -> str:
    return " ".join(f"{number:02d}" for number in numbers)
