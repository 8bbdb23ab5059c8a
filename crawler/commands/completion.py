"""`cmoney completion SHELL`: the script by which a shell completes commands and options."""

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

    def _work(self, opts: argparse.Namespace) -> int:
        from crawler.cli.completion import SHELLS, script

        (shell,) = opts.operands
        if shell not in SHELLS:
            raise WrongUsage(f"completion knows {', '.join(SHELLS)}, not {shell!r}")
        sys.stdout.write(script(shell))
        return 0
