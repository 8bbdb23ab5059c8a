"""`scrapy restore DIR`: brings a backup back into an empty database."""

from __future__ import annotations

import argparse
from pathlib import Path

from archive.backup.manifest import WrongDirectory, read_manifest
from archive.backup.restore import restore
from crawler.cli.command import ArchiveCommand
from crawler.commands.backup import tell, tell_complete
from crawler.errors import WrongUsage
from crawler.own_settings import open_archive, read


class Command(ArchiveCommand):
    """Restores a backup; every file is checked before anything of it is written, and a full database is refused."""

    def syntax(self) -> str:
        """Return how it is called."""
        return "DIR"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Bring a backup back into an empty database (MONGODB_DATABASE)"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes a directory only
        """Restore the backup, say what is there, and return the exit status.

        Raises:
            WrongUsage: No directory, or one without a backup.
        """
        if len(args) != 1:
            raise WrongUsage("name the backup's directory: `scrapy restore DIR`")
        directory = Path(args[0])
        try:
            if read_manifest(directory) is None:  # before a folder is made for its archive
                raise WrongUsage(f"there is no backup in {directory}: there is no manifest.json")
            with open_archive(self.values, create=True, for_migration=True) as archive:
                manifest = restore(archive, directory, tell, tell_complete)
        except WrongDirectory as error:
            raise WrongUsage(str(error)) from error
        database = read(self.values, "MONGODB_DATABASE")
        print(f"{database}: {', '.join(f'{count} {name}' for name, count in manifest.counts.items())}")
        print(f"as of {manifest.taken_at}")
        return 0
