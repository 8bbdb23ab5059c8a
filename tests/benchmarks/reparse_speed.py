"""Re-extraction: how many kept pages a second one core reads again, database included."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final

from pymongo import MongoClient
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

import crawler.settings
from archive.archive import Archive
from archive.reparse.job import CHUNK, Reparse, ReparseRequest
from archive.reparse.rereader import Recipe, Rereader
from archive.reparse.store import Rereadings
from crawler.commands.reparse import recipe_of
from tests.benchmarks import ground
from tests.benchmarks.plain_spiders import Tutorial
from tests.benchmarks.result import Result, Size, middle

GOAL: Final = 2_500
TUTORIAL: Final = 479
"""Pages a second and core that parsel read on the machine that the goal was set for."""


def measure(size: Size) -> Result:
    """Return pages a second and core, and with all cores, of re-reading what a crawl kept, against the tutorial's."""
    with ground.mongodb() as mongodb, ground.pages(size.reread) as site, mongodb.database() as database:
        ground.crawl("column", site, mongodb, database)
        with Archive.open(mongodb.uri, database, create=True) as archive:
            recipe = _recipe(site)
            keys = Rereadings(archive.database).keys("", None, size.reread)
            rounds = [
                (_plain(mongodb.uri, database), _alone(archive, recipe, keys), _together(archive, recipe, keys))
                for _ in range(size.rounds)
            ]
    plain, alone, together = zip(*rounds, strict=True)
    ratios = [own / usual for usual, (own, _) in zip(plain, alone, strict=True)]
    rows = (
        ("the usual tutorial's reading, parsel: pages/s of its CPU", middle(list(plain), 0), "1.00"),
        ("one process: pages/s of its CPU", middle([cpu for cpu, _ in alone], 0), middle(ratios)),
        ("one process: pages/s of the clock", middle([clock for _, clock in alone], 0), ""),
        ("all cores, processes' start included: pages/s of the clock", middle(list(together), 0), ""),
    )
    return Result(
        "Re-extraction",
        f"{size.reread:,} distinct kept pages of 159 KB, unpacked, read, refined and compared with what is kept; "
        "nothing differs, so nothing is written. The tutorial reads title, date, tags, headings and all text of the "
        "body as it stands, and compares nothing.",
        ("what", "pages/s", "× tutorial"),
        rows,
        (
            (f"{GOAL:,} pages a second and core", f"{median(cpu for cpu, _ in alone):,.0f}"),
            (f"as a ratio: {GOAL / TUTORIAL:.1f} × the tutorial's reading, as where the goal was set", middle(ratios)),
        ),
    )


def _plain(uri: str, database: str) -> float:
    """Return the pages a second of CPU that are read as the tutorial reads them, nothing kept."""
    spider = Tutorial(urls=[])
    with MongoClient[dict[str, Any]](uri) as client:
        pages = client[database]["pages"]

        def work() -> None:
            for page in pages.find({}, ("body", "url")):
                response = HtmlResponse(page["url"], body=gzip.decompress(page["body"]), encoding="utf-8")
                for _ in spider.parse(response):
                    pass

        return _rates(work, pages.count_documents({}))[0]


def _recipe(site: ground.Site) -> Recipe:
    settings = Settings()
    settings.setmodule(crawler.settings)
    settings.setdict({"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url})
    return recipe_of(settings)


def _alone(archive: Archive, recipe: Recipe, keys: list[str]) -> tuple[float, float]:
    rereader, events = Rereader(archive, recipe), Counter[str]()

    def work() -> None:
        for chunk in _chunks(keys):
            rereader.reread(chunk, events)

    return _rates(work, len(keys))


def _together(archive: Archive, recipe: Recipe, keys: list[str]) -> float:
    return _rates(lambda: Reparse(archive, recipe, ReparseRequest()).rehearse(), len(keys))[1]


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _rates(work: Callable[[], object], count: int) -> tuple[float, float]:
    begun = time.process_time(), time.perf_counter()
    work()
    return count / (time.process_time() - begun[0]), count / (time.perf_counter() - begun[1])
