"""`cmoney restore DIR`: brings a backup back into an empty database."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.printer import add_json
from crawler.commands.backup import print_complete, print_manifest, show_part
from crawler.errors import WrongUsage
from crawler.own_settings import open_archive, read


class Command(ArchiveCommand):
    """Restores a backup; every file is checked before anything of it is written, and a full database is refused."""

    summary = "Bring a backup back into an empty database (MONGODB_DATABASE)"
    operands = Operands("DIR")
    examples = ("restore /mnt/backups/2026-08-30 -s MONGODB_DATABASE=cmoney_restored",)

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_json(parser)

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.backup.manifest import WrongDirectory, read_manifest
        from archive.backup.restore import restore

        directory = Path(opts.operands[0])
        try:
            if read_manifest(directory) is None:  # before a folder is made for its archive
                raise WrongUsage(f"there is no backup in {directory}: there is no manifest.json")
            with open_archive(self.values, create=True, for_migration=True) as archive:
                manifest = restore(archive, directory, show_part, (lambda: None) if opts.json else print_complete)
        except WrongDirectory as error:
            raise WrongUsage(str(error)) from error
        print_manifest(opts, read(self.values, "MONGODB_DATABASE"), manifest)
        return 0
