"""`cmoney backup DIR`: the whole archive as it is at one moment, in files that are checked on the way back."""

from __future__ import annotations

import argparse
import sys
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
    group = "look after"
    operands = Operands("DIR")
    examples = (
        "backup /mnt/backups/2026-08-30",
        "backup /mnt/backups/2026-08-30 --verify",
        "backup /mnt/backups --keep 7d4w12m",
    )
    statuses: ClassVar = {INCOMPLETE.status: "damaged pages are in it as they are"}

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument(
            "--verify", action="store_true", help="make none: check that the one in DIR is whole, without restoring it"
        )
        parser.add_argument("--keep", metavar="7d4w12m", help="make one in the folder DIR, and remove those not kept")
        add_json(parser)
        parser.add_argument(
            "--part-size", type=number(1), default=64, metavar="MIB", help="size of a part before packing (default 64)"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Make the backup, print what is in it, and return the exit status.

        Raises:
            WrongUsage: The directory is another's.
        """
        from archive.backup.manifest import WrongDirectory, read_manifest
        from archive.backup.restore import checked
        from archive.backup.save import back_up

        if opts.keep:
            return self._rotate(Path(args[0]), opts)
        directory = Path(args[0])
        damages: list[Damage] = []
        try:
            if opts.verify:
                manifest = checked(directory)
                if not opts.json:
                    print_line(f"{directory}: complete, and every part is as it was written")
            else:
                with self.archive() as archive:
                    before = read_manifest(directory)
                    manifest = back_up(archive, directory, opts.part_size * MIB, tell, damages.append)
                if not before or not before.taken_at:
                    checked(directory)
                elif not opts.json:
                    tell_complete()
        except WrongDirectory as error:
            raise WrongUsage(str(error)) from error
        print_manifest(opts, str(directory), manifest)
        return name_damaged(damages, "are in it as they are")

    def _rotate(self, folder: Path, opts: argparse.Namespace) -> int:
        """Make a backup in a folder of them, remove what is not kept, and return the exit status.

        Raises:
            WrongUsage: The retention or the folder is invalid.
        """
        from archive.backup.manifest import WrongDirectory
        from archive.backup.rotation import read_retention, rotate
        from archive.backup.save import back_up

        if opts.verify:
            raise WrongUsage("--keep and --verify exclude each other: with --keep each new backup is verified")
        damages: list[Damage] = []
        try:
            retention = read_retention(opts.keep)
            with self.archive() as archive:
                size = opts.part_size * MIB
                done = rotate(
                    archive.id, folder, retention, lambda path: back_up(archive, path, size, tell, damages.append)
                )
        except (ValueError, WrongDirectory) as error:
            raise WrongUsage(str(error) if isinstance(error, WrongDirectory) else f"--keep {error}") from error
        print_manifest(opts, str(done.directory), done.manifest)
        if not opts.json:
            print_line("verified: every part is as it was written")
            for path in done.removed:
                print_line(f"{path}: removed")
        return name_damaged(damages, "are in it as they are")


def print_manifest(opts: argparse.Namespace, place: str, manifest: Manifest) -> None:
    """Print what a backup holds, and of which moment it is."""
    if opts.json:
        sizes = sum(part.size for part in manifest.parts)
        print_json({"place": place, "taken_at": manifest.taken_at, "counts": manifest.counts, "bytes": sizes})
        return
    print_line(f"{place}: {', '.join(f'{count} {name}' for name, count in manifest.counts.items())}")
    print_line(f"as of {manifest.taken_at}; {sum(part.size for part in manifest.parts) / MIB:.1f} MiB")


def tell_complete() -> None:
    """Print that nothing was left to do."""
    print_line("complete already; nothing was written")


def tell(part: Part) -> None:
    """Show a person at a terminal how far it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{part.name}: {part.documents} documents, {part.size / MIB:.1f} MiB\n")
