"""Memory over a long crawl: what the crawling process holds early on, and much later."""

from __future__ import annotations

from typing import Final

from tests.benchmarks import ground
from tests.benchmarks.result import Result, Size

GOAL: Final = 1.15


def measure(size: Size) -> Result:
    """Return the crawler's resident memory after few and after many articles of one crawl."""
    early, late = size.long_crawl
    marks = sorted({early, *(late * share // 4 for share in range(1, 5))})
    with ground.mongodb() as mongodb, ground.pages(late) as site, mongodb.database() as database:
        run = ground.crawl("column", site, mongodb, database, marks=marks)
    memory = {int(count): mib for count, mib in run["memory"].items()}
    rows = tuple((f"{count:,}", f"{memory[count]:.0f}") for count in marks)
    return Result(
        "Memory over a long crawl",
        f"One crawl of {late:,} articles; resident memory of the crawling process, MongoDB apart.",
        ("articles kept", "MiB"),
        rows,
        ((f"flat: within {GOAL} ×", f"{memory[late] / memory[early]:.2f} ×"),),
    )
