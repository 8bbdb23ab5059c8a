"""`cmoney search WORDS`: articles by their text, with the words marked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from archive.model.time_zones import TAIPEI
from crawler.arguments import filters, read_as_of
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.named_article import remember
from crawler.cli.options import add_filters, add_known, add_window, number
from crawler.cli.printer import is_terminal, print_json, print_line, print_styled
from crawler.cli.progress_bar import ProgressBar
from crawler.errors import WrongUsage
from crawler.printable import printable

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.search.language.snippets import Piece
    from archive.search.results import Hit, Order, Results

NOTHING_FOUND: Final = 1
"""The exit status when no article is found, as of grep."""

ORDERS: Final = ("newest", "oldest", "relevance")
MOST: Final = 10_000
"""Hits of one search, at most; `cmoney export` gives more."""


class Command(ArchiveCommand):
    """Searches the archive, after bringing the index up to its newest change."""

    summary = "Search the articles' texts; the words found are marked"
    group = "read"
    operands = Operands("WORDS", least=0, most=None)
    examples = (
        "search 輝達 毛利率",
        "search '\"AI 晶片\" -關稅' --since 7d",
        "search ticker:NVDA --json",
        "search --rebuild",
    )
    statuses: ClassVar = {NOTHING_FOUND: "no article matches"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        meaning = "articles to show (default 20)"
        parser.add_argument("--limit", type=number(1, MOST), default=20, metavar="N", help=meaning)
        parser.add_argument("--order", choices=ORDERS, default="newest", help="of the articles (default newest)")
        add_window(parser)
        add_filters(parser)
        add_known(parser)
        parser.add_argument("--json", action="store_true", help="print each article found as a line of JSON")
        parser.add_argument("--rebuild", action="store_true", help="build the index anew first")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.search.language.query import WrongQuery

        query, wanted, as_of = " ".join(opts.operands), filters(opts), read_as_of(opts)
        is_search = bool(query.strip() or any(wanted.values()))
        if not (is_search or opts.rebuild):
            raise WrongUsage("name what to search for: cmoney search 輝達 毛利率")
        try:
            with self.archive() as archive:
                _freshen(archive, rebuild=opts.rebuild)
                if not is_search:
                    return 0
                order = cast("Order", opts.order)
                results = archive.search(query, limit=opts.limit, order=order, as_of=as_of, **wanted)
                if not opts.json:
                    remember(archive, self.values, [hit.key for hit in results.hits])
        except WrongQuery as error:
            raise WrongUsage(str(error)) from error
        if not opts.json:
            _print(results)
        else:
            for hit in results.hits:
                print_json(_record(hit))
        return 0 if results.total else NOTHING_FOUND


def _freshen(archive: Archive, *, rebuild: bool) -> None:
    """Bring the index up to date, or build it anew. If that fails, an existing index is searched.

    Raises:
        IndexBusy: It is to be built anew, and another process writes it.
        SearchUnavailable: It is to be built anew, or there is none, and that failed.
    """
    from archive.search.errors import IndexBusy, SearchUnavailable

    try:
        with ProgressBar("changes or articles") as bar:
            (archive.search.rebuild if rebuild else archive.search.update)(bar.show)
    except IndexBusy:
        if rebuild:
            raise
    except SearchUnavailable as error:
        if rebuild or archive.search.state().condition != "ready":
            raise
        sys.stderr.write(f"note: {printable(error)}\n")


def _print(results: Results) -> None:
    """Print hits for a person: date, tickers and title on a line, a piece of the text below it."""
    for place, hit in enumerate(results.hits, 1):
        print_styled((f"{place:>3}  ", "dim"), *_headline(hit))
        print_styled("  ", *_marked(hit.snippet))
        print_line()
    shown = f", the first {len(results.hits)} shown" if len(results.hits) < results.total else ""
    behind = f"; the index is behind by {results.behind} changes" if results.behind else ""
    print_line(f"{results.total:,} articles{shown}{behind}")


def _headline(hit: Hit) -> list[str | tuple[str, str]]:
    article = hit.article
    published = article["published_at"]
    when = published.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") if published else "date unknown"
    symbols = " ".join((*article["tickers"], *article["tw_stocks"]))
    notes = filter(None, (hit.key, symbols, "gone" if article["status"] == "gone" else "", _version(hit)))
    return [f"{when}  ", *_marked(hit.title), ("  " + "  ".join(notes), "dim")]


def _version(hit: Hit) -> str:
    return "" if hit.revision == hit.article["revision"] else f"revision {hit.revision} of {hit.article['revision']}"


def _marked(pieces: Iterable[Piece]) -> list[tuple[str, str]]:
    """Return pieces with their styles; without colours the marked ones stand in brackets."""
    brackets = not is_terminal()
    return [
        (f"[{piece.text}]" if brackets else piece.text, "bold yellow") if piece.is_marked else (piece.text, "")
        for piece in pieces
    ]


def _record(hit: Hit) -> dict[str, Any]:
    """Return a hit for a program: pieces are objects with `text` and `marked`."""
    fields = ("url", "column", "published_at", "tickers", "tw_stocks", "tags", "access", "status")
    return {
        "key": hit.key,
        "revision": hit.revision,
        "title": _objects(hit.title),
        "snippet": _objects(hit.snippet),
        **{name: hit.article[name] for name in fields},
    }


def _objects(pieces: Iterable[Piece]) -> list[dict[str, object]]:
    return [{"text": piece.text, "marked": piece.is_marked} for piece in pieces]
