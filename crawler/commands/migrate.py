"""`cmoney migrate`: brings an older archive's schema up to date."""

from __future__ import annotations

import argparse

from crawler.cli.command import ArchiveCommand
from crawler.cli.printer import add_json, print_json, print_line
from crawler.own_settings import open_archive


class Command(ArchiveCommand):
    """Applies the migrations that an older archive lacks; opening an archive never does."""

    summary = "Bring an older archive up to this program's schema"
    examples = ("migrate", "migrate --json")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_json(parser)

    def _work(self, opts: argparse.Namespace) -> int:
        with open_archive(self.values, for_migration=True) as archive:
            applied = archive.migrate()
        if opts.json:
            print_json({"applied": [{"version": step.version, "why": step.why} for step in applied]})
            return 0
        for migration in applied:
            print_line(f"version {migration.version}: {migration.why}")
        print_line(f"{len(applied)} migrations applied" if applied else "the archive is up to date")
        return 0
