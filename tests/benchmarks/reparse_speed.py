"""Re-extraction: how many kept pages a second one core reads again, database included."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from scrapy.settings import Settings

import crawler.settings
from archive import Archive
from archive.mongo.rereadings import Rereadings
from archive.reparse import CHUNK, Order, Reparse, Watch
from archive.reread import Recipe, Rereader
from crawler.commands.reparse import recipe_of
from tests.benchmarks import ground
from tests.benchmarks.result import Result, Size, middle

GOAL: Final = 2_500


def measure(size: Size) -> Result:
    """Return pages a second and core, and with all cores, of re-reading what a crawl has kept."""
    with ground.mongodb() as mongodb, ground.pages(size.reread) as site, mongodb.database() as database:
        ground.crawl("column", site, mongodb, database)
        with Archive.open(mongodb.uri, database) as archive:
            recipe = _recipe(site)
            keys = Rereadings(archive.desk).keys("", None, size.reread)
            alone = [_alone(archive, recipe, keys) for _ in range(size.rounds)]
            together = [_together(archive, recipe, keys) for _ in range(size.rounds)]
    rows = (
        ("one process: pages/s of its CPU", middle([cpu for cpu, _ in alone], 0)),
        ("one process: pages/s of the clock", middle([clock for _, clock in alone], 0)),
        ("all cores, processes' start included: pages/s of the clock", middle(together, 0)),
    )
    reached = sorted(cpu for cpu, _ in alone)[len(alone) // 2]
    return Result(
        "Re-extraction",
        f"{size.reread:,} kept pages of 159 KB, unpacked, read, refined and compared with what is kept; nothing "
        "differs, so nothing is written.",
        ("what", "pages/s"),
        rows,
        ((f"{GOAL:,} pages a second and core", f"{reached:,.0f}"),),
    )


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
    return _rates(lambda: Reparse(archive, recipe, Order()).rehearse(Watch()), len(keys))[1]


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _rates(work: Callable[[], object], count: int) -> tuple[float, float]:
    begun = time.process_time(), time.perf_counter()
    work()
    return count / (time.process_time() - begun[0]), count / (time.perf_counter() - begun[1])
