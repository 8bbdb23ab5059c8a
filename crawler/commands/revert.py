"""`cmoney revert ARTICLE REVISION`: restores an earlier version of an article, by a person's decision."""

from __future__ import annotations

import argparse
import getpass
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archive.model.article import Article, Author, Block, Extractor, Mention, Related
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.named_article import key_named, why_absent
from crawler.cli.printer import add_json, print_outcome
from crawler.commands.reparse import recipe_of
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from archive.archive import Archive


class Command(ArchiveCommand):
    """Puts an earlier version of an article back, as a revision of its own with who and why.

    The present version is put aside: no page with its text is believed again. The next run requests the page anew.
    """

    summary = "Put an earlier version of an article back"
    operands = Operands("ARTICLE REVISION", 0, None)  # `_read` shows which revisions there are to choose from
    examples = ("revert notes:1211507 1 --why 'the page was a login wall'",)

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_json(parser)
        parser.add_argument("--why", metavar="TEXT", help="the reason, kept with the revision")
        parser.add_argument("--who", metavar="NAME", help="who decides it; default: the user's name")

    def _work(self, opts: argparse.Namespace) -> int:
        word, number = _read(opts.operands)
        if not opts.why or not opts.why.strip():
            raise WrongUsage("--why TEXT is needed: the reason is kept with the revision")
        with self.archive() as archive:
            key = key_named(archive, self.values, word)
            kept = archive.articles.get(key)
            if kept is None:
                raise WrongUsage(why_absent(archive, key))
            versions = {revision["revision"]: revision for revision in archive.revisions.of(kept["_id"])}
            if number not in versions:
                known = ", ".join(map(str, versions))
                raise WrongUsage(f"{kept['_id']} has no revision {number}; it has {known}")
            if versions[number]["content_hash"] == kept["content_hash"]:
                raise WrongUsage(f"revision {number} of {kept['_id']} is what is kept now; nothing is to be put back")
            version = self._reread(archive, kept, versions[number]) or _as_kept(kept, versions[number])
            saved = archive.revert(version, opts.who or getpass.getuser(), opts.why.strip())
        line = f"revision {number} of {kept['_id']} is back, as revision {saved.revision}"
        print_outcome(opts, line, key=kept["_id"], put_back=number, revision=saved.revision)
        return 0

    def _reread(self, archive: Archive, kept: Mapping[str, Any], version: Mapping[str, Any]) -> Article | None:
        """Return a version with all its fields, read from its page; None if that no longer gives the same text."""
        page = archive.pages.get(version["page"]) if version["page"] else None
        if page is None:
            return None
        recipe = recipe_of(self.values)
        outcome = recipe.read()(page, True)  # noqa: FBT003 -- its article is kept
        refined = recipe.refine()(outcome, Counter()) if isinstance(outcome, Article) else outcome
        if not isinstance(refined, Article) or refined.content_hash != version["content_hash"]:
            return None
        return refined.but(key=kept["_id"], page=replace(page, body=b""))


def _read(args: list[str]) -> tuple[str, int]:
    if len(args) != 2 or not args[1].isdecimal():  # noqa: PLR2004 -- a key and a number
        raise WrongUsage("name an article and the number of one of its revisions; `cmoney history ARTICLE` shows them")
    return args[0], int(args[1])


def _as_kept(kept: Mapping[str, Any], version: Mapping[str, Any]) -> Article:
    """Return a version's title and text with the other fields of the article as it is kept now."""
    blocks = [
        Block("heading" if is_heading else "paragraph", text)
        for section in version["sections"]
        for is_heading, text in [(True, section["heading"]), *((False, text) for text in section["blocks"])]
        if text is not None
    ]
    article = Article(
        key=kept["_id"],
        url=kept["url"],
        title=version["title"],
        headline=version["title"].removeprefix(f"【{kept['column']}】").strip(),
        column=kept["column"],
        blocks=blocks,
        extractor=Extractor(**version["extractor"]),
        published_at=kept["published_at"],
        published_from=kept["published_from"],
        updated_at=kept["updated_at"],
        author=Author(**kept["author"]),
        tags=kept["tags"],
        related=[Related(**entry) for entry in kept["related"]],
        access=kept["access"],
        tickers=kept["tickers"],
        tw_stocks=kept["tw_stocks"],
        mentions=[Mention(**mention) for mention in kept["mentions"]],
        fetched_at=version["seen_at"],
    )
    article.doubt("tickers", "they are those of the version that was put aside: the page of this one is read otherwise")
    return article
