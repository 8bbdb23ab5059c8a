"""`cmoney changed`: the changes of articles after their publication."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, get_args

from archive.model.crawl.outcome import Cause
from archive.model.selection import Selection, select
from crawler.arguments import filters, read_window
from crawler.cli.command import ArchiveCommand
from crawler.cli.named_article import remember
from crawler.cli.options import add_filters, add_limit, add_window, names_among
from crawler.cli.printer import NUMBER, PrintedColumn, add_output_options, print_line, print_rows

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.mongo.database import Document

AT_ONCE: Final = 100
"""Versions whose articles are read together."""

COLUMNS = (
    NUMBER,
    PrintedColumn("seen_at", "seen (Taipei)", whole=True),
    PrintedColumn("key", whole=True),
    PrintedColumn("revision"),
    PrintedColumn("cause"),
    PrintedColumn("title"),
    PrintedColumn("published_at", "published (Taipei)", whole=True),
    PrintedColumn("tickers"),
    PrintedColumn("numbers", show="; ".join),
    PrintedColumn("blocks", "blocks changed"),
)


class Command(ArchiveCommand):
    """Lists the versions that replaced an earlier one, the newest first, with the numbers that were changed.

    Only changes by the site, unless --causes names other causes: `extractor` (a page was read differently), `revert`.
    """

    summary = "List what was changed in articles after their publication"
    group = "read"
    examples = ("changed", "changed --since 7d --tickers NVDA", "changed --causes site,extractor,revert --json")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_limit(parser, "changes", 20, least=0)
        add_output_options(parser, COLUMNS, columns_filter=True)
        add_window(parser, "seen changed")
        add_filters(parser)
        meaning = "of these causes, separated by commas (default site)"
        parser.add_argument(
            "--causes", type=names_among(get_args(Cause)), default=["site"], metavar="NAMES", help=meaning
        )

    def _work(self, opts: argparse.Namespace) -> int:
        window = read_window(opts.since, opts.until)
        wanted = select({**filters(opts), "since": None, "until": None})
        with self.archive() as archive:
            later = archive.revisions.later(opts.causes, window)
            rows = list(islice(_rows(archive, wanted, later), opts.limit or None))
            if not opts.json:
                remember(archive, self.values, [row["key"] for row in rows])
        print_rows(COLUMNS, (row | {"n": n} for n, row in enumerate(rows, 1)), opts)
        if not opts.json:
            print_line(f"{len(rows):,} changes")
        return 0


def _rows(archive: Archive, wanted: Selection, later: Iterator[Document]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the wanted articles' changes, the newest first."""
    while some := list(islice(later, AT_ONCE)):
        kept = archive.articles.kept_as({version["key"] for version in some})
        articles = archive.articles.documents(kept.values())
        before = archive.revisions.some((version["key"], version["revision"] - 1) for version in some)
        for version in some:
            article = articles.get(kept.get(version["key"], ""))
            if article and wanted.matches(article):
                yield _row(article, before.get((version["key"], version["revision"] - 1)), version)


def _row(article: Mapping[str, Any], before: Mapping[str, Any] | None, version: Mapping[str, Any]) -> dict[str, Any]:
    from archive.articles.history import changed_blocks, corrections, versions_of

    numbers, blocks = [], 0
    if before is not None:
        old, new = versions_of([before, version])
        numbers = [f"{pair.was} → {pair.now}" for pair in corrections(old, new)]
        blocks = sum(1 for _ in changed_blocks(old, new))
    names_of_article = ("tickers", "published_at")
    names_of_version = ("seen_at", "revision", "cause", "title")
    return {
        "key": article["_id"],
        **{name: version[name] for name in names_of_version},
        **{name: article[name] for name in names_of_article},
        "numbers": numbers,
        "blocks": blocks,
    }
