"""`cmoney archive`: the archive's place and contents, its removal, and the embedded MongoDB's start and stop."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import own_settings
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.printer import PrintedColumn, add_output_options, print_line, print_outcome, print_rows
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from archive.archive import Archive

MIB = 1024**2

COLUMNS = (
    PrintedColumn("database"),
    PrintedColumn("address"),
    PrintedColumn("directory"),
    PrintedColumn("bytes", "size", show=lambda size: f"{size / MIB:,.1f} MiB"),
    PrintedColumn("articles"),
    PrintedColumn("revisions"),
    PrintedColumn("pages"),
    PrintedColumn("addresses"),
    PrintedColumn("runs"),
    PrintedColumn("newest", "newest article (Taipei)"),
    PrintedColumn("users", "used by", show=lambda users: "" if users is None else ", ".join(users) or "nobody else"),
    PrintedColumn(
        "stays", "stays up", show={True: "until `cmoney archive stop`", False: "while it is used", None: ""}.__getitem__
    ),
)


class Command(ArchiveCommand):
    """Shows where the archive is and what it holds; starts or stops the embedded MongoDB; removes the archive.

    `start` keeps the embedded MongoDB up until `stop`, and prints an address for mongosh, Compass and others, whose
    account reads and changes nothing; it never listens beyond loopback. A MongoDB of your own (MONGODB_URI) is never
    started or stopped.
    """

    summary = "Show where the archive is and what it holds; start or stop the embedded MongoDB; remove an archive"
    operands = Operands("status|start|stop|drop DATABASE", 1, 2)
    examples = (
        "archive status",
        "archive status --json",
        "archive start",
        "archive stop",
        "archive stop --in-use",
        "archive drop cmoney",
    )

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_output_options(parser, COLUMNS)
        parser.add_argument("--in-use", action="store_true", help="stop it though other processes use it")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.mongo.embedded import server

        match opts.operands:
            case ["status"]:
                self._show(opts)
            case ["start"]:
                status = server.stay(self._data_dir())
                reader = status.reader_uri or f"{status.directory}: not running"
                print_outcome(opts, f"up until `cmoney archive stop`; for reading only: {reader}", reader_uri=reader)
            case ["stop"]:
                ran = server.stop(self._data_dir(), in_use=opts.in_use)
                print_outcome(opts, "stopped" if ran else "it was not running", was_running=ran)
            case ["drop", *names]:
                removed = self._drop(names)
                counts = ", ".join(f"{count} {collection}" for collection, count in removed.items())
                print_outcome(opts, f"{names[0]}: removed ({counts or 'it was empty'})", removed=removed)
            case _:
                raise WrongUsage(
                    f"archive takes {self.operands}, not {' '.join(opts.operands)!r}; see cmoney archive -h"
                )
        return 0

    def _data_dir(self) -> Path:
        """Return the embedded server's directory.

        Raises:
            WrongUsage: The archive is in a MongoDB of the user's own.
        """
        if own_settings.read(self.values, "MONGODB_URI"):
            raise WrongUsage("MONGODB_URI names a MongoDB of your own: start and stop it where it runs, or unset that")
        data_dir: Path = own_settings.read(self.values, "ARCHIVE_DATA_DIR")
        return data_dir

    def _show(self, opts: argparse.Namespace) -> None:
        """Print the archive's place and contents: an object with `--json`, else a line a fact."""
        with self.archive() as archive:
            row = _row(archive)
            if not own_settings.read(self.values, "MONGODB_URI"):
                row |= _of_embedded(self._data_dir())
        if opts.json or opts.fields:
            print_rows(COLUMNS, [row], opts)
            return
        for column in COLUMNS:
            if text := column.show(row[column.name]):
                print_line(f"{column.heading or column.name:<24} {text}")

    def _drop(self, names: list[str]) -> Mapping[str, int]:
        """Remove the archive whose name was typed; return the numbers of its documents by collection.

        Raises:
            WrongUsage: Another name was typed, or none.
        """
        name = own_settings.read(self.values, "MONGODB_DATABASE")
        if names != [name]:
            raise WrongUsage(f"type the archive's name to remove all that it holds: `cmoney archive drop {name}`")
        with own_settings.open_archive(self.values, for_migration=True) as archive:
            return archive.remove()


def _row(archive: Archive) -> dict[str, Any]:
    status, newest = archive.server_status(), archive.articles.listed(1)
    return {
        "database": archive.database.name,
        "address": status.where,
        "bytes": status.data,
        "articles": status.counts["articles"],
        "revisions": status.counts["revisions"],
        "pages": status.counts["pages"],
        "addresses": status.counts["frontier"],
        "runs": status.counts["runs"],
        "newest": newest[0]["published_at"] if newest else None,
        "directory": None,
        "users": None,
        "stays": None,
    }


def _of_embedded(data_dir: Path) -> dict[str, Any]:
    from archive.mongo.embedded import server

    status = server.status(data_dir)
    users = [f"{user.program} (process {user.pid})" for user in status.users if user.pid != os.getpid()]
    return {"directory": str(status.directory), "users": users, "stays": status.stays}
