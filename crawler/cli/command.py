"""The shape of every command that works on the archive: arguments in, one line for an error, an exit status out."""

from __future__ import annotations

import argparse
import sys
from typing import ClassVar, NoReturn

from scrapy.commands import ScrapyCommand

from archive.archive import Archive
from archive.errors import ArchiveError
from crawler import own_settings
from crawler.errors import WrongUsage
from crawler.exit_status import NO_DATABASE, WRONG_USAGE
from crawler.own_settings import open_archive


class ArchiveCommand(ScrapyCommand):
    """A command that works on the archive: settings are checked, and every error is one line and an exit status."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_LEVEL": "WARNING"}

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's own options; one that cannot be read is told as any other wrong usage."""
        super().add_options(parser)
        parser.error = refuse  # type: ignore[method-assign]  # the parser is Scrapy's, and would print its usage first

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work; a command that is piped into one that stops reading ends quietly."""
        try:
            own_settings.check(self.values)
            self.exitcode = self.work(args, opts)
        except (WrongUsage, ArchiveError) as error:
            sys.stderr.write(f"error: {error}\n")
            self.exitcode = (WRONG_USAGE if isinstance(error, WrongUsage) else NO_DATABASE).status
        except KeyboardInterrupt:
            self.exitcode = 130
        except BrokenPipeError:
            sys.stderr.close()
            self.exitcode = 0

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work, and return the exit status.

        Raises:
            WrongUsage: An argument cannot be meant.
            ArchiveError: The archive cannot be used.
        """
        raise NotImplementedError

    def archive(self) -> Archive:
        """Return the configured archive, open.

        Raises:
            NoArchive: There is none: only crawls and restorations make one.
            ArchiveError: It cannot be used.
        """
        return open_archive(self.values)

    @property
    def values(self) -> own_settings.Values:
        """Return the settings, which Scrapy sets before the command runs."""
        return self.settings or {}


def refuse(message: str) -> NoReturn:
    """End the program for an option that cannot be read."""
    sys.stderr.write(f"error: {message}\n")
    sys.exit(WRONG_USAGE.status)
