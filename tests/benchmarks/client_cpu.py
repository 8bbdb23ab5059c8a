"""The client's CPU a page, and where it goes: each piece alone, in one process without a network."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any, Final

import bson

import crawler.settings
from archive.articles.documents import to_document
from archive.model.article import Article
from archive.model.crawl.page import Page
from archive.pages.content_encoding import unpack
from archive.pages.documents import sha256_of
from crawler.addresses import Sites, read_address
from crawler.pages.extract import extract
from pipelines.stage import refiner
from tests.benchmarks import ground
from tests.benchmarks.pages import make_pages
from tests.benchmarks.result import Result, Size, middle

GOAL = 1.3
BARE = 2.6
"""CPU a page of the bare fetch on the machine that the goal was set for, ms."""
SITES: Final = Sites()
_LONGEST: Final = 1 << 23


def measure(size: Size) -> Result:
    """Return the CPU a page of a whole crawl, of the bare fetch, and of each piece of reading and keeping."""
    whole: list[float] = []
    bare: list[float] = []
    with ground.mongodb() as mongodb, ground.pages(size.pages) as site:
        for _ in range(size.rounds):
            for what, into in (("bare", bare), ("column", whole)):
                with mongodb.database() as database:
                    run = ground.crawl(what, site, mongodb, database)
                into.append(run["cpu"] / size.pages * 1000)
    rows = (
        ("bare default fetch, whole process", middle(bare)),
        ("`scrapy crawl column`, whole process", middle(whole)),
    )
    return Result(
        "Client CPU a page",
        "CPU of the whole process, threads too, from the spider's opening to its close; below it each piece alone.",
        ("what", "CPU ms/page"),
        rows + _pieces(min(size.pages, 200)),
        (
            (f"at most {GOAL} ms of client CPU a page", f"{median(whole):.2f} ms"),
            (
                f"as a ratio: at most {GOAL / BARE:.2f} of the bare fetch's CPU, as where the goal was set",
                middle([own / usual for own, usual in zip(whole, bare, strict=True)]),
            ),
        ),
    )


def _pieces(count: int) -> tuple[tuple[str, str], ...]:
    pages = [_page(entry.path, entry.body()) for entry in make_pages(count)]
    plain = [gzip.decompress(page.body) for page in pages]
    given = [(page, body, read_address(page.url, SITES)) for page, body in zip(pages, plain, strict=True)]
    read = [extract(*page, SITES) for page in given]
    articles: list[Any] = [outcome for outcome in read if isinstance(outcome, Article)]
    rows = [
        _timed("unpack", lambda: [unpack(page.body, "gzip", _LONGEST) for page in pages], count),
        _timed("read: page object", lambda: [extract(*page, SITES) for page in given], count),
    ]
    for stage in _stages():
        refine = refiner([stage])
        rows.append(_timed(f"stage {stage.rpartition('.')[2]}", _refining(refine, articles), count))
        articles = [refine(article, Counter()) for article in articles]
    now = datetime.now(UTC)
    documents = [to_document(article, now) for article in articles]
    rows += [
        _timed("make documents", lambda: [to_document(article, now) for article in articles], count),
        _timed("hash pages", lambda: [sha256_of(page.body) for page in pages], count),
        _timed(
            "encode BSON", lambda: [bson.encode(item) for item in documents] + [_encoded(item) for item in pages], count
        ),
    ]
    return tuple(rows)


def _refining(refine: Callable[..., Any], articles: list[Any]) -> Callable[[], object]:
    return lambda: [refine(article, Counter()) for article in articles]


def _stages() -> list[str]:
    names = crawler.settings.ITEM_PIPELINES
    return sorted((name for name in names if not name.endswith("Store")), key=lambda name: names[name])


def _page(path: str, body: bytes) -> Page:
    moment = datetime.now(UTC)
    key = f"cmnews:{path[-36:]}"
    return Page(key, SITES.news + path, 200, body, "gzip", "text/html; charset=utf-8", moment, {"etag": '"1"'})


def _encoded(page: Page) -> bytes:
    return bson.encode({"body": page.body, "headers": page.headers, "url": page.url})


def _timed(name: str, work: Callable[[], object], count: int, times: int = 5) -> tuple[str, str]:
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append((time.process_time() - begun) / count * 1000)
    return name, f"{min(spent):.3f}"
