"""One crawl in a process that measures itself: `python -m tests.benchmarks.client` reads its order as JSON.

Time and CPU are those between the moment the spider opens and the moment everything is stored and it closes: neither
imports nor the interpreter's start count, on any side.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.project import get_project_settings

from tests.benchmarks.plain_spiders import Bare, Trafilatura, Tutorial, UpdateOne


class Meter:
    """Measures a crawl."""

    def __init__(self, crawler: Crawler, marks: list[int]) -> None:
        self.marks = marks
        self.kept = 0
        self.memory: dict[int, float] = {}
        self.begun = self.ended = (0.0, 0.0)
        crawler.signals.connect(self.begin, signal=signals.spider_opened)
        crawler.signals.connect(self.count, signal=signals.item_scraped)
        crawler.signals.connect(self.end, signal=signals.spider_closed)

    def begin(self) -> None:
        """Note the moment."""
        self.begun = (time.perf_counter(), time.process_time())

    def count(self) -> None:
        """Count an item; at the marks, look at the memory."""
        self.kept += 1
        if self.kept in self.marks:
            self.memory[self.kept] = resident()

    def end(self) -> None:
        """Note the moment."""
        self.ended = (time.perf_counter(), time.process_time())

    def report(self, stats: dict[str, Any]) -> dict[str, Any]:
        """Return what was measured: seconds, CPU seconds, items, resident MiB at the marks and at most, counts."""
        seconds, cpu = (after - before for before, after in zip(self.begun, self.ended, strict=True))
        counts = {name: value for name, value in stats.items() if type(value) is int}
        return {
            "seconds": seconds,
            "cpu": cpu,
            "kept": self.kept,
            "memory": self.memory,
            "stats": counts,
            "peak": peak(),
        }


def resident() -> float:
    """Return the resident memory of this process, MiB."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 -- read while it is measured
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def peak() -> float:
    """Return the most memory that this process had resident, MiB; `getrusage` tells that of its parent, if larger."""
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def crawl(order: dict[str, Any]) -> dict[str, Any]:
    """Return what a crawl measured of itself.

    Args:
        order: `what` (`column`, `bare`, `tutorial` or `trafilatura`), `urls`, `uri`, `database`, `marks`, `arguments`.
    """
    settings, spider, arguments = _SIDES[order["what"]](order)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    meter = Meter(crawler, order.get("marks", []))
    process.crawl(crawler, **arguments)
    process.start()
    return meter.report(crawler.stats.get_stats())


def _column(order: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    settings = get_project_settings()
    settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
    return settings, "column", {"related_depth": "0"} | order.get("arguments", {})


def _bare(order: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    return {"LOG_LEVEL": "WARNING"}, Bare, {"urls": order["urls"]}


def _tutorial(order: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    settings = {
        "LOG_LEVEL": "WARNING",
        "ITEM_PIPELINES": {UpdateOne: 300},
        "TUTORIAL_URI": order["uri"],
        "TUTORIAL_DATABASE": order["database"],
    }
    spider = Trafilatura if order["what"] == "trafilatura" else Tutorial
    return settings, spider, {"urls": order["urls"]}


_SIDES = {"column": _column, "bare": _bare, "tutorial": _tutorial, "trafilatura": _tutorial}


def main() -> None:
    """Read an order, crawl, and print what was measured."""
    order = json.load(sys.stdin)
    if order.get("core") is not None:
        os.sched_setaffinity(0, {order["core"]})
    sys.stdout.write(json.dumps(crawl(order)) + "\n")


if __name__ == "__main__":
    main()
