"""`cmoney coverage`: is all there? By US trading session, and by what is known to be missing."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from archive.model.time_zones import TAIPEI
from crawler import own_settings
from crawler.arguments import read_moment, read_window
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import add_as_of, add_window
from crawler.cli.printer import is_terminal, print_json, print_line, print_text
from crawler.errors import WrongUsage
from crawler.exit_status import ALL_WELL, INCOMPLETE
from crawler.scope import OUTSIDE, TOO_DEEP

if TYPE_CHECKING:
    from archive.coverage.missing import Missing
    from archive.coverage.report import Coverage, Unfinished

SHOWN = 20
"""Lines that a list shows, at most; --json has all."""


class Command(ArchiveCommand):
    """Shows what a window of the archive holds and lacks; exit status 0 when it is complete, 7 when it has gaps."""

    group = "read"
    examples = ("coverage", "coverage --since 2026-08 --json", "coverage --plot coverage.png")
    statuses: ClassVar = {INCOMPLETE.status: "there are gaps"}

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show what is there and what is missing, by US session; exit status 7 when there are gaps"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        add_window(parser)
        add_as_of(parser)
        parser.add_argument("--json", action="store_true", help="print all of it as one JSON object")
        parser.add_argument("--plot", metavar="FILE", type=Path, help="write a picture too: .png, .svg or .pdf")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Print the coverage; return the exit status.

        Raises:
            WrongUsage: The window cannot be meant, the extra is not installed, or the picture cannot be written.
        """
        from archive.coverage.plot import plot
        from archive.coverage.report import coverage

        since, until = read_window(opts.since, opts.until)
        as_of = read_moment("--as-of", opts.as_of)
        try:
            with self.archive() as archive:
                columns = own_settings.columns(self.values)
                found = coverage(archive, since, until, columns, passed_over=(OUTSIDE, TOO_DEEP), as_of=as_of)
            if opts.plot:
                plot(found, opts.plot)
        except ImportError as error:
            raise WrongUsage(f"pip install 'cmoney-archive[coverage]': {error}") from error
        except (OSError, ValueError) as error:
            raise WrongUsage(f"--plot {opts.plot}: {error}") from error
        if opts.json:
            print_json(found.as_json())
        else:
            _print(found)
        return (ALL_WELL if found.is_complete else INCOMPLETE).status


def _print(found: Coverage) -> None:
    from crawler.cli.heat_map import WIDTH, heat_map, legend

    wide = shutil.get_terminal_size().columns if is_terminal() else WIDTH
    colours = [legend()] if is_terminal() and found.nights else []
    for row in (*heat_map(found.nights, wide), *colours):
        print_text(row)
    for line in _told(found):
        print_line(line)


def _told(found: Coverage) -> Iterator[str]:
    yield from _listed(
        "sessions with no article or far too few",
        [f"{one.night.day}: {one.count}, usually {one.usual or 0:g}" for one in found.thin],
    )
    yield from _listed("articles still wanted, failed or passed over", [_of_article(one) for one in found.waiting])
    yield from _listed("further reading never kept", [_of_article(one) for one in found.unread])
    yield from _listed("backfills not complete", [_of_window(one) for one in found.unfinished])
    yield from _listed(
        "lost before they could be kept (no gap: the site has them no more)", map(_of_article, found.lost)
    )
    yield f"{found.articles:,} articles, {len(found.nights)} sessions; {_verdict(found)}"


def _verdict(found: Coverage) -> str:
    if found.is_complete:
        return "complete"
    if found.since == found.until:
        return "nothing is kept that could be complete: cmoney crawl column begins, or name --since and --until"
    return "there are gaps: cmoney crawl backfill -a gaps=1 asks for them"


def _listed(what: str, lines: Iterator[str] | Sequence[str] | map[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield f"{len(told)} {what}:"
        yield from (f"  {line}" for line in told[:SHOWN])
    if len(told) > SHOWN:
        yield f"  and {len(told) - SHOWN} more; --json lists them"


def _of_article(one: Missing) -> str:
    when = one.published_at.astimezone(TAIPEI).strftime("%Y-%m-%d") if one.published_at else "undated"
    why = f"{one.state}: {one.reason}" if one.reason else one.state
    return "  ".join(filter(None, (one.key, when, why, one.title)))


def _of_window(one: Unfinished) -> str:
    days = (moment.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") for moment in (one.since, one.until))
    left = "numbers not found yet" if one.numbers_left is None else f"{one.numbers_left:,} numbers not yet walked"
    return f"{one.id}  {' to '.join(days)}  {left}"
