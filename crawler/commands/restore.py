"""`cmoney restore DIR`: brings a backup back into an empty database."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.printer import add_json
from crawler.commands.backup import print_manifest, tell, tell_complete
from crawler.errors import WrongUsage
from crawler.own_settings import open_archive, read


class Command(ArchiveCommand):
    """Restores a backup; every file is checked before anything of it is written, and a full database is refused."""

    summary = "Bring a backup back into an empty database (MONGODB_DATABASE)"
    group = "look after"
    operands = Operands("DIR")
    examples = ("restore /mnt/backups/2026-08-30 -s MONGODB_DATABASE=cmoney_restored",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        add_json(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Restore the backup, print what is there, and return the exit status.

        Raises:
            WrongUsage: There is no backup in the directory.
        """
        from archive.backup.manifest import WrongDirectory, read_manifest
        from archive.backup.restore import restore

        directory = Path(args[0])
        try:
            if read_manifest(directory) is None:  # before a folder is made for its archive
                raise WrongUsage(f"there is no backup in {directory}: there is no manifest.json")
            with open_archive(self.values, create=True, for_migration=True) as archive:
                manifest = restore(archive, directory, tell, (lambda: None) if opts.json else tell_complete)
        except WrongDirectory as error:
            raise WrongUsage(str(error)) from error
        print_manifest(opts, read(self.values, "MONGODB_DATABASE"), manifest)
        return 0
