"""The shape of every command on the archive: options and arguments checked, errors in one line, an exit status out.

A command imports neither Scrapy nor what its work needs before the work begins, so that it starts quickly. Scrapy takes
it for one of its own all the same: see `crawler.commands`.
"""

from __future__ import annotations

import argparse
import difflib
import io
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NoReturn

from archive.atomic_file import FileNotWritten, unwritable
from archive.errors import ArchiveError, DocumentDamaged, WrongSetting
from archive.extras import NotInstalled
from archive.model.selection import WrongSelection
from crawler import own_settings
from crawler.cli.signals import unwinding
from crawler.errors import WrongUsage
from crawler.exit_status import ALL_WELL, INCOMPLETE, INTERRUPTED, NO_DATABASE, WRONG_USAGE
from crawler.printable import is_utf8, printable

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.mongo.database import DamagedDocument

CommandGroup = Literal["crawl", "read", "give out", "look after"]

PROGRAM: Final = "cmoney"

_HELP_WIDTH: Final = 100
"""Columns of a terminal that a line of help takes at most."""

_STATUSES: Final = {
    0: "done",
    WRONG_USAGE.status: "wrong usage",
    NO_DATABASE.status: "the archive cannot be used",
    INCOMPLETE.status: "damaged documents were passed over",
    INTERRUPTED.status: "a signal ended it",
}


@dataclass(frozen=True, slots=True)
class Operands:
    """The arguments of a command that are no options.

    Attributes:
        name: The name of one of them in help; empty where there are none.
        least: The least number of them.
        most: The greatest number of them; None for any.
    """

    name: str = ""
    least: int = 1
    most: int | None = 1

    def __str__(self) -> str:
        shown = f"{self.name} ..." if self.most is None else self.name
        return f"[{shown}]" if shown and not self.least else shown


