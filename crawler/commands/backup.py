"""`cmoney backup DIR`: the whole archive as it is at one moment, in files that are checked on the way back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.options import number
from crawler.cli.printer import print_line

if TYPE_CHECKING:
    from archive.backup.manifest import Part

MIB = 1024 * 1024


class Command(ArchiveCommand):
    """Makes a backup while crawls go on; one that was stopped goes on when called again with the same directory."""

    group = "look after"
    operands = Operands("DIR")
    examples = ("backup /mnt/backups/2026-08-30",)

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Save the whole archive in a directory; `cmoney restore` brings it back"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument(
            "--part-size", type=number(1), default=64, metavar="MIB", help="size of a part before packing (default 64)"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Make the backup, print what is in it, and return the exit status."""
        from archive.backup.save import back_up

        with self.archive() as archive:
            manifest = back_up(archive, Path(args[0]), opts.part_size * MIB, tell)
        print_line(f"{args[0]}: {', '.join(f'{count} {name}' for name, count in manifest.counts.items())}")
        print_line(f"as of {manifest.taken_at}; {sum(part.size for part in manifest.parts) / MIB:.1f} MiB")
        return 0


def tell(part: Part) -> None:
    """Tell a person at a terminal how far it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{part.name}: {part.documents} documents, {part.size / MIB:.1f} MiB\n")
