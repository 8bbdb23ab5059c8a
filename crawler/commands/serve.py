"""`cmoney serve`: the archive in a browser, and its HTTP interface."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from ipaddress import ip_address
from typing import TYPE_CHECKING

from crawler import own_settings
from crawler.cli.command import ArchiveCommand
from crawler.cli.options import number
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from archive.web.access.guard import AccessControl


class Command(ArchiveCommand):
    """Serves the archive until Ctrl-C: on this machine to anybody, on any other address to owners of tokens."""

    summary = "Serve the archive as web pages and an HTTP interface"
    group = "read"
    examples = ("serve", "serve --port 9000", "serve --host 0.0.0.0 --host-name archive.example.org")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        meaning = "default 8642; 0 for any that is free"
        parser.add_argument("--port", type=number(0, 65535), default=8642, metavar="N", help=meaning)
        meaning = "address to listen on (default 127.0.0.1)"
        parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=meaning)
        names = "names that requests may be for, by commas, as behind a proxy; tokens are asked for then"
        parser.add_argument("--host-name", metavar="NAMES", help=names)

    def _work(self, opts: argparse.Namespace) -> int:
        try:
            from archive.web.access.guard import AccessControl
            from archive.web.access.tokens import Tokens
            from archive.web.server import Binding, serve
        except ImportError as error:
            hint = f"serve needs a library that is not installed ({error}): pip install 'cmoney-archive[web]'"
            raise WrongUsage(hint) from error
        host_names = tuple(name.strip() for name in (opts.host_name or "").split(",") if name.strip())
        tokens = None if is_loopback(opts.host) and not host_names else Tokens(own_settings.tokens_file(self.values))
        listens = f"[{opts.host}]" if ":" in opts.host else opts.host
        access = AccessControl((*host_names, listens), tokens, own_settings.read(self.values, "SERVE_RATE"))
        if tokens is not None and not tokens.all():
            raise WrongUsage(f"other machines' clients need a token, and {tokens.path} has none: cmoney token add NAME")
        with self.archive() as archive:
            binding = Binding(opts.host, opts.port, access, self._examine, own_settings.columns(self.values))
            serve(archive, binding, lambda url: _report(url, access))
        return 0

    def _examine(self) -> list[dict[str, str]]:
        """Return the doctor's findings, without those on the site."""
        from crawler.doctor import database, machine, ticker_lists, workers

        parts = (machine, database, workers, ticker_lists)
        return [asdict(finding) for part in parts for finding in part.examine(self.values)]


def is_loopback(host: str) -> bool:
    """Return whether an address is of this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _report(url: str, access: AccessControl) -> None:
    """Print the served address, and whether tokens are needed."""
    sys.stdout.write(f"serving {url}\n")
    sys.stdout.flush()
    if access.tokens is not None:
        sys.stderr.write("note: every request needs a token; they pass unencrypted: put a proxy with TLS before it\n")
