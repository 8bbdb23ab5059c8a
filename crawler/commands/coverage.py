"""`cmoney coverage`: the archive's articles by US trading session, and the known gaps."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from archive.model.crawl.frontier import PASSED_OVER
from archive.model.time_zones import TAIPEI
from crawler import own_settings
from crawler.arguments import read_moment, read_window
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import add_as_of, add_window
from crawler.cli.printer import is_terminal, print_json, print_line, print_text
from crawler.errors import WrongUsage
from crawler.exit_status import ALL_WELL, INCOMPLETE

if TYPE_CHECKING:
    from archive.coverage.missing import Missing
    from archive.coverage.report import Coverage, Unfinished

SHOWN = 20
"""Lines that a list shows, at most; --json has all."""


class Command(ArchiveCommand):
    """Shows what a window of the archive holds and lacks; exit status 0 when it is complete, 7 when it has gaps."""

    summary = "Show what is there and what is missing, by US session; exit status 7 when there are gaps"
    group = "read"
    examples = ("coverage", "coverage --since 2026-08 --json", "coverage --plot coverage.png")
    statuses: ClassVar = {INCOMPLETE.status: "there are gaps"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_window(parser)
        add_as_of(parser)
        parser.add_argument("--json", action="store_true", help="print all of it as one JSON object")
        parser.add_argument("--plot", metavar="FILE", type=Path, help="write a picture too: .png, .svg or .pdf")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.coverage.plot import plot
        from archive.coverage.report import coverage

        since, until = read_window(opts.since, opts.until)
        as_of = read_moment("--as-of", opts.as_of)
        try:
            with self.archive() as archive:
                columns = own_settings.columns(self.values)
                report = coverage(archive, since, until, columns, passed_over=PASSED_OVER, as_of=as_of)
            if opts.plot:
                plot(report, opts.plot)
        except ImportError as error:
            raise WrongUsage(f"pip install 'cmoney-archive[coverage]': {error}") from error
        except ValueError as error:
            raise WrongUsage(f"--plot {opts.plot}: {error}") from error
        if opts.json:
            print_json(report.as_json())
        else:
            _print(report)
        return (ALL_WELL if report.is_complete else INCOMPLETE).status


def _print(report: Coverage) -> None:
    from crawler.cli.heat_map import WIDTH, heat_map, legend

    wide = shutil.get_terminal_size().columns if is_terminal() else WIDTH
    colours = [legend()] if is_terminal() and report.nights else []
    for row in (*heat_map(report.nights, wide), *colours):
        print_text(row)
    for line in _lines(report):
        print_line(line)


def _lines(report: Coverage) -> Iterator[str]:
    yield from _listed(
        "sessions with no article or far too few",
        [f"{night.night.day}: {night.count}, usually {night.usual or 0:g}" for night in report.thin],
    )
    yield from _listed("articles still wanted, failed or passed over", map(_of_article, report.waiting))
    yield from _listed("further reading never kept", map(_of_article, report.unread))
    yield from _listed("backfills not complete", map(_of_window, report.unfinished))
    lost = "lost before they could be kept (no gap: the site has them no more)"
    yield from _listed(lost, map(_of_article, report.lost))
    yield f"{report.articles:,} articles, {len(report.nights)} sessions; {_verdict(report)}"


def _verdict(report: Coverage) -> str:
    if report.is_complete:
        return "complete"
    if report.since == report.until:
        return "nothing is kept that could be complete: cmoney crawl column begins, or name --since and --until"
    return "there are gaps: cmoney crawl backfill -a gaps=1 asks for them"


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield f"{len(listed)} {title}:"
        yield from (f"  {line}" for line in listed[:SHOWN])
    if len(listed) > SHOWN:
        yield f"  and {len(listed) - SHOWN} more; --json lists them"


def _of_article(missing: Missing) -> str:
    when = missing.published_at.astimezone(TAIPEI).strftime("%Y-%m-%d") if missing.published_at else "undated"
    why = f"{missing.state}: {missing.reason}" if missing.reason else missing.state
    return "  ".join(filter(None, (missing.key, when, why, missing.title)))


def _of_window(window: Unfinished) -> str:
    days = (moment.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") for moment in (window.since, window.until))
    left = "numbers not found yet" if window.numbers_left is None else f"{window.numbers_left:,} numbers not yet walked"
    return f"{window.id}  {' to '.join(days)}  {left}"
