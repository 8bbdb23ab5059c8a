"""`cmoney token`: the tokens of clients that may read the archive over the network."""

from __future__ import annotations

import argparse
import re
from typing import Any, Final, cast

from archive.web.access.tokens import SCOPES, Tokens, TokenScope
from crawler import own_settings
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.printer import PrintedColumn, add_output_options, print_outcome, print_rows
from crawler.errors import WrongUsage

COLUMNS: Final = (
    PrintedColumn("name", whole=True),
    PrintedColumn("scope"),
    PrintedColumn("created_at", "created (UTC)", whole=True),
)
_NAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")


class Command(ArchiveCommand):
    """The secret is shown once, when it is made; the file that SERVE_TOKENS names keeps its hash alone."""

    summary = "Add, list or remove tokens, which clients of serve on other machines need"
    operands = Operands("add NAME | remove NAME | list", least=1, most=2)
    examples = ("token add analyst", "token add mirror --scope feed", "token list", "token remove analyst")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        meaning = "of a new token: read (everything, the default), feed or metrics alone"
        parser.add_argument("--scope", choices=SCOPES, default="read", help=meaning)
        add_output_options(parser, COLUMNS)

    def _work(self, opts: argparse.Namespace) -> int:
        tokens = Tokens(own_settings.tokens_file(self.values))
        match opts.operands:
            case ["list"]:
                print_rows(COLUMNS, (_row(token) for token in tokens.all()), opts)
            case ["add", name] if _NAME.fullmatch(name):
                try:
                    secret = tokens.add(name, cast("TokenScope", opts.scope))
                except ValueError as error:
                    raise WrongUsage(str(error)) from error
                print_outcome(opts, secret, name=name, secret=secret)
            case ["remove", name]:
                if not tokens.remove(name):
                    raise WrongUsage(f"there is no token {name!r}: cmoney token list shows them")
                print_outcome(opts, f"{name} is let in no more", removed=name)
            case ["add", name]:
                raise WrongUsage(f"{name!r} is no name of letters, digits and . _ @ -, 64 at most")
            case _:
                raise WrongUsage("write token add NAME, token remove NAME or token list")
        return 0


def _row(token: Any) -> dict[str, Any]:
    return {"name": token.name, "scope": token.scope, "created_at": token.created_at}
