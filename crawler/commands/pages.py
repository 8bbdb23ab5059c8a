"""`cmoney pages`: the pages as they were received: how many, in which form, how large; and packing them tighter."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from crawler.cli.command import ArchiveCommand
from crawler.cli.options import number
from crawler.cli.printer import Column, add_output_options, print_line, print_rows
from crawler.cli.progress_bar import ProgressBar
from crawler.cli.signals import Stopping
from crawler.exit_status import INTERRUPTED

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.pages.collection import StorageRow
    from archive.pages.compression import Packed

MIB: Final = 1024 * 1024
_MOST: Final = 22  # zstd's highest level


class _Stopped(Exception):
    """A signal came while pages were packed; each that was packed is."""


class Command(ArchiveCommand):
    """Shows the kept pages by stored form; packs them with a zstd dictionary trained on them."""

    group = "look after"
    examples = ("pages", "pages --json", "pages --compress --level 19")
    statuses: ClassVar = {INTERRUPTED.status: "a signal ended it; call it again to go on"}

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show the kept raw pages by stored form; --compress packs them tighter"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--compress", action="store_true", help="pack what is still as received, after comparing")
        parser.add_argument("--level", type=number(1, _MOST), metavar="N", help="of zstd, 1 to 22 (default 19)")
        add_output_options(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Pack if asked to, print the table, and return the exit status."""
        with self.archive() as archive:
            complete = _compress(archive, opts.level) if opts.compress else True
            forms = archive.pages.storage()
        print_rows(COLUMNS, _rows(forms), opts)
        return 0 if complete else INTERRUPTED.status


def _compress(archive: Archive, level: int | None) -> bool:
    """Pack, print what was done, and return whether it went to the end."""
    from archive.pages.compression import LEVEL, Packed

    total = sum(form.pages for form in archive.pages.storage() if form.stored == "received")
    packed = Packed()
    with Stopping() as stopping, ProgressBar("pages") as bar:

        def tell(sofar: Packed) -> None:
            nonlocal packed
            packed = sofar
            bar.show(sofar.pages + sofar.left, total, _brief(sofar))
            if stopping.asked:
                raise _Stopped

        try:
            archive.pages.compress(level or LEVEL, tell)
        except _Stopped:
            print_line(f"stopped: {_brief(packed)}; call it again to go on")
            return False
    print_line(_brief(packed))
    return True


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
    Column("stored"),
    Column("received_as"),
    Column("pages"),
    Column("received_bytes", "MiB as received", show=_mib),
    Column("kept_bytes", "MiB kept", show=_mib),
)
