"""`cmoney warc -o FILE`: the kept pages as a WARC 1.1 file."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from archive.errors import ArchiveError
from archive.model.period import FORMS
from crawler.arguments import read_moment
from crawler.cli.command import ArchiveCommand
from crawler.cli.damage import name_damaged, note_damaged
from crawler.cli.named_article import keys_named
from crawler.cli.printer import add_json, print_outcome
from crawler.cli.progress_bar import ProgressBar
from crawler.cli.signals import stopping
from crawler.errors import WrongUsage
from crawler.exit_status import INCOMPLETE, INTERRUPTED

if TYPE_CHECKING:
    from archive.model.crawl.page import Page
    from archive.pages.documents import Damage


class Stopped(ArchiveError):
    """A signal came; no file was written."""


class Command(ArchiveCommand):
    """Writes the kept pages as WARC, for a replay tool or another archive.

    ARTICLE is a key, the beginning of one, an address, or a number in the list printed last.
    """

    summary = "Write the kept raw pages as a WARC 1.1 file"
    group = "give out"
    examples = ("warc -o pages.warc.gz", "warc -o august.warc.gz --since 2026-08", "warc -o one.warc --key 1")
    statuses: ClassVar = {
        INTERRUPTED.status: "a signal ended it; no file was written",
        INCOMPLETE.status: "damaged pages were passed over",
    }

    def _options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("-o", "--output", metavar="FILE", help="the file; .gz packs each record")
        parser.add_argument("--since", metavar="TIME", help=f"only pages received since then: {FORMS}; in Taipei")
        add_json(parser)
        parser.add_argument("--key", action="append", metavar="ARTICLE", help="only this article's; may be repeated")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.pages.warc import write_warc

        if not opts.output:
            raise WrongUsage("name the file: `cmoney warc -o pages.warc.gz`")
        if not Path(opts.output).absolute().parent.is_dir():
            raise WrongUsage(f"{opts.output} cannot be written: there is no such directory")
        path, since = Path(opts.output), read_moment("--since", opts.since)
        with self.archive() as archive, stopping() as is_stopped, ProgressBar("pages") as bar:
            keys = keys_named(archive, self.values, opts.key)
            total = archive.pages.count(since, keys)
            damages: list[Damage] = []
            pages = _until(is_stopped, archive.pages.every(since, keys, damages.append))
            try:
                count = write_warc(pages, path, lambda done: bar.show(done, total))
            except Stopped:
                print_outcome(opts, f"interrupted; {path} was not written", file=None)
                return INTERRUPTED.status
            note_damaged(archive, damages)
        size = path.stat().st_size
        line = f"{path}: {count:,} pages, {size / 1024 / 1024:.1f} MiB"
        print_outcome(opts, line, file=str(path), pages=count, bytes=size)
        return name_damaged(damages, "were passed over")


def _until(is_stopped: Callable[[], bool], pages: Iterator[Page]) -> Iterator[Any]:
    """Yield pages until a signal comes.

    Raises:
        Stopped: It did.
    """
    for page in pages:
        if is_stopped():
            raise Stopped("interrupted")
        yield page
