"""`cmoney archive status|stop|drop`: the embedded MongoDB, looked at and stopped; an archive removed on purpose."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import own_settings
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.printer import print_line
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from archive.mongo.embedded import server


class Command(ArchiveCommand):
    """Shows or stops the embedded MongoDB, not one of your own (MONGODB_URI); removes the archive, wherever it is."""

    group = "look after"
    operands = Operands("status|stop|drop DATABASE", 1, 2)
    examples = ("archive status", "archive stop", "archive stop --in-use", "archive drop cmoney")

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show or stop the embedded MongoDB; remove an archive"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--in-use", action="store_true", help="stop it though other processes use it")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do what is asked; return the exit status.

        Raises:
            WrongUsage: It is none of these.
        """
        from archive.mongo.embedded import server

        data_dir = Path(own_settings.read(self.values, "ARCHIVE_DATA_DIR"))
        match args:
            case ["status"]:
                status = server.status(data_dir)
                print_line(_told(status))
                if status.reader_uri:
                    print_line(f"for reading only: {status.reader_uri}")
            case ["stop"]:
                print_line("stopped" if server.stop(data_dir, in_use=opts.in_use) else "it was not running")
            case ["drop", *names]:
                print_line(self._drop(names))
            case _:
                raise WrongUsage("say `cmoney archive status`, `cmoney archive stop` or `cmoney archive drop DATABASE`")
        return 0

    def _drop(self, names: list[str]) -> str:
        """Remove the archive whose name was typed; return the line that says so.

        Raises:
            WrongUsage: Another name was typed, or none.
        """
        name = own_settings.read(self.values, "MONGODB_DATABASE")
        if names != [name]:
            raise WrongUsage(f"type the archive's name to remove all that it holds: `cmoney archive drop {name}`")
        with own_settings.open_archive(self.values, for_migration=True) as archive:
            held = archive.remove()
        counts = ", ".join(f"{count} {collection}" for collection, count in held.items()) or "it was empty"
        return f"{name}: removed ({counts})"


def _told(status: server.Status) -> str:
    if status.server is None:
        return f"{status.directory}: not running"
    users = ", ".join(f"{user.program} (process {user.pid})" for user in status.users) or "nobody"
    end = "stops after its last user" if status.is_kept else "runs until `cmoney archive stop`"
    return f"{status.directory}: process {status.server.pid}, port {status.server.port}, used by {users}; {end}"
