"""`cmoney pages`: the raw pages by stored form; packs them tighter, and looks for damaged ones."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Final

from crawler.cli.command import ArchiveCommand
from crawler.cli.damage import name_damaged, note_damaged
from crawler.cli.options import number
from crawler.cli.printer import PrintedColumn, add_output_options, print_outcome, print_rows
from crawler.cli.progress_bar import ProgressBar
from crawler.cli.signals import stopping
from crawler.errors import WrongUsage
from crawler.exit_status import INCOMPLETE, INTERRUPTED

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.pages.collection import StorageRow
    from archive.pages.compression import Packed
    from archive.pages.documents import Damage

MIB: Final = 1024 * 1024
_MOST: Final = 22  # zstd's highest level


class _Stopped(Exception):
    """A signal came while pages were packed; those that are packed stay so."""


class Command(ArchiveCommand):
    """Shows the kept pages by stored form; packs them with a zstd dictionary trained on them; verifies them."""

    summary = "Show the kept raw pages by stored form; --compress packs them tighter, --verify looks for damage"
    examples = ("pages", "pages --json", "pages --compress --level 19", "pages --verify")
    statuses: ClassVar = {
        INTERRUPTED.status: "a signal ended it; call it again to go on",
        INCOMPLETE.status: "damaged pages were found",
    }

    def _options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--compress", action="store_true", help="pack what is still as received, after comparing")
        parser.add_argument("--verify", action="store_true", help="compare each with its sha256 and size on record")
        parser.add_argument("--rate", type=float, metavar="N", help="pages a second at most (default 200; 0: no limit)")
        parser.add_argument("--level", type=number(1, _MOST), metavar="N", help="of zstd, 1 to 22 (default 19)")
        add_output_options(parser, COLUMNS)

    def _work(self, opts: argparse.Namespace) -> int:
        if opts.rate is not None and not 0 <= opts.rate < math.inf:
            raise WrongUsage(f"--rate {opts.rate}: a number of pages a second from 0 is wanted")
        if opts.verify and opts.compress:
            raise WrongUsage("--verify and --compress are two things: call one after the other")
        with self.archive() as archive:
            if opts.verify:
                return _verify(archive, opts)
            status = _compress(archive, opts) if opts.compress else 0
            forms = archive.pages.storage()
        print_rows(COLUMNS, _rows(forms), opts)
        return status


def _verify(archive: Archive, opts: argparse.Namespace) -> int:
    """Compare all pages with their sha256 and size on record, print the result, and return the exit status."""
    from archive.verification import RATE, Verified, verify

    def show(so_far: Verified) -> None:
        bar.show(so_far.done, so_far.total, f"{len(so_far.damaged)} damaged")

    with stopping() as is_stopped, ProgressBar("pages") as bar:
        verified = verify(archive, RATE if opts.rate is None else opts.rate, is_stopped, show)
    status = name_damaged(verified.damaged, "were found")
    line = f"{verified.done:,} pages compared, {len(verified.damaged)} damaged, {verified.due} addresses made due"
    if not verified.complete:
        line = f"stopped after {verified.done:,} of {verified.total:,} pages; call it again to go on"
    damaged = [damage.page for damage in verified.damaged]
    print_outcome(opts, line, compared=verified.done, of=verified.total, damaged=damaged, due=verified.due)
    return status if verified.complete else INTERRUPTED.status


def _compress(archive: Archive, opts: argparse.Namespace) -> int:
    """Pack pages, print the result, and return the exit status."""
    from archive.pages.compression import LEVEL, Packed

    damages: list[Damage] = []
    total = sum(form.pages for form in archive.pages.storage() if form.stored == "received")
    packed = Packed()
    with stopping() as is_stopped, ProgressBar("pages") as bar:

        def tell(sofar: Packed) -> None:
            nonlocal packed
            packed = sofar
            bar.show(sofar.pages + sofar.left + sofar.damaged, total, _brief(sofar))
            if is_stopped():
                raise _Stopped

        try:
            archive.pages.compress(opts.level or LEVEL, tell, damages.append)
        except _Stopped:
            print_outcome(opts, f"stopped: {_brief(packed)}; call it again to go on", **asdict(packed))
            return INTERRUPTED.status
        finally:
            note_damaged(archive, damages)
    print_outcome(opts, _brief(packed), **asdict(packed))
    return name_damaged(damages, "were left as they are")


def _brief(packed: Packed) -> str:
    room = f"{packed.bytes_before / MIB:.1f} MiB are now {packed.bytes_after / MIB:.1f} MiB"
    return f"{packed.pages} pages packed, {packed.left} left as they are; {room}"


def _rows(forms: Sequence[StorageRow]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "stored": form.stored,
            "received_as": form.encoding or "plain",
            "pages": form.pages,
            "received_bytes": form.received,
            "kept_bytes": form.kept,
        }
        for form in forms
    ]
    sums = {name: sum(row[name] for row in rows) for name in ("pages", "received_bytes", "kept_bytes")}
    return [*rows, {"stored": "all", "received_as": "", **sums}]


def _mib(size: int) -> str:
    return f"{size / MIB:,.1f}"


COLUMNS = (
    PrintedColumn("stored"),
    PrintedColumn("received_as"),
    PrintedColumn("pages"),
    PrintedColumn("received_bytes", "MiB as received", show=_mib),
    PrintedColumn("kept_bytes", "MiB kept", show=_mib),
)
