"""The blocks of docs/recipes.md, and an archive in which each of them finds something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from archive.archive import Archive
from archive.model.article import Mention
from archive.mongo.client import Connection
from tests.support.crawling import ROOT
from tests.support.made_articles import NOW, article, page
from tests.support.mongodb import fresh_database
from tests.support.sample_pages import notes_page

_PAGE: Final = (ROOT / "docs" / "recipes.md").read_text("utf-8")
BLOCKS: Final[list[tuple[str, str]]] = re.findall(r"```(python|sh)\n(.*?)```", _PAGE, re.DOTALL)
"""Language and code of each block, in the order of the page."""

GIVES: Final = """
import ast, sys
tree = ast.parse(sys.argv[1])
last, names = tree.body.pop(), {}
exec(compile(tree, "recipe", "exec"), names)
given = eval(compile(ast.Expression(last.value), "recipe", "eval"), names)
assert len(given)
print(given)
"""
"""A program that runs the block that it is given, and prints the value of its last expression."""

LATER: Final = NOW + timedelta(hours=3)


@contextmanager
def served(connection: Connection, folder: Path) -> Iterator[dict[str, str]]:
    """Give the settings of an archive of three articles on NVDA, one of them changed; prices lie in the folder."""
    (folder / "prices.csv").write_text("symbol,day,close\nNVDA,2026-08-31,172.28\n")
    with fresh_database(connection) as database, Archive.open(connection.uri, database.name, create=True) as opened:
        about: dict[str, Any] = {"tickers": ["NVDA"], "mentions": [Mention("NVDA", "US", "bracket")]}
        html = notes_page().decode()
        first = article(1, "輝達毛利率17%。資料中心。", page=page(1, html), **about)
        opened.writer().save([first, article(2, "毛利率。", **about), article(3, "毛利率。", **about)], NOW)
        opened.writer().save(
            [article(1, "輝達毛利率12%。資料中心。", at=LATER, page=page(1, html, at=LATER), **about)], LATER
        )
        yield {
            "MONGODB_URI": connection.uri,
            "MONGODB_DATABASE": database.name,
            "ARCHIVE_DATA_DIR": str(folder / "data" / "mongo"),
        }
