"""`scrapy export`: articles, mentions, links or tags as a file of JSON lines, CSV, Parquet or GraphML."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archive.archive import Archive
from archive.export.exporter import Exported, export
from archive.export.request import FORMATS, WHATS, ExportRequest, check, format_of
from archive.extras import NotInstalled
from archive.model.selection import Filters, WrongSelection, select
from crawler.arguments import names
from crawler.cli.command import ArchiveCommand
from crawler.cli.signals import handling
from crawler.errors import WrongUsage
from crawler.exit_status import INCOMPLETE


class Command(ArchiveCommand):
    """Writes a table of the archive into a file that is there whole or not at all."""

    def syntax(self) -> str:
        """Return how it is called."""
        return "-o FILE [--what articles|mentions|links|tags] [--since DAY] [--until DAY] [options]"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Write articles, mentions, links or tags as JSON lines, CSV, Parquet or GraphML"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="the file; packed if it ends in .gz or .zst")
        parser.add_argument("--format", choices=FORMATS, help="default: what the file's name tells")
        parser.add_argument("--what", choices=WHATS, default="articles", help="the table (default articles)")
        parser.add_argument("--since", metavar="DAY", help="published from this day (Taipei) or moment on")
        parser.add_argument("--until", metavar="DAY", help="published to this day, included, or before this moment")
        parser.add_argument("--columns", metavar="NAMES", help="only articles of these columns, separated by commas")
        parser.add_argument("--tickers", metavar="SYMBOLS", help="only articles with one of these symbols or codes")
        parser.add_argument("--tags", metavar="TAGS", help="only articles with one of these tags")
        parser.add_argument("--fields", metavar="NAMES", help="only these fields, in this order")
        parser.add_argument("--partition", choices=("month",), help="a folder with a file for each month (Taipei)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write the file; return the exit status.

        Raises:
            WrongUsage: An argument cannot be meant, a library is not installed, or the file cannot be written.
        """
        try:
            asked = order(args, opts)
            with self.archive() as archive, _ending_tidily(), _progress(archive, asked) as progress:
                done = export(archive, asked, progress)
        except (WrongSelection, NotInstalled) as error:
            raise WrongUsage(str(error)) from error
        except OSError as error:
            sys.stderr.write(
                f"error: {opts.output} cannot be written: {error.strerror}; nothing half written is left\n"
            )
            return 1
        _tell(asked, done)
        for key, reason in done.passed_over:
            sys.stderr.write(f"error: {key} was passed over, it is in no file: {reason}\n")
        return INCOMPLETE.status if done.passed_over else 0


def order(args: list[str], opts: argparse.Namespace) -> ExportRequest:
    """Return what the options ask for.

    Raises:
        WrongUsage: They cannot be meant.
        WrongSelection: The selection cannot be meant.
    """
    if args or not opts.output:
        raise WrongUsage(f"export takes options only, not {args[0]!r}" if args else "say where to: -o FILE")
    path = Path(opts.output)
    if path.name == "-":
        raise WrongUsage("export writes files that are there whole or not at all: name one, not -")
    found = opts.format or format_of(path)
    if found is None:
        raise WrongUsage(f"{opts.output!r} tells no format: add --format, one of {', '.join(FORMATS)}")
    asked = ExportRequest(
        path,
        found,
        opts.what,
        select(_wanted(opts)),
        tuple(names(opts, "fields")) or None,
        by_month=opts.partition == "month",
    )
    check(asked)
    if path.exists() and not (path.is_dir() if asked.by_month else path.is_file()):
        raise WrongUsage(f"{path} is no {'folder' if asked.by_month else 'file'}: name another, or remove it")
    return asked


def _wanted(opts: argparse.Namespace) -> Filters:
    return {
        "since": opts.since,
        "until": opts.until,
        "columns": names(opts, "columns"),
        "tickers": names(opts, "tickers"),
        "tags": names(opts, "tags"),
    }


@contextmanager
def _progress(archive: Archive, asked: ExportRequest) -> Iterator[Callable[[int], None]]:
    """Give what is told of articles read, and show them where somebody looks on."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    total = archive.scan(asked.selection).count()
    shown = (TextColumn(asked.path.name), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True)) as bar:
        task = bar.add_task("export", total=total)
        yield lambda count: bar.advance(task, count)


@contextmanager
def _ending_tidily() -> Iterator[None]:
    """Let SIGTERM end an export as Ctrl-C does: nothing of it is left."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with handling(end, [signal.SIGTERM]):
        yield


def _tell(asked: ExportRequest, done: Exported) -> None:
    files = str(asked.path) if not asked.by_month else f"{len(done.files)} files in {asked.path}"
    print(f"{asked.what} of {done.articles:,} articles in {files}; the feed goes on after {done.cursor}")
    others = set(asked.path.glob("month=*/*")) - set(done.files) if asked.by_month else set()
    if others:
        sys.stderr.write(f"note: {len(others)} other files in {asked.path} are left as they were\n")
