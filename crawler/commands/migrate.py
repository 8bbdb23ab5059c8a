"""`scrapy migrate`: brings an older archive's schema up to this program's, explicitly."""

from __future__ import annotations

import argparse
from pathlib import Path

from archive.archive import Archive
from crawler import own_settings
from crawler.cli.command import ArchiveCommand


class Command(ArchiveCommand):
    """Applies the migrations that an older archive lacks; opening an archive never does."""

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Bring an older archive up to this program's schema"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes nothing
        """Apply what is lacking, say what was done, and return the exit status."""
        settings = self.values
        uri, database = (own_settings.read(settings, name) for name in ("MONGODB_URI", "MONGODB_DATABASE"))
        data_dir = Path(own_settings.read(settings, "ARCHIVE_DATA_DIR"))
        with Archive.open_for_migration(uri, database, data_dir=data_dir) as archive:
            applied = archive.migrate()
        for migration in applied:
            print(f"version {migration.version}: {migration.why}")
        print(f"{len(applied)} migrations applied" if applied else "the archive is up to date")
        return 0
