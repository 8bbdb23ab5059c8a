"""`cmoney reparse`: kept pages read again with today's parser, off line."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar, Final

from archive.model.crawl.frontier import OUTSIDE
from archive.model.period import FORMS
from archive.model.time_zones import TAIPEI
from archive.version import VERSION
from crawler import own_settings
from crawler.arguments import read_moment
from crawler.cli.command import ArchiveCommand
from crawler.cli.damage import name_damaged
from crawler.cli.named_article import keys_named
from crawler.cli.options import number
from crawler.cli.printer import PrintedColumn, print_json, print_line, print_rows
from crawler.cli.progress_bar import ProgressBar
from crawler.cli.signals import stopping
from crawler.errors import WrongUsage
from crawler.exit_status import INCOMPLETE, INTERRUPTED
from crawler.printable import printable

if TYPE_CHECKING:
    from archive.reparse.job import ReparseRequest, Tally
    from archive.reparse.rereader import FieldChange, Recipe

READER: Final = "crawler.pages.extract.kept_reader"
REFINER: Final = "pipelines.stage.refiner"
PROGRAMS: Final = "crawler.commands.reparse.programs"
_SCHEDULER: Final = re.compile(r"(tcp|tls)://[^/\s]+:\d+")
_SHOWN: Final = 60
_BEFORE: Final = 10
"""Characters of a value in an example, and how many of them before where it differs."""


class Command(ArchiveCommand):
    """Reads kept pages again without a request; what changes becomes a revision with cause `extractor`.

    Stopped at any moment, it goes on where it was when called again with the same options. ARTICLE is a key, the
    beginning of one, an address, or a number in the list printed last.
    """

    summary = "Read kept pages again with today's parser; --dry-run shows what would change"
    examples = ("reparse --dry-run", "reparse --problems", "reparse --since 7d", "reparse --key 90cf4975 --json")
    statuses: ClassVar = {
        INTERRUPTED.status: "a signal ended it; call it again to go on",
        INCOMPLETE.status: "pages were passed over",
    }

    def _options(self, parser: argparse.ArgumentParser) -> None:
        most = 4 * (os.cpu_count() or 1)
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument("--since", metavar="TIME", help=f"only articles with a page received since then: {FORMS}")
        kinds.add_argument("--key", action="append", metavar="ARTICLE", help="only this article; may be repeated")
        kinds.add_argument("--problems", action="store_true", help="only articles with problems, and failed addresses")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; show what would change, by field")
        parser.add_argument("--restart", action="store_true", help="begin anew where an earlier one was stopped")
        meaning = f"at most {most} (default 0: one a core, where there is enough to read)"
        parser.add_argument("--processes", type=number(0, most), default=0, metavar="N", help=meaning)
        meaning = "read on the workers of this Dask scheduler (tcp://HOST:8786) instead"
        parser.add_argument("--dask", metavar="ADDRESS", help=meaning)
        parser.add_argument("--json", action="store_true", help="print what came of it as one JSON object")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.reparse.job import Reparse

        def show(tally: Tally) -> None:
            bar.show(tally.done, tally.total, _brief(tally))

        order, recipe = _order(opts), recipe_of(self.values)
        with self.archive() as opened, stopping() as is_stopped, ProgressBar("pages") as bar:
            order = replace(order, keys=tuple(keys_named(opened, self.values, opts.key) or ()))
            reparse = Reparse(opened, recipe, order, is_stopped, show)
            if opts.restart:
                reparse.forget()
            tally = reparse.rehearse() if opts.dry_run else reparse.run()
        if opts.json:
            print_json(_as_json(tally))
        else:
            _report(tally, dry=opts.dry_run)
        if order.keys and tally.counts["pageless"]:
            raise WrongUsage(f"{tally.counts['pageless']} of the keys have no page with status 200 in the archive")
        for key, reason in tally.passed_over:
            sys.stderr.write(f"error: {key} was passed over: {printable(reason)}\n")
        status = name_damaged(tally.damaged, "were passed over")
        if not tally.complete:
            return INTERRUPTED.status
        return INCOMPLETE.status if tally.passed_over else status


def _order(opts: argparse.Namespace) -> ReparseRequest:
    from archive.reparse.job import ReparseRequest

    if opts.dask and not _SCHEDULER.fullmatch(opts.dask):
        raise WrongUsage(f"--dask {opts.dask!r}: a Dask scheduler's address, such as tcp://HOST:8786")
    return ReparseRequest(
        read_moment("--since", opts.since), tuple(opts.key or ()), opts.problems, opts.processes, opts.dask
    )


def recipe_of(settings: own_settings.Values) -> Recipe:
    """Return how a crawl reads pages, by dotted names: its reader, and the stages of the settings in their order."""
    from archive.reparse.rereader import Recipe

    stages: dict[str, int | None] = dict(settings["ITEM_PIPELINES"])
    order = sorted((rank, name) for name, rank in stages.items() if rank is not None)
    arguments = (own_settings.sites(settings), own_settings.columns(settings))
    return Recipe(
        reader=READER,
        arguments=arguments,
        refiner=REFINER,
        stages=tuple(name for _, name in order),
        standing=frozenset({OUTSIDE}),
        programs=PROGRAMS,
        versions=programs(*arguments),
    )


def programs(*_arguments: Any) -> tuple[tuple[str, str], ...]:
    """Return the versions of the programs that read pages, by name; that of `pages` has the site file's hash."""
    from crawler.pages.templates import article_page

    return ("cmoney-archive", VERSION), ("pages", article_page.VERSION), ("scrapy", version("scrapy"))


