"""`cmoney feed`: the archive's changes as JSON lines, once or without end; its newest articles as Atom or JSON Feed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from archive.model.change import WrongCursor
from crawler.arguments import file, filters, names
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import add_filters, number
from crawler.errors import WrongUsage
from crawler.exit_status import ALL_WELL, INTERRUPTED

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.mongo.database import Document

NEWEST = 50
"""Articles in an Atom or JSON feed without `--limit`."""


class Command(ArchiveCommand):
    """Writes every change of the archive with its article, in order, from the reader's cursor on."""

    summary = "Print every change after a cursor as JSON lines; or write the newest articles as Atom or JSON Feed"
    group = "give out"
    examples = ("feed --limit 10", "feed --follow --cursor-file cursor.txt", "feed --atom articles.atom")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--after", metavar="CURSOR", help="begin behind this cursor, or `latest` (default: first)")
        meaning = "lines at most; of Atom and JSON Feed: articles (50)"
        parser.add_argument("--limit", type=number(1, 999_999_999), metavar="N", help=meaning)
        parser.add_argument("--follow", action="store_true", help="wait for more; end with SIGTERM or Ctrl-C")
        parser.add_argument("--cursor-file", metavar="FILE", help="go on behind the cursor in FILE, and keep it there")
        add_filters(parser, tags=False)
        parser.add_argument("--fields", metavar="NAMES", help="only these fields of articles")
        parser.add_argument("--format", choices=("ndjson",), default="ndjson", help="of the lines (default ndjson)")
        parser.add_argument("--atom", metavar="FILE", help="write the newest articles as Atom 1.0")
        parser.add_argument("--jsonfeed", metavar="FILE", help="write the newest articles as JSON Feed 1.1")

    def _work(self, opts: argparse.Namespace) -> int:
        try:
            check(opts)
            with self.archive() as archive:
                return syndicate(archive, opts) if is_for_readers(opts) else stream(archive, opts)
        except WrongCursor as error:
            raise WrongUsage(str(error)) from error


def check(opts: argparse.Namespace) -> None:
    """Check that options go together.

    Raises:
        WrongUsage: They do not.
    """
    if not is_for_readers(opts):
        return
    for name in ("after", "follow", "cursor_file", "fields"):
        if getattr(opts, name):
            option = name.replace("_", "-")
            raise WrongUsage(f"--{option} is for the lines of changes: leave it out with --atom and --jsonfeed")


def is_for_readers(opts: argparse.Namespace) -> bool:
    """Return whether Atom or JSON Feed is asked for."""
    return opts.atom is not None or opts.jsonfeed is not None


def syndicate(archive: Archive, opts: argparse.Namespace) -> int:
    """Write the newest articles that the site still has; return the exit status."""
    from archive.articles.collection import Traits
    from archive.atomic_file import atomic_write
    from archive.feed.syndication import atom, json_feed

    documents = archive.articles.listed(opts.limit or NEWEST, Traits(status="live"), **filters(opts))
    formats: dict[str, Callable[[Sequence[Document]], bytes]] = {"atom": atom, "jsonfeed": json_feed}
    for option, encode in formats.items():
        if path := file(opts, option):
            content = encode(documents)
            with atomic_write(path) as target:
                target.write(content)
    return 0


def stream(archive: Archive, opts: argparse.Namespace) -> int:
    """Write the changes that the options select; return the exit status.

    Raises:
        WrongUsage: An argument is invalid.
        WrongCursor: The cursor is none of this archive.
        WrongSelection: The selection is invalid.
        ArchiveError: The cursor's file cannot be read or written, or the archive cannot be read.
    """
    from archive.feed.stream import CursorFile, FeedStream

    feed = archive.changes.feed(names(opts, "fields") or None, **filters(opts))
    path = file(opts, "cursor_file")
    place = CursorFile(path) if path else None
    kept = place.read() if place else None
    after = archive.changes.cursor() if kept is None and opts.after == "latest" else kept or opts.after
    is_complete = FeedStream(feed, feed.start(after), place, opts.limit, follow=opts.follow).run()
    return (ALL_WELL if is_complete else INTERRUPTED).status
