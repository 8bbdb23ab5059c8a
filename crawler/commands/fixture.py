"""`cmoney fixture`: a page and the article on it, recorded as a test of `tests/recorded/`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.printer import add_json, print_outcome
from crawler.commands.page import add_address, page_given
from crawler.errors import WrongUsage
from crawler.exit_status import TEMPLATE_CHANGED

FOLDER = "tests/recorded"


class Command(ArchiveCommand):
    """Writes NAME.html, the page unpacked, and NAME.json, what the readers make of it.

    For a new template: record, correct the .json by hand to what the page shows, run the tests, mend the reader.
    """

    summary = "Record a page and the article on it as a test"
    operands = Operands("ARTICLE|FILE")
    examples = (
        "fixture 1 --name cmnews-new-heading",
        "fixture page.html --address 'https://www.cmoney.tw/notes/note-detail.aspx?nid=1211507' -o recorded",
    )
    statuses: ClassVar = {TEMPLATE_CHANGED.status: "no article could be read: only the page was written"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_address(parser)
        add_json(parser)
        parser.add_argument("--name", metavar="NAME", help="of both files (default: from the article's key)")
        parser.add_argument("-o", "--output", metavar="DIR", default=FOLDER, help=f"the folder (default {FOLDER})")
        parser.add_argument("--replace", action="store_true", help="replace files of this name")

    def _work(self, opts: argparse.Namespace) -> int:
        from crawler.errors import PageError
        from crawler.survey.fixtures import read_as_public, write_fixture

        given = page_given(self, opts.operands[0], opts.address)
        name, folder = opts.name or given.address.key.replace(":", "-"), Path(opts.output)
        if Path(name).name != name:
            raise WrongUsage(f"--name {name!r} is no file name")
        if not opts.replace and (former := next(iter(folder.glob(f"{name}.[hj]*")), None)):
            raise WrongUsage(f"{former} exists: give another --name, or --replace")
        article, why = None, ""
        try:
            article = read_as_public(given.content, given.address)
        except PageError as error:
            why = str(error)
        try:
            write_fixture(folder, name, given.content, article)
        except OSError as error:
            raise WrongUsage(f"{error.filename}: {error.strerror}") from error
        page = f"{folder / name}.html"
        if article is None:
            print_outcome(opts, f"{page}; no article: {why}", page=page, article=None, why=why)
            return TEMPLATE_CHANGED.status
        line = f"{page} and .json; correct the .json to what the page shows"
        print_outcome(opts, line, page=page, article=f"{folder / name}.json")
        return 0
