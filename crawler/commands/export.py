"""`cmoney export`: articles, mentions, links, tags or revisions as JSON lines, CSV, Parquet or GraphML."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from archive.export.names import FORMATS, WHATS
from archive.model.selection import select
from crawler.arguments import filters, names, read_as_of
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import add_filters, add_known, add_window
from crawler.cli.printer import is_terminal, print_outcome
from crawler.cli.progress_bar import ProgressBar
from crawler.errors import WrongUsage
from crawler.exit_status import INCOMPLETE
from crawler.printable import printable

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.export.exporter import Exported
    from archive.export.request import ExportRequest


class Command(ArchiveCommand):
    """Writes a table of the archive to standard output, or atomically into a file."""

    summary = "Write articles, mentions, links, tags or revisions as JSON lines, CSV, Parquet or GraphML"
    group = "give out"
    examples = (
        "export --since 7d > articles.jsonl",
        "export -o articles.parquet",
        "export -o nvda.csv --tickers NVDA --since 2026-08",
        "export -o mentions.jsonl.gz --what mentions",
        "export --what revisions --format csv > revisions.csv",
    )

    def _options(self, parser: argparse.ArgumentParser) -> None:
        meaning = "the file, packed if it ends in .gz or .zst (default -: standard output)"
        parser.add_argument("-o", "--output", metavar="FILE", help=meaning)
        parser.add_argument("--format", choices=FORMATS, help="default: by the file's ending; else jsonl")
        parser.add_argument("--what", choices=WHATS, default="articles", help="the table (default articles)")
        add_window(parser)
        add_filters(parser)
        add_known(parser)
        parser.add_argument("--json", action="store_true", help="print the line about it as JSON; with a file only")
        parser.add_argument("--fields", metavar="NAMES", help="only these fields, in this order")
        parser.add_argument("--quote-texts", action="store_true", help="CSV: every text in quotes, numbers without")
        meaning = "CSV for Excel: an apostrophe before texts that begin like a formula (= + - @)"
        parser.add_argument("--neutralise", action="store_true", help=meaning)
        parser.add_argument("--partition", choices=("month",), help="a folder with a file for each month (Taipei)")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.export.exporter import export

        request = order(opts)
        with self.archive() as archive, _progress(archive, request) as progress:
            done = export(archive, request, progress)
        _report(request, done, opts)
        for key, reason in done.passed_over:
            sys.stderr.write(f"error: {key} was passed over, it is not in the export: {reason}\n")
        return INCOMPLETE.status if done.passed_over else 0


def order(opts: argparse.Namespace) -> ExportRequest:
    """Return the export request of the options.

    Raises:
        WrongUsage: They are invalid.
        WrongSelection: The selection is invalid.
    """
    from archive.export.request import ExportRequest, check, format_of

    path = Path(opts.output or "-")
    stream = _standard_output() if str(path) == "-" else None
    file_format = opts.format or ("jsonl" if stream else format_of(path))
    if file_format is None:
        raise WrongUsage(f"{opts.output!r} has the ending of no format: add --format, one of {', '.join(FORMATS)}")
    request = ExportRequest(
        path,
        file_format,
        opts.what,
        select(filters(opts)),
        tuple(names(opts, "fields")) or None,
        by_month=opts.partition == "month",
        as_of=read_as_of(opts),
        stream=stream,
        quote_texts=opts.quote_texts,
        neutralise=opts.neutralise,
    )
    check(request)
    if stream and opts.json:
        raise WrongUsage("--json is for an export into a file: standard output has the table itself")
    if not stream and path.exists() and not (path.is_dir() if request.by_month else path.is_file()):
        raise WrongUsage(f"{path} is no {'folder' if request.by_month else 'file'}: name another, or remove it")
    return request


@contextmanager
def _progress(archive: Archive, request: ExportRequest) -> Iterator[Callable[[int], None]]:
    """Yield a function that takes numbers of articles read; at a terminal it shows the progress."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    total, done = archive.scan(request.selection).count(), 0
    with ProgressBar("articles") as bar:

        def show(count: int) -> None:
            nonlocal done
            done += count
            bar.show(done, total)

        yield show


def _standard_output() -> BinaryIO:
    return cast("BinaryIO", _ShownLines()) if is_terminal() else sys.stdout.buffer


class _ShownLines(io.RawIOBase):
    """Standard output at a terminal: control characters are shown as escapes."""

    def write(self, data: Any) -> int:
        """Print whole lines in UTF-8; return how many bytes."""
        sys.stdout.write(printable(bytes(data).decode()))
        return len(data)


def _report(request: ExportRequest, done: Exported, opts: argparse.Namespace) -> None:
    line = f"{done.articles:,} articles"
    line = line if request.what == "articles" else f"{request.what} of {line}"
    after = f"`cmoney feed --after {done.cursor}` gives what changes from then on"
    if request.stream:
        sys.stderr.write(f"{line}; {after}\n")
        return
    files = str(request.path) if not request.by_month else f"{len(done.files)} files in {request.path}"
    written = [str(path) for path in done.files]
    print_outcome(opts, f"{line} in {files}; {after}", articles=done.articles, files=written, cursor=done.cursor)
    others = set(request.path.glob("month=*/*")) - set(done.files) if request.by_month else set()
    if others:
        sys.stderr.write(f"note: {len(others)} other files in {request.path} are left as they were\n")
