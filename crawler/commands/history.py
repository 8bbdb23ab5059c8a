"""`cmoney history ARTICLE`: the versions of an article as a readable diff."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.named_article import key_named, why_absent
from crawler.cli.printer import print_json, print_line, print_styled
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from archive.articles.history import Version

STYLES = {"+": "green", "-": "red", "@": "cyan"}


class Command(ArchiveCommand):
    """Shows every version of an article: when it was seen, why it was made, and what changed."""

    summary = "Show the versions of an article as a diff"
    group = "read"
    operands = Operands("ARTICLE")
    examples = ("history 1", "history notes:1211507 --json")

    def _options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object a version, with its whole text")

    def _work(self, opts: argparse.Namespace) -> int:
        from archive.articles.history import versions_of
        from archive.model.identity import keys_of

        with self.archive() as archive:
            key = key_named(archive, self.values, opts.operands[0])
            article = archive.articles.get(key)
            if article is None:
                raise WrongUsage(why_absent(archive, key))
            keys = keys_of(article)
            histories = {key: versions_of(archive.revisions.of(key)) for key in keys}
        if opts.json:
            for key, versions in histories.items():
                for version in versions:
                    print_json({"key": key, **asdict(version)})
            return 0
        print_line(f"{' = '.join(keys)}  {article['url'] or ''}  {article['status']}")
        for key, versions in histories.items():
            if versions and key != article["_id"]:
                print_line(f"\n{key}, before it proved to be the same article:")
            for previous, version in zip([None, *versions], versions, strict=False):
                _print(previous, version)
        return 0


def _print(previous: Version | None, version: Version) -> None:
    seen = version.seen_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S")
    from archive.articles.history import differences

    print_styled((f"\nrevision {version.revision}, seen {seen} (Taipei), cause: {version.cause}", "bold"))
    if previous is None:
        print_line(f"  {version.title} ({len(version.text)} characters)")
        return
    for line in differences(previous, version):
        print_styled((line, STYLES.get(line[:1], "")))
