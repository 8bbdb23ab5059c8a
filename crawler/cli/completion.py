"""Completion of commands and options in a shell, by argcomplete."""

from __future__ import annotations

import argparse
import os

import argcomplete
from argcomplete.shell_integration import shellcode

from crawler.cli.command import PROGRAM
from crawler.cli.program import SCRAPYS, PlainSettings, load, names

SHELLS = ("bash", "zsh", "fish")


def complete() -> None:
    """Print the completions for a shell that asks for them, and end the program; otherwise return."""
    argcomplete.autocomplete(parser(os.environ.get("COMP_LINE", "")))


def parser(line: str) -> argparse.ArgumentParser:
    """Return a parser of all commands, with the options of those that a line names."""
    whole = argparse.ArgumentParser(PROGRAM)
    commands = whole.add_subparsers()
    words = line.split()
    for name in (*names(), *SCRAPYS):
        of_command = commands.add_parser(name, conflict_handler="resolve")
        if name in words and name not in SCRAPYS:
            command = load(name)
            command.settings = PlainSettings(LOG_LEVEL="")  # a command of Scrapy's asks for it
            command.add_options(of_command)
    return whole


def script(shell: str) -> str:
    """Return the script that a shell reads at its start."""
    return shellcode([PROGRAM], shell=shell)
