"""`scrapy history KEY`: the versions of an article as a readable diff."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.text import Text

from archive.articles.history import Version, differences, versions_of
from archive.model.identity import keys_of
from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand
from crawler.errors import WrongUsage

STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Command(ArchiveCommand):
    """Shows every version of an article, by any of its keys: when it was seen, why it was made, and what changed."""

    def syntax(self) -> str:
        """Return how it is called."""
        return "KEY"

    def short_desc(self) -> str:
        """Return the command's line in the list of commands."""
        return "Show the versions of an article as a diff"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 -- no options of its own
        """Print the versions; return the exit status.

        Raises:
            WrongUsage: No key is given, or no article is kept under it.
        """
        if len(args) != 1:
            raise WrongUsage("name one article key, such as cmnews:… or notes:…")
        with self.archive() as archive:
            article = archive.articles.get(args[0])
            keys = keys_of(article) if article else ()
            histories = {key: versions_of(archive.revisions.of(key)) for key in keys}
        if article is None:
            raise WrongUsage(
                f"no article is kept under {args[0]!r}; `scrapy frontier {args[0]}` tells what became of it"
            )
        console = Console(file=sys.stdout, soft_wrap=True)
        console.print(Text(f"{' = '.join(keys)}  {article['url'] or ''}  {article['status']}"))
        for key, versions in histories.items():
            if versions and key != article["_id"]:
                console.print(Text(f"\n{key}, before it proved to be the same article:"))
            for previous, version in zip([None, *versions], versions, strict=False):
                _print(console, previous, version)
        return 0


def _print(console: Console, previous: Version | None, version: Version) -> None:
    seen = version.seen_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S")
    console.print(Text(f"\nrevision {version.revision}, seen {seen} (Taipei), cause: {version.cause}", style="bold"))
    if previous is None:
        console.print(Text(f"  {version.title} ({len(version.text)} characters)"))
        return
    for line in differences(previous, version):
        console.print(Text(line, style=STYLES.get(line[:1], "")))
