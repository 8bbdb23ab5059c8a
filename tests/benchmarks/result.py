"""What a benchmark gives back, and how large it is run."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Size:
    """How large the benchmarks are.

    Attributes:
        pages: Pages of a crawl.
        rounds: How often each side of a comparison is run, by turns.
        archives: Articles in the archives between which the cost of a run is compared.
        long_crawl: Articles after which memory is looked at.
        reread: Kept pages that are read again; all of them distinct.
        library: Articles that are searched and browsed.
        backfill: Articles of ten years that a backfill on a virtual clock is to find.
    """

    pages: int = 1_000
    rounds: int = 5
    archives: tuple[int, int] = (10_000, 1_000_000)
    long_crawl: tuple[int, int] = (1_000, 10_000)
    reread: int = 1_000
    library: int = 100_000
    backfill: int = 1_000


QUICK = Size(pages=20, rounds=1, archives=(50, 200), long_crawl=(20, 40), reread=40, library=40, backfill=16)
"""Large enough to see that every benchmark runs; its figures mean nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark's table.

    Attributes:
        title: What was measured.
        setup: Under which circumstances, in a sentence or two.
        columns: The names of the columns.
        rows: The rows, as text.
        goals: Each goal with what was reached, as text.
    """

    title: str
    setup: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    goals: tuple[tuple[str, str], ...]


def middle(values: list[float], digits: int = 2) -> str:
    """Return the median of some values, with their range.

    >>> middle([1.0, 3.0, 2.0])
    '2.00 (1.00 to 3.00)'
    """
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"
