"""`cmoney backup DIR`: the whole archive at one moment, in files that are verified, and checked when restored."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.damage import name_damaged
from crawler.cli.options import number
from crawler.cli.printer import add_json, print_json, print_line
from crawler.errors import WrongUsage
from crawler.exit_status import INCOMPLETE

if TYPE_CHECKING:
    from archive.backup.manifest import Manifest, Part
    from archive.pages.documents import Damage

MIB = 1024 * 1024


class Command(ArchiveCommand):
    """Makes a backup while crawls go on, and verifies it; one that was stopped goes on when called again.

    With `--keep`, DIR is a folder of backups: each gets a directory of its own, and old ones are removed once the new
    one is verified. `7d4w12m` keeps the newest of each of 7 days, 4 weeks and 12 months.
    """

    summary = "Save the whole archive in a directory; `cmoney restore` brings it back"
    operands = Operands("DIR")
    examples = (
        "backup /mnt/backups/2026-08-30",
        "backup /mnt/backups/2026-08-30 --verify",
        "backup /mnt/backups --keep 7d4w12m",
    )
    statuses: ClassVar = {INCOMPLETE.status: "damaged pages are in it as they are"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        meaning = "make none: check that the one in DIR is whole, without restoring it"
        parser.add_argument("--verify", action="store_true", help=meaning)
        parser.add_argument("--keep", metavar="7d4w12m", help="make one in the folder DIR, and remove those not kept")
        add_json(parser)
        meaning = "size of a part before packing (default 64)"
        parser.add_argument("--part-size", type=number(1), default=64, metavar="MIB", help=meaning)

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.backup.manifest import WrongDirectory
        from archive.backup.restore import checked

        if opts.keep and opts.verify:
            raise WrongUsage("--keep and --verify exclude each other: with --keep each new backup is verified")
        place = Path(opts.operands[0])
        damages: list[Damage] = []
        try:
            if opts.verify:
                manifest = checked(place)
                if not opts.json:
                    print_line(f"{place}: complete, and every part is as it was written")
                print_manifest(opts, str(place), manifest)
            elif opts.keep:
                self._rotate(place, opts, damages.append)
            else:
                self._save(place, opts, damages.append)
        except WrongDirectory as error:
            raise WrongUsage(str(error)) from error
        return name_damaged(damages, "are in it as they are")

    def _save(self, directory: Path, opts: argparse.Namespace, report: Callable[[Damage], None]) -> None:
        """Make a backup, or go on with it, and print its contents."""
        from archive.backup.manifest import read_manifest
        from archive.backup.restore import checked
        from archive.backup.save import back_up

        with self.archive() as archive:
            before = read_manifest(directory)
            manifest = back_up(archive, directory, opts.part_size * MIB, show_part, report)
        if not before or not before.taken_at:
            checked(directory)
        elif not opts.json:
            print_complete()
        print_manifest(opts, str(directory), manifest)

    def _rotate(self, folder: Path, opts: argparse.Namespace, report: Callable[[Damage], None]) -> None:
        """Make a backup in a folder of them, remove those not kept, and print both.

        Raises:
            WrongUsage: The retention is invalid.
        """
        from archive.backup.rotation import read_retention, rotate
        from archive.backup.save import back_up

        try:
            retention = read_retention(opts.keep)
        except ValueError as error:
            raise WrongUsage(f"--keep {error}") from error
        size = opts.part_size * MIB
        with self.archive() as archive:
            done = rotate(archive.id, folder, retention, lambda path: back_up(archive, path, size, show_part, report))
        print_manifest(opts, str(done.directory), done.manifest)
        if not opts.json:
            print_line("verified: every part is as it was written")
            for path in done.removed:
                print_line(f"{path}: removed")


def print_manifest(opts: argparse.Namespace, place: str, manifest: Manifest) -> None:
    """Print a backup's contents and its moment."""
    if opts.json:
        sizes = sum(part.size for part in manifest.parts)
        print_json({"place": place, "taken_at": manifest.taken_at, "counts": manifest.counts, "bytes": sizes})
        return
    print_line(f"{place}: {', '.join(f'{count} {name}' for name, count in manifest.counts.items())}")
    print_line(f"as of {manifest.taken_at}; {sum(part.size for part in manifest.parts) / MIB:.1f} MiB")


def print_complete() -> None:
    """Print that nothing was left to do."""
    print_line("complete already; nothing was written")


def show_part(part: Part) -> None:
    """Show a part that is done, at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{part.name}: {part.documents} documents, {part.size / MIB:.1f} MiB\n")
