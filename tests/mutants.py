"""Changes the code a little, one place at a time, and shows which changes no test notices: `make mutants`.

What changes it is an extra (`mutants`), imported when it is needed: tests are collected without it.
"""

from __future__ import annotations

import argparse
import compileall
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import TYPE_CHECKING

import pymongo  # noqa: F401 -- what the tests import, once for all of them
import pytest
import scrapy.http  # noqa: F401
import selectolax.lexbor  # noqa: F401

if TYPE_CHECKING:
    from cosmic_ray.work_item import MutationSpec

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("pipelines", "crawler/pages", "archive/articles", "archive/crawl_state", "archive/pages", "archive/feed")
OPERATORS = frozenset(
    f"core/{name}"
    for name in (
        *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Eq_NotEq")),
        *(f"ReplaceComparisonOperator_{pair}" for pair in ("NotEq_Eq", "Is_IsNot", "IsNot_Is")),
        *("ReplaceAndWithOr", "ReplaceOrWithAnd", "AddNot", "NumberReplacer", "ReplaceTrueWithFalse"),
        *("ReplaceFalseWithTrue", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
        *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add"),
    )
)
CPU_SECONDS = 90
"""Of a run of tests, after which the change counts as noticed: it may have made a loop endless."""
SECONDS = 1_800
"""After which a run of tests is given up, however busy the machine is."""

PACKAGES = frozenset({"archive", "crawler", "pipelines", "tests"})


def modules(rooms: Sequence[str]) -> list[Path]:
    """Return the modules of some rooms, which are folders or files, by their path in the project."""
    paths = [path for room in rooms for path in ([Path(room)] if room.endswith(".py") else Path(room).rglob("*.py"))]
    return sorted(path for path in paths if path.name != "__init__.py")


def tests_of(module: Path) -> tuple[list[str], list[str]]:
    """Return what is to notice a change of a module: its examples and the tests that name it; then all around it.

    Around it are the tests of its room and of those that hold it, and of the rooms among `ROOMS` that import it.
    """
    name = f"{'.'.join(module.parts[:-1])}.{module.stem}"
    word = re.compile(rf"{re.escape(name)}\b|from {re.escape(name.rpartition('.')[0])} import .*\b{module.stem}\b")
    importers = [path.parent for path in modules(ROOMS) if word.search(path.read_text(encoding="utf-8"))]
    folders = [*module.parents[:-1], *sorted(importers)]
    rooms = [Path("tests") / folder for folder in folders if str(folder) not in {"archive", "crawler"}]
    tests = [test for room in dict.fromkeys(rooms) for test in sorted(room.glob("test_*.py"))]
    everywhere = sorted(Path("tests").rglob("test_*.py"))
    near = [test for test in everywhere if test.stem == f"test_{module.stem}" or word.search(test.read_text("utf-8"))]
    near = near or tests  # examples alone may be none, and then pytest fails
    return [str(module), *map(str, near)], [str(test) for test in tests if test not in near]


def notices(tests: Sequence[str]) -> bool:
    """Return whether one of some tests fails, in a process that begins with the libraries imported."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            signal.alarm(SECONDS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
                del sys.modules[name]
            code = pytest.main(["-qx", "-n0", "-p", "no:cacheprovider", "-o", "timeout=300", *tests])
        finally:
            os._exit(int(code))
    _, status = os.waitpid(child, 0)
    return status != 0


def sample(paths: Sequence[Path], number: int, seed: int) -> Iterator[MutationSpec]:
    """Yield some changes, drawn at random: as many of each module as its share of all that could be made."""
    from cosmic_ray.commands import init
    from cosmic_ray.work_db import WorkDB, use_db

    with use_db("mutants.sqlite", WorkDB.Mode.create) as database:
        init(paths, database, {})
        changes = [change for item in database.work_items for change in item.mutations]
    changes = sorted((change for change in changes if change.operator_name in OPERATORS and _matters(change)), key=str)
    yield from random.Random(seed).sample(changes, min(number, len(changes)))


def _matters(change: MutationSpec) -> bool:
    """Return whether a change can be noticed at all: imports for type checkers, decorators and caches cannot."""
    line = Path(change.module_path).read_text(encoding="utf-8").splitlines()[change.start_pos[0] - 1]
    return not line.startswith(("if TYPE_CHECKING", "@")) and "REMEMBERED" not in line and "maxsize" not in line


def main() -> None:
    """Make the changes in a copy of the project, and print each that survives, and the counts a module."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", default=ROOMS, metavar="PATH", help="folders or modules; default: the core")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="how many changes (default 60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which ones (default 1)")
    options = parser.parse_args()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory() as copy:
        for name in filter(None, listed.split("\0")):
            (Path(copy) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, Path(copy) / name)
        compileall.compile_dir(copy, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        os.chdir(copy)
        sys.path.insert(0, copy)
        changes = list(sample(modules(options.rooms), options.sample, options.seed))
        if notices(tests_of(Path(changes[0].module_path))[0]):
            sys.exit("the tests fail without a change: mend them first")
        counts = make(changes)
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{name}: {count[False]} of {count.total()} noticed\n")
    total = sum(counts.values(), Counter())
    sys.stdout.write(f"{total[False]} of {total.total()} changes were noticed\n")


def make(changes: Sequence[MutationSpec]) -> dict[str, Counter[bool]]:
    """Make changes, one after the other, and return how many of each module survived, and how many did not."""
    from cosmic_ray.mutating import use_mutation
    from cosmic_ray.plugins import get_operator

    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for change in changes:
        module = Path(change.module_path)
        operator = get_operator(change.operator_name)(**change.operator_args)
        with use_mutation(module, operator, change.occurrence) as (before, after):
            survived = not any(notices(tests) for tests in tests_of(module) if tests)
        counts[str(module)][survived] += 1
        diff = "\n".join(unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=2))
        sys.stdout.write(f"{'SURVIVED' if survived else 'noticed'} {module}:{change.start_pos[0]} ")
        sys.stdout.write(f"{change.operator_name}\n" + (f"{diff}\n" if survived else ""))
        sys.stdout.flush()
    return counts


if __name__ == "__main__":
    main()
