"""`cmoney schedule`: the schedule of unattended crawls, as a table, for systemd or for cron; or runs it."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from crawler.cli.command import ArchiveCommand
from crawler.cli.printer import PrintedColumn, add_output_options, print_line, print_rows
from crawler.cli.signals import handling
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from crawler.schedule.timetable import Schedule

COLUMNS = (
    PrintedColumn("name", "job"),
    PrintedColumn("days"),
    PrintedColumn("hours", "hours (Taipei)"),
    PrintedColumn("minutes"),
    PrintedColumn("why"),
)


class Command(ArchiveCommand):
    """Shows the schedule in crawler/schedule/schedule.toml, writes it for systemd or cron, or starts its runs."""

    summary = "Show, write for systemd or cron, or run the schedule of unattended crawls"
    group = "crawl"
    examples = ("schedule", "schedule --format systemd", "schedule --run", "schedule --run --of backup")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--format", choices=("table", "systemd", "cron"), default="table", help="how to write it")
        add_output_options(parser, COLUMNS)
        parser.add_argument("--run", action="store_true", help="start the runs, where there is no other scheduler")
        parser.add_argument("--of", choices=("column", "backup"), default="column", help="of what (default column)")

    def _work(self, opts: argparse.Namespace) -> int:
        from crawler.schedule.timetable import backups, schedule

        if opts.of == "backup" and opts.format != "table":
            raise WrongUsage("--format writes the crawls; that of cron has the backups too, systemd's are in deploy/")
        plan = backups() if opts.of == "backup" else schedule()
        if opts.run:
            from scrapy.settings import Settings

            from crawler.logs import open_log
            from crawler.schedule.daemon import Daemon

            open_log(Settings(dict(self.values)))
            daemon = Daemon(plan, (sys.executable, "-m", "crawler"))
            with handling(lambda *_: daemon.stop()):
                daemon.run()
            return 0
        match opts.format:
            case "systemd":
                sys.stdout.write(plan.as_systemd())
            case "cron":
                sys.stdout.write(plan.as_cron())
            case _:
                _show(plan, opts)
        return 0


def _show(plan: Schedule, opts: argparse.Namespace) -> None:
    rows = (
        {
            "name": job.name,
            "days": list(job.days),
            "hours": _list(job.hours),
            "minutes": _list(job.minutes),
            "why": job.why,
        }
        for job in plan.jobs
    )
    print_rows(COLUMNS, rows, opts)
    if opts.json:
        return
    print_line(f"each put off by up to {plan.jitter} s; the next ones:")
    for start in islice(plan.starts(datetime.now(UTC)), 5):
        print_line(f"  {start:%a %Y-%m-%d %H:%M} (Taipei)")


def _list(numbers: tuple[int, ...]) -> str:
    return " ".join(f"{number:02d}" for number in numbers)
