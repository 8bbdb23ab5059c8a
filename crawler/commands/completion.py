"""`cmoney completion SHELL`: what a shell needs to complete commands and options."""

from __future__ import annotations

import argparse
import sys

from crawler.cli.command import ArchiveCommand, Operands
from crawler.errors import WrongUsage


class Command(ArchiveCommand):
    """Bash, zsh and fish read it at their start."""

    summary = "Print what a shell needs to complete commands and options"
    operands = Operands("bash|zsh|fish")
    examples = ("completion bash >> ~/.bashrc", "completion fish > ~/.config/fish/completions/cmoney.fish")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- takes a shell only
        """Print the script; return the exit status.

        Raises:
            WrongUsage: The shell is not known.
        """
        from crawler.cli.completion import SHELLS, script

        if args[0] not in SHELLS:
            raise WrongUsage(f"completion knows {', '.join(SHELLS)}, not {args[0]!r}")
        sys.stdout.write(script(args[0]))
        return 0
