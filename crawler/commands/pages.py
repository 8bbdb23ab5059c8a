"""`scrapy pages`: the pages as they were received: how many, in which form; packed tighter; searched for damage."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from archive.archive import Archive
from archive.pages.collection import StorageRow
from archive.pages.compression import LEVEL, Packed
from archive.pages.damage import Damage
from archive.verification import RATE, Watch, verify
from crawler.cli.command import ArchiveCommand
from crawler.cli.damage import name_damaged, note_damaged
from crawler.cli.output import ProgressBar
from crawler.cli.signals import Stopping
from crawler.errors import WrongUsage
from crawler.exit_status import INTERRUPTED

MIB: Final = 1024 * 1024
_RATE_HELP: Final = f"pages a second, at most (default {RATE:g}; 0: no limit)"
_MOST: Final = 22  # zstd's highest level


class _Stopped(Exception):
    """A signal came while pages were packed; each that was packed is."""


class Command(ArchiveCommand):
    """Shows the kept pages by stored form; packs them with a zstd dictionary trained on them; verifies them."""

    def syntax(self) -> str:
        """Return how it is called."""
        return "[--compress [--level N] | --verify [--rate N]]"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show the kept raw pages by stored form; --compress packs them tighter, --verify looks for damage"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--compress", action="store_true", help="pack what is still as received, after comparing")
        parser.add_argument("--verify", action="store_true", help="compare each with its sha256 and size on record")
        parser.add_argument("--rate", type=float, default=RATE, metavar="N", help=_RATE_HELP)
        parser.add_argument("--level", type=int, default=LEVEL, metavar="N", help=f"of zstd (default {LEVEL})")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Pack or verify if asked to, print the table, and return the exit status.

        Raises:
            WrongUsage: The level is none, or something is asked for that is not known.
        """
        if args:
            raise WrongUsage(f"{args[0]!r} means nothing here; `scrapy pages --compress` packs")
        if not 1 <= opts.level <= _MOST:
            raise WrongUsage(f"--level {opts.level}: a number from 1 to {_MOST} is wanted")
        if not 0 <= opts.rate < math.inf:
            raise WrongUsage(f"--rate {opts.rate}: a number of pages a second from 0 is wanted")
        if opts.verify and opts.compress:
            raise WrongUsage("--verify and --compress are two things: call one after the other")
        with self.archive() as archive:
            if opts.verify:
                return _verify(archive, opts.rate)
            status = _compress(archive, opts.level) if opts.compress else 0
            forms = archive.pages.storage()
        Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120).print(_table(forms))
        return status


def _verify(archive: Archive, rate: float) -> int:
    """Compare all pages with what is on record, say what came of it, and return the exit status."""
    with Stopping() as stopping, ProgressBar("pages") as bar:
        watch = Watch(
            stopping.is_asked, lambda sofar: bar.show(sofar.done, sofar.total, f"{len(sofar.damaged)} damaged")
        )
        verified = verify(archive, watch, rate)
    status = name_damaged(verified.damaged, "were found")
    if not verified.complete:
        print(f"stopped after {verified.done:,} of {verified.total:,} pages; call it again to go on")
        return INTERRUPTED.status
    print(f"{verified.done:,} pages compared, {len(verified.damaged)} damaged, {verified.due} addresses made due")
    return status


def _compress(archive: Archive, level: int) -> int:
    """Pack, tell what was done, and return the exit status."""
    damages: list[Damage] = []
    total = sum(form.pages for form in archive.pages.storage() if form.stored == "received")
    packed = Packed()
    with Stopping() as stopping, ProgressBar("pages") as bar:

        def tell(sofar: Packed) -> None:
            nonlocal packed
            packed = sofar
            bar.show(sofar.pages + sofar.left + sofar.damaged, total, _brief(sofar))
            if stopping.asked:
                raise _Stopped

        try:
            archive.pages.compress(level, tell, damages.append)
        except _Stopped:
            print(f"stopped: {_brief(packed)}; call it again to go on")
            return INTERRUPTED.status
        finally:
            note_damaged(archive, damages)
    print(_brief(packed))
    return name_damaged(damages, "were left as they are")


def _brief(packed: Packed) -> str:
    room = f"{packed.bytes_before / MIB:.1f} MiB are now {packed.bytes_after / MIB:.1f} MiB"
    return f"{packed.pages} pages packed, {packed.left} left as they are; {room}"


def _table(forms: Sequence[StorageRow]) -> Table:
    table = Table("stored", "received as")
    for name in ("pages", "MiB as received", "MiB kept"):
        table.add_column(name, justify="right")
    for form in forms:
        table.add_row(form.stored, form.encoding or "plain", f"{form.pages:,}", _mib(form.received), _mib(form.kept))
    sums = (sum(form.received for form in forms), sum(form.kept for form in forms))
    table.add_section()
    table.add_row("all", "", f"{sum(form.pages for form in forms):,}", *map(_mib, sums))
    return table


def _mib(size: int) -> str:
    return f"{size / MIB:,.1f}"
