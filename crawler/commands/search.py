"""`scrapy search WORDS`: articles by their text, with the words marked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from rich.console import Console, Group
from rich.text import Text

from archive.archive import Archive
from archive.extras import NotInstalled
from archive.json_text import to_line
from archive.model.selection import Filters, WrongSelection
from archive.model.time_zones import TAIPEI
from archive.search.errors import IndexBusy, SearchUnavailable
from archive.search.language.query import WrongQuery
from archive.search.language.snippets import Piece
from archive.search.results import Hit, Order, Results
from archive.search.search import LIMIT
from crawler.arguments import names, read_moment
from crawler.cli.command import ArchiveCommand
from crawler.cli.output import ProgressBar
from crawler.errors import WrongUsage

NOTHING_FOUND: Final = 1
"""The exit status when no article is found, as of grep."""

ORDERS: Final = ("newest", "oldest", "relevance")
MOST: Final = 10_000
"""Hits of one search, at most; `scrapy export` gives more."""


class Command(ArchiveCommand):
    """Searches the archive, after bringing the index up to its newest change."""

    def syntax(self) -> str:
        """Return how it is called."""
        return (
            "WORDS [--order newest|oldest|relevance] [--json] [options]; or --rebuild. Quote phrases: '\"AI 晶片\" -x'"
        )

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Search the articles' texts; the words found are marked"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--limit", type=int, default=LIMIT, metavar="N", help=f"articles to show (default {LIMIT})")
        parser.add_argument("--order", choices=ORDERS, default="newest", help="of the articles (default newest)")
        parser.add_argument("--since", metavar="DAY", help="published from this day (Taipei) or moment on")
        parser.add_argument("--until", metavar="DAY", help="published to this day, included, or before this moment")
        parser.add_argument("--columns", metavar="NAMES", help="only articles of these columns, separated by commas")
        parser.add_argument("--tickers", metavar="SYMBOLS", help="only articles with one of these symbols or codes")
        parser.add_argument("--tags", metavar="TAGS", help="only articles with one of these tags")
        parser.add_argument("--as-of", metavar="TIME", help="search the texts that the archive had at this moment")
        parser.add_argument("--json", action="store_true", help="print each article found as a line of JSON")
        parser.add_argument("--rebuild", action="store_true", help="build the index anew first")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Search and print; return the exit status.

        Raises:
            WrongUsage: The query or an option cannot be meant, or the extra is not installed.
        """
        query, wanted = " ".join(args), _wanted(opts)
        if not 1 <= opts.limit <= MOST:
            raise WrongUsage(f"--limit {opts.limit} is not between 1 and {MOST}; scrapy export writes whole archives")
        is_search = bool(query.strip() or any(wanted.values()))
        if not (is_search or opts.rebuild):
            raise WrongUsage("say what to search for: scrapy search 輝達 毛利率")
        try:
            with self.archive() as archive:
                _freshen(archive, rebuild=opts.rebuild)
                if not is_search:
                    return 0
                results = archive.search(
                    query,
                    limit=opts.limit,
                    order=cast("Order", opts.order),
                    as_of=read_moment("--as-of", opts.as_of),
                    **wanted,
                )
        except (WrongQuery, WrongSelection, NotInstalled) as error:
            raise WrongUsage(str(error)) from error
        _print_json(results.hits) if opts.json else _print(results)
        return 0 if results.total else NOTHING_FOUND


def _wanted(opts: argparse.Namespace) -> Filters:
    return {
        "since": opts.since,
        "until": opts.until,
        "columns": names(opts, "columns"),
        "tickers": names(opts, "tickers"),
        "tags": names(opts, "tags"),
    }


def _freshen(archive: Archive, *, rebuild: bool) -> None:
    """Bring the index up to date, or build it anew. Where that cannot be done, an index that is there is searched.

    Raises:
        IndexBusy: It is to be built anew, and another process writes it.
        SearchUnavailable: It is to be built anew, and cannot be.
    """
    try:
        with ProgressBar("changes or articles") as bar:
            (archive.search.rebuild if rebuild else archive.search.update)(bar.show)
    except IndexBusy:
        if rebuild:
            raise
    except SearchUnavailable as error:
        if rebuild or archive.search.state().condition != "ready":
            raise
        sys.stderr.write(f"note: {error}\n")


def _print(results: Results) -> None:
    """Print hits for a person: date, tickers and title on a line, a piece of the text below it."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, highlight=False)
    for hit in results.hits:
        console.print(Group(_headline(hit), _marked(hit.snippet, "  "), ""))
    shown = f", the first {len(results.hits)} shown" if len(results.hits) < results.total else ""
    behind = f"; the index is behind by {results.behind} changes" if results.behind else ""
    console.print(f"{results.total:,} articles{shown}{behind}")


def _headline(hit: Hit) -> Text:
    article = hit.article
    published = article["published_at"]
    when = published.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M") if published else "date unknown"
    symbols = " ".join((*article["tickers"], *article["tw_stocks"]))
    notes = [it for it in (symbols, "gone" if article["status"] == "gone" else "", _version(hit)) if it]
    return Text(f"{when}  ") + _marked(hit.title) + Text(f"  {hit.key}{''.join(f'  {note}' for note in notes)}", "dim")


def _version(hit: Hit) -> str:
    return "" if hit.revision == hit.article["revision"] else f"revision {hit.revision} of {hit.article['revision']}"


def _marked(pieces: Iterable[Piece], indent: str = "") -> Text:
    """Return pieces as text in which the marked ones stand out, in brackets where there are no colours."""
    text = Text(indent)
    for piece in pieces:
        plain = piece.text if sys.stdout.isatty() or not piece.is_marked else f"[{piece.text}]"
        text.append(plain, "bold yellow" if piece.is_marked else "")
    return text


def _print_json(hits: Iterable[Hit]) -> None:
    for hit in hits:
        sys.stdout.write(to_line(_record(hit)).decode())


def _record(hit: Hit) -> Mapping[str, Any]:
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
