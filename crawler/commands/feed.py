"""`scrapy feed`: the archive's changes as JSON lines, once or for ever; its newest articles as Atom or JSON Feed."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from archive import Archive
from archive.cursor import WrongCursor
from archive.delivery import delivered
from archive.extra import NotInstalled
from archive.feed import Feed
from archive.output import Output
from archive.place import Place
from archive.record import Record
from archive.selection import Wanted, WrongSelection
from archive.syndication import atom, json_feed
from crawler.commands import ArchiveCommand
from crawler.errors import WrongUsage

NEWEST = 50
"""Articles in an Atom or JSON feed, where nobody says how many."""


class Command(ArchiveCommand):
    """Tells every change of the archive with its article, in order, and goes on where its reader was."""

    def syntax(self) -> str:
        """Return how it is called."""
        return "[--after CURSOR] [--follow] [--cursor-file FILE] | --atom FILE | --jsonfeed FILE"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Print every change after a cursor as JSON lines; or write the newest articles as Atom or JSON Feed"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--after", metavar="CURSOR", help="begin behind this cursor, or `latest` (default: first)")
        parser.add_argument("--limit", metavar="N", help="lines at most; of Atom and JSON Feed: articles (50)")
        parser.add_argument("--follow", action="store_true", help="wait for more; end with SIGTERM or Ctrl-C")
        parser.add_argument("--cursor-file", metavar="FILE", help="go on behind the cursor in FILE, and keep it there")
        parser.add_argument("--columns", metavar="NAMES", help="only articles of these columns, separated by commas")
        parser.add_argument("--tickers", metavar="SYMBOLS", help="only articles with one of these symbols or codes")
        parser.add_argument("--fields", metavar="NAMES", help="only these fields of articles")
        parser.add_argument("--format", choices=("ndjson",), default="ndjson", help="of the lines (default ndjson)")
        parser.add_argument("--atom", metavar="FILE", help="write the newest articles as Atom 1.0")
        parser.add_argument("--jsonfeed", metavar="FILE", help="write the newest articles as JSON Feed 1.1")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print or write what is asked for; return the exit status.

        Raises:
            WrongUsage: An argument cannot be meant.
        """
        try:
            check(args, opts)
            with self.archive() as archive:
                if opts.atom or opts.jsonfeed:
                    return syndicate(archive, opts)
                return Telling(archive, opts).run()
        except (WrongCursor, WrongSelection, NotInstalled) as error:
            raise WrongUsage(str(error)) from error


def check(args: Sequence[str], opts: argparse.Namespace) -> None:
    """Check that options go together.

    Raises:
        WrongUsage: They do not.
    """
    if args:
        raise WrongUsage(f"feed takes options only, not {args[0]!r}")
    if not (opts.atom or opts.jsonfeed):
        return
    for name in ("after", "follow", "cursor_file", "fields"):
        if getattr(opts, name):
            option = name.replace("_", "-")
            raise WrongUsage(f"--{option} is for the lines of changes: leave it out with --atom and --jsonfeed")


def names(given: str | None) -> list[str]:
    """Return the names in an argument, separated by commas; none where it is not given."""
    return given.split(",") if given else []


def count(given: str | None) -> int | None:
    """Return a number from 1; None where it is not given.

    Raises:
        WrongUsage: It is none.
    """
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and int(given) > 0):
        raise WrongUsage(f"--limit {given!r} is no whole number from 1")
    return int(given)


def wanted(opts: argparse.Namespace) -> Wanted:
    """Return which articles the options ask for."""
    return {"columns": names(opts.columns), "tickers": names(opts.tickers)}


def syndicate(archive: Archive, opts: argparse.Namespace) -> int:
    """Write the newest articles that the site still has; return the exit status.

    Raises:
        WrongUsage: A file cannot be written.
    """
    records = archive.articles.live(count(opts.limit) or NEWEST, **wanted(opts))
    ways: list[tuple[str | None, Callable[[Sequence[Record]], bytes]]] = [(opts.atom, atom), (opts.jsonfeed, json_feed)]
    for name, made in ways:
        if name is None:
            continue
        content = made(records)
        try:
            with delivered(Path(name)) as stream:
                stream.write(content)
        except OSError as error:
            raise WrongUsage(f"{name} cannot be written: {error}") from error
    return 0


class Telling:
    """Telling changes to standard output until there is no more, the limit is reached or a signal comes."""

    def __init__(self, archive: Archive, opts: argparse.Namespace) -> None:
        """Find out where to begin.

        Raises:
            WrongUsage: An argument cannot be meant, or the cursor's file cannot be read.
            WrongCursor: The cursor is none of this archive.
            WrongSelection: The selection cannot be meant.
        """
        self._feed: Feed = archive.changes.feed(names(opts.fields) or None, **wanted(opts))
        self._place = Place(Path(opts.cursor_file)) if opts.cursor_file else None
        self._left = count(opts.limit)
        self._follow = bool(opts.follow)
        self._cursor = self._feed.start(self._after(archive, opts.after))
        self._signal = 0
        self._waits = False

    def _after(self, archive: Archive, given: str | None) -> str | None:
        """Return where to begin: where the file says, else where the option says.

        Raises:
            WrongUsage: The file cannot be read.
        """
        try:
            kept = self._place.read() if self._place else None
        except OSError as error:
            raise WrongUsage(f"--cursor-file cannot be read: {error}") from error
        if kept is None and given == "latest":
            return archive.changes.cursor()
        return kept or given

    def run(self) -> int:
        """Tell; return the exit status.

        Raises:
            WrongUsage: The cursor's file cannot be written.
        """
        output = Output(sys.stdout.buffer)
        self._reach(self._cursor)  # so that one that is killed before the first line begins there again
        with self._heeding_signals():
            try:
                while self._goes_on(output):
                    continue
            except _Signalled:  # while it waited: all is told
                self._waits = False
            except BrokenPipeError:
                output.abandon()
        return 0 if self._follow or not self._signal else 128 + self._signal

    def _goes_on(self, output: Output) -> bool:
        """Tell a batch, or wait for one; return whether to go on."""
        before = self._cursor
        batch = self._feed.read(before)
        for line in batch.lines:
            if self._is_done():
                return False
            output.tell(line)
            self._reach(line["cursor"])
            self._left = None if self._left is None else self._left - 1
        if self._is_done():
            return False
        if batch.cursor == before:
            return self._follow and self._wait(output)
        if batch.cursor != self._cursor:  # past changes that are not for this reader
            self._reach(batch.cursor)
        return True

    def _is_done(self) -> bool:
        return bool(self._signal) or self._left == 0

    def _reach(self, cursor: str) -> None:
        """Take a place as reached, and keep it.

        Raises:
            WrongUsage: Its file cannot be written.
        """
        self._cursor = cursor
        if self._place:
            try:
                self._place.keep(cursor)
            except OSError as error:
                raise WrongUsage(f"--cursor-file cannot be written: {error}") from error

    def _wait(self, output: Output) -> bool:
        self._waits = True
        if self._signal:
            return False
        self._feed.wait(self._cursor)
        self._waits = False
        return output.is_heard()

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        """Let SIGTERM and Ctrl-C end a wait at once, and anything else after the line that is being told."""
        before = {number: signal.signal(number, self._heed) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heed(self, number: int, _: FrameType | None) -> Any:
        self._signal = number
        if self._waits:
            self._waits = False
            raise _Signalled


class _Signalled(BaseException):
    """A signal came while there was nothing to tell; no error, so that nobody on the way takes it for one."""
