"""`scrapy reparse`: kept pages read again with today's parser, off line."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any, Final

import scrapy
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

import archive
from archive.model.time_zones import TAIPEI
from archive.reparse.job import Callbacks, Reparse, ReparseRequest, Tally
from archive.reparse.rereader import Change, Recipe
from crawler import own_settings
from crawler.arguments import read_moment
from crawler.cli.command import ArchiveCommand
from crawler.cli.damage import name_damaged
from crawler.cli.output import ProgressBar
from crawler.cli.signals import Stopping
from crawler.errors import WrongUsage
from crawler.exit_status import INCOMPLETE, INTERRUPTED
from crawler.pages.templates.article_page import VERSION
from crawler.scope import OUTSIDE

READER: Final = "crawler.pages.extract.kept_reader"
REFINER: Final = "pipelines.stage.refiner"
_SHOWN: Final = 60
_BEFORE: Final = 10
"""Characters of a value in an example, and how many of them before where it differs."""


class Command(ArchiveCommand):
    """Reads kept pages again without a request; what changes becomes a revision with cause `extractor`.

    Stopped at any moment, it goes on where it was when called again with the same options.
    """

    def syntax(self) -> str:
        """Return how it is called."""
        return "[--since DAY | --key KEY ... | --problems] [--dry-run] [--restart]"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Read kept pages again with today's parser; --dry-run shows what would change"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--since", metavar="DAY", help="only articles with a page received since then (Taipei)")
        which.add_argument("--key", action="append", metavar="KEY", help="only this article; may be repeated")
        which.add_argument("--problems", action="store_true", help="only articles with problems, and failed addresses")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; show what would change, by field")
        parser.add_argument("--restart", action="store_true", help="begin anew where an earlier one was stopped")
        parser.add_argument("--processes", type=int, default=0, metavar="N", help="default: one a core")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read again, print what came of it, and return the exit status.

        Raises:
            WrongUsage: An option cannot be meant, or a key has no page.
        """
        if args:
            raise WrongUsage(f"{args[0]!r} means nothing here; name an article with --key")
        order = _order(opts)
        recipe = recipe_of(self.values)
        with self.archive() as opened, Stopping() as stopping, ProgressBar("pages") as bar:
            reparse = Reparse(opened, recipe, order)
            if opts.restart:
                reparse.forget()
            watch = Callbacks(stopping.is_asked, lambda tally: bar.show(tally.done, tally.total, _brief(tally)))
            tally = reparse.rehearse(watch) if opts.dry_run else reparse.run(watch)
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120).print(_report(tally, dry=opts.dry_run))
        if order.keys and tally.counts["pageless"]:
            raise WrongUsage(f"{tally.counts['pageless']} of the keys have no page with status 200 in the archive")
        for key, reason in tally.passed_over:
            sys.stderr.write(f"error: {key} was passed over: {reason}\n")
        status = name_damaged(tally.damaged, "were passed over")
        if not tally.complete:
            return INTERRUPTED.status
        return INCOMPLETE.status if tally.passed_over else status


def _order(opts: argparse.Namespace) -> ReparseRequest:
    most = 4 * (os.cpu_count() or 1)
    if not 0 <= opts.processes <= most:
        raise WrongUsage(f"--processes {opts.processes}: a number from 0 to {most} is wanted")
    return ReparseRequest(read_moment("--since", opts.since), tuple(opts.key or ()), opts.problems, opts.processes)


def recipe_of(settings: own_settings.Values) -> Recipe:
    """Return how the crawl reads pages, by name: its judgement, and the stages of the settings in their order."""
    stages: dict[str, int | None] = dict(settings["ITEM_PIPELINES"])
    order = sorted((rank, name) for name, rank in stages.items() if rank is not None)
    return Recipe(
        reader=READER,
        arguments=(own_settings.sites(settings), own_settings.columns(settings)),
        refiner=REFINER,
        stages=tuple(name for _, name in order),
        standing=frozenset({OUTSIDE}),
        versions=(("cmoney-archive", archive.__version__), ("pages", VERSION), ("scrapy", scrapy.__version__)),
    )


def _brief(tally: Tally) -> str:
    counts = tally.counts
    changed = counts["new"] + counts["revised"] + counts["updated"]
    return f"{changed} changed, {counts['failed']} without article"


def _report(tally: Tally, *, dry: bool) -> Group:
    parts: list[Table | Text] = []
    if tally.resumed:
        began = tally.resumed.began_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S")
        parts.append(Text(f"went on after {tally.resumed.after}, where one begun {began} (Taipei) was stopped"))
    parts.append(_outcomes(tally, dry=dry))
    if tally.fields:
        parts.append(_changes(tally, dry=dry))
    if not tally.complete:
        parts.append(Text(f"stopped after {tally.done:,} of {tally.total:,}; call it again to go on"))
    return Group(*parts)


def _outcomes(tally: Tally, *, dry: bool) -> Table:
    table = Table("what would become of it" if dry else "what became of it", "why")
    table.add_column("articles", justify="right")
    for what, count in tally.counts.most_common():
        table.add_row(what, _MEANING.get(what, ""), f"{count:,}")
        for reason, times in tally.reasons.most_common():
            if reason.startswith(f"{what}: "):
                table.add_row("", reason.removeprefix(f"{what}: "), f"{times:,}", style="dim")
    return table


def _changes(tally: Tally, *, dry: bool) -> Table:
    table = Table("field that would change" if dry else "field that changed", expand=True)
    table.add_column("articles", justify="right")
    table.add_column("for example", ratio=1)
    for field, count in tally.fields.most_common():
        examples = (f"{key}: {shown(change)}" for key, change in tally.examples[field])
        table.add_row(field, f"{count:,}", Text("\n".join(examples)))
    return table


def shown(change: Change) -> str:
    """Return both values of a change, from a little before where they differ, on one line.

    >>> shown(Change("lead", None, "結論先行"))
    'None → 結論先行'
    >>> shown(Change("text", "甲" * 50 + "17", "甲" * 50 + "18"))
    '…甲甲甲甲甲甲甲甲甲17 → …甲甲甲甲甲甲甲甲甲18'
    """
    before, after = _said(change.before), _said(change.after)
    pairs = enumerate(zip(before, after, strict=False))
    differ = next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(differ - _BEFORE, 0)
    return " → ".join(_clipped(value, start) for value in (before, after))


def _said(value: Any) -> str:
    return " ".join(str(value).split())


def _clipped(value: str, start: int) -> str:
    head = "…" if start else ""
    tail = "…" if len(value) > start + _SHOWN else ""
    return f"{head}{value[start : start + _SHOWN]}{tail}"


_MEANING: Final = {
    "new": "an article that could not be read before",
    "revised": "title or text read otherwise",
    "updated": "other fields read otherwise",
    "same": "read as before",
    "suspect": "the page does not show the article, whole; what is kept stays",
    "failed": "still no article, to be asked for again",
    "gone": "the page says there is no article",
    "skipped": "not wanted, or a newer reading is kept",
    "refused": "the schema forbids it",
    "foreign": "from none of the configured sites (CMONEY_NEWS_URL, _NOTES_URL, _STOCK_URL); left alone",
    "damaged": "the newest page is not what was received; passed over",
    "pageless": "no response with status 200 was kept",
}
