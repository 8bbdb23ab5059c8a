"""The program `cmoney`: finds the named command, and runs it; works in any folder."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from typing import Any, Final, get_args

from archive.mongo.quick_driver import quick_driver
from archive.version import VERSION
from crawler import own_settings
from crawler.cli.command import (
    PROGRAM,
    ArchiveCommand,
    CommandGroup,
    Operands,
    fail,
    help_line,
    nearest,
    read_operands,
    set_settings,
)
from crawler.errors import WrongUsage
from crawler.exit_status import WRONG_USAGE

SETTINGS: Final = "crawler.settings"

SCRAPYS: Final[dict[str, tuple[CommandGroup, str, str]]] = {
    "list": ("crawl", "List available spiders", "list"),
    "fetch": ("look after", "Fetch a URL using the Scrapy downloader", "fetch --headers URL"),
    "settings": ("look after", "Get settings values", "settings --get USER_AGENT"),
}
"""Scrapy's own commands that make sense here: their help without loading Scrapy, and an example of each."""

CRAWLS: Final[dict[str, tuple[CommandGroup, str]]] = {
    "crawl": ("crawl", "Run a spider: column, backfill or captures"),
    "parse": ("look after", "Request an article's page, and print the article that the readers find on it"),
    "scheduled": ("crawl", "Run a spider as a scheduler does: after a random wait, and never beside another run of it"),
    "shell": ("look after", "Open a console with a page of the site, and the article that the readers see on it"),
    "survey": ("crawl", "Compare what is known of the site with the site, in a few polite requests"),
}
"""The project's own commands that load Scrapy, likewise."""

MEANINGS: Final[dict[CommandGroup, str]] = {
    "crawl": "ask the site",
    "read": "look at what is kept",
    "give out": "files and feeds for others",
    "look after": "the installation and its data",
}


def main(words: list[str] | None = None) -> int:
    """Run the command that the arguments name; return the exit status."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", SETTINGS)
    words = sys.argv[1:] if words is None else words
    match words:
        case [] | ["-h" | "--help" | "help"]:
            print_help()
            return 0
        case ["-V" | "--version" | "version"]:
            sys.stdout.write(f"{PROGRAM} {VERSION}\n")
            return 0
        case ["help", name, *_]:
            words = [name, "-h"]
    name, *rest = words
    if name in names():
        command = load(name)
        return run(command, name, rest) if isinstance(command, ArchiveCommand) else _run_scrapys(words)
    if name in SCRAPYS:
        status = _check_scrapys(name, rest) or _run_scrapys(words)
        if {"-h", "--help"} & set(rest):
            statuses = f"exit status:\n  0  done\n  {WRONG_USAGE.status}  {WRONG_USAGE.name}\n"
            sys.stdout.write(f"\nexamples:\n  {PROGRAM} {SCRAPYS[name][2]}\n\n{statuses}")
        return status
    hint = nearest(name, [*names(), *SCRAPYS])
    return fail(f"there is no command {name!r}{hint or f'; {PROGRAM} --help lists them'}", WRONG_USAGE.status)


def names() -> list[str]:
    """Return the names of the project's own commands."""
    package = importlib.import_module("crawler.commands")
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


def load(name: str) -> Any:
    """Return one of the project's own commands."""
    return importlib.import_module(f"crawler.commands.{name}").Command()


class PlainSettings(dict[str, Any]):
    """The project's settings by name, without Scrapy."""

    def setdict(self, values: dict[str, Any], priority: str) -> None:  # noqa: ARG002 -- as Scrapy's settings
        """Set values by name."""
        self.update(values)


def plain_settings() -> PlainSettings:
    """Return the settings of the module that `SCRAPY_SETTINGS_MODULE` names."""
    module = importlib.import_module(os.environ["SCRAPY_SETTINGS_MODULE"])
    return PlainSettings({name: value for name, value in vars(module).items() if name.isupper()})


def run(command: ArchiveCommand, name: str, words: list[str]) -> int:
    """Run a command on the archive; return the exit status."""
    command.settings = plain_settings()
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {name}", description=command.long_desc())
    command.add_options(parser)
    opts, args = parser.parse_known_args(words)
    command.process_options(args, opts)
    with quick_driver(own_settings.read(command.settings, "MONGODB_URI")):
        command.run(args, opts)
    return command.exitcode


def _run_scrapys(words: list[str]) -> int:
    """Run a crawl or one of Scrapy's own commands through Scrapy; return the exit status."""
    from scrapy.cmdline import execute  # noqa: PLC0415 -- heavy, and only these commands need it
    from scrapy.utils.project import get_project_settings  # noqa: PLC0415 -- likewise

    settings = get_project_settings()
    of_this = f"crawler.commands.{words[0]}" if words[0] in names() else ""
    settings.set("COMMANDS_MODULE", of_this)  # Scrapy would load all of ours
    try:
        execute([PROGRAM, *words], settings)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


def _check_scrapys(name: str, words: list[str]) -> int:
    """Return 0, or 2 for an option that a command of Scrapy's does not have, which Scrapy itself would ignore."""
    from scrapy.settings import Settings  # noqa: PLC0415 -- heavy, and only these commands need it

    command = importlib.import_module(f"scrapy.commands.{name}").Command()
    command.settings = Settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve", add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    command.add_options(parser)
    opts, args = parser.parse_known_args(words)
    set_settings(plain_settings(), opts.set)
    try:
        read_operands(name, Operands("arguments", 0, None), parser, args)
    except WrongUsage as error:
        return fail(error, WRONG_USAGE.status)
    return 0


def print_help() -> None:
    """Print every command by group."""
    commands = {name: load(name) for name in names() if name not in CRAWLS}
    rows = [(command.group, name, command.summary) for name, command in commands.items()]
    rows += [(group, name, text) for name, (group, text) in CRAWLS.items()]
    rows += [(group, name, f"{text} (Scrapy's)") for name, (group, text, _) in SCRAPYS.items()]
    lines = [f"{PROGRAM} {VERSION}: the archive of CMoney's column 美股動態", "", f"usage: {PROGRAM} COMMAND [options]"]
    for group in get_args(CommandGroup):
        lines += ["", f"{group} ({MEANINGS[group]}):"]
        lines += [help_line(f"  {name:<12} ", text) for of, name, text in sorted(rows) if of == group]
    lines += ["", f"{PROGRAM} COMMAND -h shows its options, examples and exit statuses."]
    sys.stdout.write("\n".join(lines) + "\n")