def _brief(tally: Tally) -> str:
    counts = tally.counts
    changed = counts["new"] + counts["revised"] + counts["updated"]
    return f"{changed} changed, {counts['failed']} without article"


def _as_json(tally: Tally) -> dict[str, Any]:
    examples = {
        name: [{"key": key, "change": shown(change)} for key, change in of] for name, of in tally.examples.items()
    }
    return {
        "complete": tally.complete,
        "done": tally.done,
        "total": tally.total,
        "outcomes": dict(tally.counts),
        "reasons": dict(tally.reasons),
        "fields": dict(tally.fields),
        "examples": {name: examples[name] for name in tally.fields},
    }


def _report(tally: Tally, *, dry: bool) -> None:
    if tally.resumed:
        began = tally.resumed.began_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S")
        print_line(f"went on after {tally.resumed.after}, where one begun {began} (Taipei) was stopped")
    heading = "what would become of it" if dry else "what became of it"
    print_rows((PrintedColumn("outcome", heading), PrintedColumn("why"), PrintedColumn("articles")), _outcomes(tally))
    if tally.fields:
        print_line()
        heading = "field that would change" if dry else "field that changed"
        print_rows(
            (PrintedColumn("field", heading), PrintedColumn("articles"), PrintedColumn("example", "for example")),
            _changes(tally),
        )
    if not tally.complete:
        print_line(f"stopped after {tally.done:,} of {tally.total:,}; call it again to go on")


def _outcomes(tally: Tally) -> Iterator[dict[str, Any]]:
    for outcome, count in tally.counts.most_common():
        yield {"outcome": outcome, "why": _MEANING.get(outcome, ""), "articles": count}
        for reason, times in tally.reasons.most_common():
            if reason.startswith(f"{outcome}: "):
                yield {"outcome": "", "why": reason.removeprefix(f"{outcome}: "), "articles": times}


def _changes(tally: Tally) -> Iterator[dict[str, Any]]:
    for field, count in tally.fields.most_common():
        for number_of, (key, change) in enumerate(tally.examples[field]):
            first = {"field": field, "articles": count} if not number_of else {"field": "", "articles": None}
            yield first | {"example": f"{key}: {shown(change)}"}


def shown(change: FieldChange) -> str:
    """Return both values of a change, from a little before where they differ, on one line.

    >>> from archive.reparse.rereader import FieldChange
    >>> shown(FieldChange("lead", None, "結論先行"))
    'None → 結論先行'
    >>> shown(FieldChange("text", "甲" * 50 + "17", "甲" * 50 + "18"))
    '…甲甲甲甲甲甲甲甲甲17 → …甲甲甲甲甲甲甲甲甲18'
    """
    before, after = _one_line(change.before), _one_line(change.after)
    pairs = enumerate(zip(before, after, strict=False))
    differ = next((place for place, (character, other) in pairs if character != other), min(len(before), len(after)))
    start = max(differ - _BEFORE, 0)
    return " → ".join(_clipped(value, start) for value in (before, after))


def _one_line(value: Any) -> str:
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
    "gone": "the page states that there is no article",
    "skipped": "not wanted, or a newer reading is kept",
    "refused": "the schema forbids it",
    "foreign": "from none of the configured sites (CMONEY_NEWS_URL, _NOTES_URL, _STOCK_URL); left alone",
    "damaged": "the newest page is not what was received; passed over",
    "pageless": "no response with status 200 was kept",
}
