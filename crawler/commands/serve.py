"""`scrapy serve`: the archive in a browser, and its HTTP interface."""

from __future__ import annotations

import argparse
import sys

from crawler.cli.command import ArchiveCommand
from crawler.errors import WrongUsage

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Command(ArchiveCommand):
    """Serves the archive on this machine until Ctrl-C."""

    group = "read"
    examples = ("serve", "serve --port 9000")

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Serve the archive as web pages and an HTTP interface"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--port", type=int, default=8642, metavar="N", help="default 8642; 0 for any that is free")
        parser.add_argument(
            "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (default 127.0.0.1)"
        )
        parser.add_argument("--host-name", metavar="NAMES", help="further names that requests may be for, by commas")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes options only
        """Serve; return the exit status.

        Raises:
            WrongUsage: An option cannot be meant, or the extra is not installed.
        """
        if not 0 <= opts.port <= 65535:  # noqa: PLR2004 -- what a port is
            raise WrongUsage(f"--port {opts.port} is not from 0 to 65535")
        if opts.host not in LOOPBACK:
            raise WrongUsage(
                f"--host {opts.host} is not of this machine alone ({', '.join(LOOPBACK)}): put a proxy before it"
            )
        try:
            from archive.web.server import Binding, serve
        except ImportError as error:
            raise WrongUsage(
                f"serve needs a library that is not installed ({error}): pip install 'cmoney-archive[web]'"
            ) from error
        with self.archive() as archive:
            names = [name.strip() for name in (opts.host_name or "").split(",") if name.strip()]
            serve(archive, Binding(opts.host, opts.port, names), lambda url: _tell(f"serving {url}"))
        return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
