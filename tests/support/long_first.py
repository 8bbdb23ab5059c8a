"""Puts the longest modules at the beginning of each worker's share of the tests, so that none of them ends last.

pytest-xdist gives each worker a slice of the list; one that has done its own takes over the last of another's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby

import pytest

LONGEST = (
    "tests/crawler/distributed/test_workers.py",
    "tests/crawler/spiders/test_faults.py",
    "tests/crawler/spiders/test_backfill_whole.py",
    "tests/crawler/spiders/test_backfill.py",
    "tests/crawler/spiders/test_lies_of_pages.py",
    "tests/crawler/spiders/test_every_lie.py",
    "tests/archive/mongo/embedded/test_server.py",
    "tests/benchmarks/tests/test_frame.py",
    "tests/crawler/commands/test_revert.py",
    "tests/crawler/spiders/test_moved_column.py",
    "tests/crawler/spiders/test_wall_waits.py",
    "tests/crawler/spiders/test_gone_wall.py",
    "tests/crawler/survey/test_survey.py",
    "tests/crawler/monitoring/test_drift.py",
    "tests/archive/reparse/test_dask.py",
    "tests/test_demo.py",
    "tests/docs/test_recipes.py",
    "tests/archive/test_verification.py",
    "tests/crawler/commands/test_full_disk.py",
    "tests/crawler/extensions/test_shutdown.py",
    "tests/crawler/middlewares/test_robotstxt.py",
    "tests/crawler/monitoring/test_notice.py",
    "tests/crawler/spiders/test_elections.py",
    "tests/archive/mongo/test_processes.py",
    "tests/pipelines/test_store.py",
)
"""Modules that take more than 15 seconds, the longest first."""


def dealt(names: Sequence[str], workers: int) -> list[int]:
    """Return the order of tests in which each worker's slice begins with its share of the longest modules.

    Args:
        names: The tests' names, `module::test`, those of a module side by side.
        workers: How many slices pytest-xdist makes.

    >>> dealt(["a::1", "a::2", "tests/test_demo.py::1", "b::1", "tests/crawler/spiders/test_faults.py::1", "b::2"], 2)
    [4, 0, 1, 2, 3, 5]
    """
    places = groupby(range(len(names)), lambda place: names[place].partition("::")[0])
    modules = [(module, list(tests)) for module, tests in places]
    longest = sorted((LONGEST.index(module), tests) for module, tests in modules if module in LONGEST)
    shares = [[place for _, tests in longest[worker::workers] for place in tests] for worker in range(workers)]
    others = [place for module, tests in modules if module not in LONGEST for place in tests]
    order: list[int] = []
    for worker, share in enumerate(shares):
        size = (len(names) - len(order)) // (workers - worker)
        taken = max(0, size - len(share))
        order += share + others[:taken]
        del others[:taken]
    return order


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests of a worker as all workers do."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [items[place] for place in dealt([item.nodeid for item in items], workers)]