class Described:
    """What help shows of a command, besides its docstring; and its own options.

    Attributes:
        summary: Its line in the list of commands.
        group: Where `cmoney --help` lists it.
        operands: Its arguments that are no options.
        examples: Calls that work, without the program's name.
        statuses: Exit statuses besides 0, 2, 5, 7 and 8, with their meanings.
    """

    summary: ClassVar[str]
    group: ClassVar[CommandGroup] = "look after"
    operands: ClassVar[Operands] = Operands(least=0, most=0)
    examples: ClassVar[tuple[str, ...]] = ()
    statuses: ClassVar[Mapping[int, str]] = {}

    def short_desc(self) -> str:
        """Return the command's line in the list of commands, as Scrapy asks for it."""
        return self.summary

    def long_desc(self) -> str:
        """Return the beginning of the command's help."""
        return f"{self.summary}. {type(self).__doc__ or ''}"

    def _options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options; the base class has none."""


class ArchiveCommand(Described):
    """A command that works on the archive."""

    # What Scrapy asks of a command.
    requires_project = True
    requires_crawler_process = False
    crawler_process = None
    default_settings: ClassVar[dict[str, object]] = {}
    exitcode = 0

    def __init__(self) -> None:
        self.settings: Any = None
        self._is_incomplete = False
        self._parser = argparse.ArgumentParser()

    def syntax(self) -> str:
        """Return how it is called, without its name."""
        return f"{self.operands} [options]".lstrip()

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options that every command has, and the command's own."""
        self._parser = parser
        describe(parser, self)
        parser.add_argument("-s", "--set", action="append", default=[], metavar="NAME=VALUE", help="set a setting")
        parser.set_defaults(profile=None)  # Scrapy asks for it
        self._options(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 -- Scrapy's signature
        """Put the values of `-s` into the settings."""
        set_settings(self.settings, opts.set)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work; a command that is piped into one that stops reading ends quietly."""
        with unwinding():
            self._run(args, opts)

    def _run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            opts.operands = read_operands(name_of(self), self.operands, self._parser, args)
            escape_what_cannot_be_written()
            self.exitcode = self._work(opts)
            if self._is_incomplete and self.exitcode == ALL_WELL.status:
                self.exitcode = INCOMPLETE.status
            sys.stdout.flush()
        except (WrongUsage, WrongSelection, WrongSetting, NotInstalled) as error:
            self.exitcode = fail(error, WRONG_USAGE.status)
        except ArchiveError as error:
            self.exitcode = fail_for(error)
        except KeyboardInterrupt as interrupt:
            self.exitcode = interrupted(interrupt)
        except BrokenPipeError:
            drop_output()
            self.exitcode = 0
        except OSError as error:
            drop_output()
            self.exitcode = fail_for(unwritable(error.filename or "standard output", error))

    def _work(self, opts: argparse.Namespace) -> int:
        """Do the work, print the result, and return the exit status.

        Args:
            opts: The options by name, and as `operands` the list of the arguments that are no options.

        Raises:
            WrongUsage: An argument is invalid.
            ArchiveError: The archive cannot be used.
        """
        raise NotImplementedError

    def archive(self) -> Archive:
        """Return the configured archive, open.

        Raises:
            NoArchive: There is none: only crawls and restorations make one.
            ArchiveError: It cannot be used.
        """
        opened = own_settings.open_archive(self.values)
        opened.database.report = self._name_damaged
        return opened

    def _name_damaged(self, damage: DamagedDocument) -> None:
        """Name a document that is passed over; a command that would end with 0 then ends with 7."""
        self._is_incomplete = True
        sys.stderr.write(f"damaged: {printable(damage, one_line=True)}; passed over\n")

    @property
    def values(self) -> own_settings.Values:
        """The settings, which are set before the command runs."""
        return self.settings or {}


def set_settings(settings: Any, pairs: Iterable[str]) -> None:
    """Put the values of `-s` into the settings, and check them all; end the program for an invalid one."""
    given = {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
    if wrong := [pair for pair in pairs if not pair.partition("=")[0] or "=" not in pair]:
        refuse(f"-s {wrong[0]!r}: write -s NAME=VALUE")
    try:
        own_settings.refuse_unknown(given, settings)
        settings.setdict(given, priority="cmdline")
        own_settings.check(settings)
    except WrongUsage as error:
        refuse(str(error))


class ChecksUsage(Described):
    """Lets a command of Scrapy's describe itself as ours do, and check its usage as they do.

    Arguments and settings are checked before a log, a reactor or anything else is made of them.
    """

    settings: Any
    crawler_process: Any

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's own options, and the command's."""
        super().add_options(parser)  # type: ignore[misc]  # the command's that this is mixed into
        self._parser = parser
        describe(parser, self)
        self._options(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Reduce `args` to the operands, and put the options into the settings; end the program for wrong usage."""
        try:
            args[:] = read_operands(name_of(self), self.operands, self._parser, args)
        except WrongUsage as error:
            refuse(str(error))
        set_settings(self.settings, opts.set)
        super().process_options(args, opts)  # type: ignore[misc]  # the command's that this is mixed into
        set_settings(self.settings, [f"LOG_LEVEL={opts.loglevel}"] if opts.loglevel else [])


def name_of(command: object) -> str:
    """Return a command's name: that of its module."""
    return type(command).__module__.rpartition(".")[2]


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of examples, and lets options have a column of their own."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)


def describe(parser: argparse.ArgumentParser, command: Described) -> None:
    """Let a parser refuse in one line, and print a command's usage, examples and exit statuses."""
    name = name_of(command)
    parser.prog = f"{PROGRAM} {name}"
    parser.usage = f"{PROGRAM} {name} {command.operands} [options]".replace("  ", " ")
    parser.formatter_class = _HelpFormatter
    paragraphs = (" ".join(part.split()) for part in command.long_desc().split("\n\n"))
    parser.description = "\n\n".join(map(help_line, paragraphs))
    parser.allow_abbrev = False
    parser.error = refuse  # type: ignore[method-assign]  # argparse's own prints usage first
    statuses = _STATUSES | dict(command.statuses)
    lines = ["examples:", *(f"  {PROGRAM} {example}" for example in command.examples), "", "exit status:"]
    lines += [help_line(f"  {status}  ", statuses[status]) for status in sorted(statuses)]
    parser.epilog = "\n".join(lines if command.examples else lines[2:])


def help_line(*parts: str) -> str:
    """Return a line of help, wrapped as the terminal is wide; where there are two parts, below the second one."""
    width = min(shutil.get_terminal_size().columns, _HELP_WIDTH) - 1
    return textwrap.fill("".join(parts), width, subsequent_indent=" " * len("".join(parts[:-1])))


def read_operands(name: str, operands: Operands, parser: argparse.ArgumentParser, args: Sequence[str]) -> list[str]:
    """Return a command's arguments that are no options, from those that its parser left over.

    Raises:
        WrongUsage: There is an option that the command does not have, or there are too few or too many arguments.
    """
    before, after = (list(args), []) if "--" not in args else _halves(args)
    for word in before:
        if word.startswith("-") and word != "-":
            option = word.partition("=")[0]
            known = list(parser._option_string_actions)  # noqa: SLF001 -- argparse has no public list of them
            raise WrongUsage(f"{name} has no option {printable(option)}{nearest(option, known)}")
    given = [*before, *after]
    if operands.most is not None and len(given) > operands.most:
        takes = f"takes {operands.most} x {operands.name}" if operands.most else "takes options only"
        raise WrongUsage(f"{name} {takes}, not {printable(given[operands.most])!r}; see {PROGRAM} {name} -h")
    if len(given) < operands.least:
        raise WrongUsage(f"{name} needs {operands.name}: {PROGRAM} {name} {operands}")
    return given


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint at the most similar known word; empty where none is similar."""
    matches = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {matches[0]}?" if matches else ""


def no_such(word: str, known: Iterable[str], noun: str = "") -> str:
    """Return the message for a word that is not among the known ones: the nearest of them, and all of them."""
    names = list(known)
    return f"there is no {noun}{word!r}{nearest(word, names)}; there are: {', '.join(names)}"


def drop_output() -> None:
    """Discard the rest of the output, so that the interpreter raises nothing over it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(error: BaseException | str, status: int) -> int:
    """Write an error as one line, and return the exit status."""
    sys.stderr.write(f"error: {printable(error, one_line=status == WRONG_USAGE.status)}\n")
    return status


def interrupted(interrupt: KeyboardInterrupt) -> int:
    """Write that a signal ended the command, and return the exit status."""
    sys.stderr.write(f"interrupted by {interrupt or 'SIGINT'}\n")
    return INTERRUPTED.status


def fail_for(error: ArchiveError) -> int:
    """Write an error of the archive as one line; return 2 where a file's place is wrong, 7 for damage, else 5."""
    if isinstance(error, DocumentDamaged):
        return fail(error, INCOMPLETE.status)
    return fail(error, (WRONG_USAGE if isinstance(error, FileNotWritten) else NO_DATABASE).status)


def refuse(message: str) -> NoReturn:
    """End the program for an argument that cannot be read."""
    sys.exit(fail(message, WRONG_USAGE.status))


def escape_what_cannot_be_written() -> None:
    """Let standard output write characters that its encoding lacks as escapes, rather than raise an error."""
    if not is_utf8(sys.stdout) and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _halves(args: Sequence[str]) -> tuple[list[str], list[str]]:
    place = list(args).index("--")
    return list(args[:place]), list(args[place + 1 :])
