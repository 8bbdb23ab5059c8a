"""Pages that are built to hurt, whole and cut to what the bounds let pass: what each costs, reader and stages."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections import Counter
from typing import Final

import crawler.settings
from archive.pages.content_encoding import TooLarge, unpack
from crawler.errors import PageError
from pipelines.stage import refiner
from tests.benchmarks.result import Result, Size
from tests.site.heavy import HEAVY, URL, heavy
from tests.support.sample_pages import SITES, read_article

SECONDS: Final = 2.0
MEGABYTES: Final = 300.0
SHARES: Final = (1, 2, 4, 8, 16, 32)
"""A page is measured whole, then with a half, a quarter … of its parts: the costliest lies just below a bound."""

ADDRESS: Final = URL


def measure(size: Size) -> Result:
    """Return the seconds and the memory of the costliest of each kind of page."""
    shares = SHARES if size.rounds > 1 else SHARES[:1]
    spawn = multiprocessing.get_context("spawn")
    costs: dict[str, tuple[float, float, str]] = {}
    for name in sorted(HEAVY):
        measured = []
        for share in shares:
            with spawn.Pool(1) as pool:  # a process each: memory is only ever seen to grow
                measured.append(pool.apply(cost, (name, share)))
        costs[name] = max(measured)
    return Result(
        "Pages that are built to hurt",
        "Each is unpacked, read and refined in a process of its own, whole and with fewer parts; the costliest counts.",
        ("page", "CPU seconds", "MB above an ordinary page", "became"),
        tuple((name, f"{seconds:.2f}", f"{memory:.0f}", end) for name, (seconds, memory, end) in costs.items()),
        (
            (f"no page costs more than {SECONDS} s of CPU", f"{max(cost[0] for cost in costs.values()):.2f} s"),
            (f"no page costs more than {MEGABYTES:.0f} MB", f"{max(cost[1] for cost in costs.values()):.0f} MB"),
        ),
    )


def cost(name: str, share: int) -> tuple[float, float, str]:
    """Return CPU seconds and MB that a page costs, and what became of it; to be called in a process of its own."""
    _become("paragraphs", 20)  # what is imported and made once
    page = heavy(name, HEAVY[name].parts // share)
    before, began = _peak(), time.process_time()
    end = _use(page.body, page.headers.get("Content-Encoding"))
    return time.process_time() - began, _peak() - before, end


def _become(name: str, parts: int) -> str:
    page = heavy(name, parts)
    return _use(page.body, page.headers.get("Content-Encoding"))


def _use(body: bytes, encoding: str | None) -> str:
    try:
        content = unpack(body, encoding, crawler.settings.DOWNLOAD_MAXSIZE)
        article = read_article(content, ADDRESS, SITES)
    except (TooLarge, PageError) as error:
        return str(getattr(error, "reason", error))[:60]
    stages: dict[str, int] = crawler.settings.ITEM_PIPELINES
    names = [stage for stage in sorted(stages, key=lambda stage: stages[stage]) if not stage.endswith("Store")]
    return type(refiner(names)(article, Counter())).__name__


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
