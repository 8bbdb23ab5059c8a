"""A call of each command, and an archive that has something for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from archive.archive import Archive
from archive.model.article import Problem
from tests.support.made_articles import NOW, article, found, page
from tests.support.sample_pages import notes_page

LONG: Final = "【美股動態】" + "鑫" * 120
WHY: Final = "xyzzy " * 60

PRINTING: Final[Mapping[str, tuple[str, ...]]] = {
    "archive": ("archive", "status"),
    "articles": ("articles",),
    "backfills": ("backfills",),
    "backup": ("backup", "{folder}/backup"),
    "changed": ("changed", "--causes", "site,extractor,revert"),
    "coverage": ("coverage",),
    "doctor": ("doctor", "--offline"),
    "duplicates": ("duplicates", "--since", "2026-08", "--until", "2026-08"),
    "export": ("export", "-o", "{folder}/articles.jsonl"),
    "fixture": ("fixture", "notes:1", "-o", "{folder}/{form}"),
    "frontier": ("frontier", "--state", "wanted"),
    "history": ("history", "notes:1"),
    "migrate": ("migrate",),
    "page": ("page", "notes:1"),
    "pages": ("pages", "--verify"),
    "reparse": ("reparse", "--dry-run"),
    "restore": ("restore", "{folder}/backup", "-s", "MONGODB_DATABASE={database}_{form}"),
    "revert": ("revert", "notes:2", "{revision}", "--why", "a test"),
    "runs": ("runs",),
    "schedule": ("schedule",),
    "search": ("search", "ticker:AMZN"),
    "show": ("show", "notes:1"),
    "tickers": ("tickers",),
    "token": ("token", "list", "-s", "SERVE_TOKENS={folder}/tokens"),
    "warc": ("warc", "-o", "{folder}/pages.warc.gz"),
}
"""A call of each command that prints what a program may want; the names in braces are those of `call`."""

OTHERS: Final[Mapping[str, str]] = {
    "completion": "prints a script for a shell",
    "crawl": "logs, and LOG_JSON=1 makes it JSON",
    "feed": "prints JSON lines only",
    "parse": "prints Python, as Scrapy does",
    "scheduled": "logs as crawl does",
    "serve": "prints its address",
    "shell": "prints what its code gives",
    "survey": "asks a site: its `--json` is read in tests/crawler/survey",
}
"""The other commands, and what they print."""


def fill(archive: Archive) -> None:
    """Give an archive two articles, one with two versions, and all that is long."""
    html = notes_page(above=f"<p>{LONG}</p>").decode()
    first = article(1, title=LONG, problems=[Problem("text", WHY)], page=page(1, html))
    archive.writer().save([first, article(2)], NOW)
    archive.writer().save([article(2, "改寫之後。")], NOW)
    archive.frontier.discover([found(3, title=LONG)], NOW)
    archive.runs.end(archive.runs.begin("column", {}).id, "finished", complete=True, exit_status=0, counts={})


def call(name: str, form: str, database: str, folder: object) -> list[str]:
    """Return the words of a command's call.

    Args:
        name: The command.
        form: `json` or `plain`: in which form it prints, so that one call of each form finds something to do.
        database: The archive's name.
        folder: Where it may write.
    """
    places = {"folder": folder, "database": database, "form": form, "revision": "1" if form == "json" else "2"}
    return [*(word.format(**places) for word in PRINTING[name]), *(["--json"] if form == "json" else [])]
