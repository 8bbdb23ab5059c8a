"""End to end: articles and raw pages stored and acknowledged, against a bare fetch and against the usual tutorial."""

from __future__ import annotations

from statistics import median
from typing import Any

from tests.benchmarks import ground
from tests.benchmarks.result import Result, Size, middle

SIDES = ("bare", "column", "tutorial")
NAMES = {
    "bare": "Scrapy as it comes, fetching only",
    "column": "`scrapy crawl column`: article, revision, raw page, frontier",
    "tutorial": "the usual tutorial: parsel, one `update_one` an item",
}
GOAL = 2.0


def measure(size: Size) -> Result:
    """Return pages a second and CPU a page of each side, and the ratio to the bare fetch, paired in each round.

    Raises:
        RuntimeError: A side did not do its work.
    """
    runs: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    with ground.mongodb() as mongodb, ground.pages(size.pages) as site:
        for _ in range(size.rounds):
            for side in SIDES:
                with mongodb.database() as database:
                    runs[side].append(_checked(side, ground.crawl(side, site, mongodb, database), size.pages))
    rows = tuple(_row(side, runs, size.pages) for side in SIDES)
    reached = median(_ratios("column", runs))
    return Result(
        "Crawl, end to end",
        f"{size.pages:,} distinct pages of 159 KB (49 KB as gzip), {size.rounds} rounds by turns, the client alone on "
        "its core; × is paired within a round. The column's listing is asked for too, ten articles a page.",
        ("what", "pages/s", "CPU ms/page", "× bare"),
        rows,
        ((f"at least {GOAL} × the bare default fetch", f"{reached:.2f} ×"),),
    )


def _checked(side: str, run: dict[str, Any], pages: int) -> dict[str, Any]:
    done = run["stats"].get("response_received_count", 0) if side == "bare" else run["kept"]
    if done < pages:
        raise RuntimeError(f"{side} did {done} of {pages} pages: its time says nothing")
    return run


def _ratios(side: str, runs: dict[str, list[dict[str, Any]]]) -> list[float]:
    pairs = zip(runs["bare"], runs[side], strict=True)
    return [bare["seconds"] / own["seconds"] for bare, own in pairs]


def _row(side: str, runs: dict[str, list[dict[str, Any]]], pages: int) -> tuple[str, ...]:
    speed = middle([pages / run["seconds"] for run in runs[side]], 0)
    cpu = middle([run["cpu"] / pages * 1000 for run in runs[side]])
    return NAMES[side], speed, cpu, middle(_ratios(side, runs))
