"""`cmoney articles`: the newest articles of the archive, to be looked through."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from crawler.arguments import filters, read_as_of
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.named_article import remember
from crawler.cli.options import add_filters, add_known, add_limit, add_window
from crawler.cli.printer import NUMBER, PrintedColumn, add_output_options, print_line, print_rows

COLUMNS = (
    NUMBER,
    PrintedColumn("published_at", "published (Taipei)", whole=True),
    PrintedColumn("key", whole=True),
    PrintedColumn("title"),
    PrintedColumn("tickers"),
    PrintedColumn("tw_stocks", "Taiwan"),
    PrintedColumn("access"),
    PrintedColumn("gone_at", "gone since (Taipei)"),
    PrintedColumn("problems", show="; ".join),
)


class Command(ArchiveCommand):
    """Newest first, with dates in Taipei, tickers and problems; `cmoney show 1` shows the first of the list.

    Words are looked for in titles; `cmoney search` looks into texts.
    """

    summary = "Show the newest articles: date (Taipei), key, title, tickers, problems"
    group = "read"
    operands = Operands("WORDS", least=0, most=None)
    examples = (
        "articles",
        "articles 財報 --tickers NVDA --since 2026-08",
        "articles --limit 5 --json",
        "articles --problems --fields key,problems",
        "articles --as-of 2026-08-28T21:30",
    )

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_limit(parser, "articles", 20, least=0)
        add_output_options(parser, COLUMNS, columns_filter=True)
        add_window(parser)
        add_filters(parser)
        add_known(parser)
        parser.add_argument("--changed", action="store_true", help="only those with more than one revision")
        parser.add_argument("--problems", action="store_true", help="only those with a field in doubt")
        parser.add_argument("--status", choices=("live", "gone"), help="only those that the site still has, or no more")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.articles.collection import Traits

        traits = Traits(tuple(opts.operands), opts.changed, opts.problems, opts.status)
        as_of = read_as_of(opts)
        wanted = filters(opts)
        with self.archive() as archive:
            documents = archive.articles.listed(opts.limit, traits, as_of=as_of, **wanted)
            count = archive.articles.count(as_of)
            if not opts.json:
                remember(archive, self.values, [document["_id"] for document in documents])
        print_rows(COLUMNS, (_row(document) | {"n": n} for n, document in enumerate(documents, 1)), opts)
        if not opts.json:
            shown = f"{len(documents):,} of " if len(documents) < count else ""
            print_line(f"{shown}{count:,} articles")
        return 0


def _row(document: Mapping[str, Any]) -> dict[str, Any]:
    names = ("published_at", "title", "tickers", "tw_stocks", "access", "gone_at")
    problems = [f"{problem['field']}: {problem['reason']}" for problem in document["problems"]]
    return {"key": document["_id"], "problems": problems} | {name: document[name] for name in names}
