"""No command reads a whole collection to find a part of it: a server that forbids scans serves them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from archive.archive import Archive
from tests.site import Site
from tests.support.crawling import environment, scrapy
from tests.support.mongodb import serving

NAME = "unscanned"
FIRST = (("crawl", "column"), ("crawl", "column"), ("search", "投資"), ("feed",), ("doctor", "--offline"))
"""What runs every day: a crawl that finds all, one that finds nothing new, the index brought up and asked, the feed."""

REST = (
    ("crawl", "backfill", "-a", "since=2026-08-01", "-a", "until=2026-09-01"),
    ("articles",),
    ("runs", "--metrics"),
    ("frontier",),
    ("backfills",),
    ("duplicates",),
    ("reparse",),
    ("pages", "--verify"),
    ("export", "-o", "FOLDER/articles.jsonl"),
    ("backup", "FOLDER/backup"),
)


@pytest.mark.parametrize("commands", [FIRST, pytest.param(REST, marks=pytest.mark.slow)], ids=["daily", "rest"])
def test_a_server_without_scans_serves_every_command(commands: tuple[tuple[str, ...], ...], tmp_path: Path) -> None:
    with serving() as server, Site(articles=6) as site:
        Archive.open(server.uri, NAME, create=True).close()
        with MongoClient[dict[str, Any]](server.uri) as client:
            client.admin.command({"setParameter": 1, "notablescan": True})
        environ = environment(site.url, server.uri, NAME, SEARCH_INDEX_DIR=tmp_path / "search")
        for words in commands:
            ran = scrapy(*(word.replace("FOLDER", str(tmp_path)) for word in words), environ=environ)
            assert ran.status == 0, f"{' '.join(words)}: {ran.log[-2000:]}"
