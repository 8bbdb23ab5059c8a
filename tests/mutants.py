"""Changes the code a little, one place at a time, and shows which changes no test notices: `make mutants`.

What changes it is an extra (`mutants`), imported when it is needed: tests are collected without it.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosmic_ray.work_item import MutationSpec

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("pipelines", "crawler/pages", "archive/articles", "archive/crawl_state", "crawler/monitoring/health.py")
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
SECONDS = 240.0
"""After which a run of tests counts as one that noticed: the change may have made a loop endless."""


def modules(rooms: Sequence[str]) -> list[Path]:
    """Return the modules of some rooms, which are folders or files, by their path in the project."""
    paths = [path for room in rooms for path in ([Path(room)] if room.endswith(".py") else Path(room).rglob("*.py"))]
    return sorted(path for path in paths if path.name != "__init__.py")


def tests_of(module: Path) -> list[str]:
    """Return what is to notice a change of a module: its examples, its own test, then those of the rooms around it.

    Last come those of the other rooms among `ROOMS` whose modules import it.
    """
    word = re.compile(rf"from {'.'.join(module.parts[:-1])}(?:\.| import .*\b){module.stem}\b")
    importers = [path for path in modules(ROOMS) if word.search(path.read_text(encoding="utf-8"))]
    folders = [*module.parents[:-1], *sorted({path.parent for path in importers})]
    rooms = [Path("tests") / folder for folder in folders if str(folder) not in {"archive", "crawler"}]
    own = rooms[0] / f"test_{module.stem}.py"
    others = [test for room in rooms for test in sorted(room.glob("test_*.py"))]
    return [str(test) for test in dict.fromkeys((module, own, *others)) if test.exists()]


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
    return not line.startswith(("if TYPE_CHECKING", "@")) and "REMEMBERED" not in line


def main() -> None:
    """Make the changes in a copy of the project, and print each that survives, and the counts a module."""
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.work_item import TestOutcome

    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", default=ROOMS, metavar="PATH", help="folders or modules; default: the core")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="how many changes (default 60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which ones (default 1)")
    options = parser.parse_args()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as copy:
        for name in filter(None, listed.split("\0")):
            (Path(copy) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, Path(copy) / name)
        os.chdir(copy)
        for change in sample(modules(options.rooms), options.sample, options.seed):
            module = Path(change.module_path)
            command = [sys.executable, "-m", "pytest", "-qx", "-n0", "-p", "no:cacheprovider", *tests_of(module)]
            result = mutate_and_test([change], shlex.join(command), SECONDS)
            survived = result.test_outcome == TestOutcome.SURVIVED
            counts[str(module)][survived] += 1
            sys.stdout.write(f"{'SURVIVED' if survived else 'noticed'} {module}:{change.start_pos[0]} ")
            sys.stdout.write(f"{change.operator_name}\n" + (f"{result.diff}\n" if survived else ""))
            sys.stdout.flush()
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{name}: {count[False]} of {count.total()} noticed\n")
    total = sum(counts.values(), Counter())
    sys.stdout.write(f"{total[False]} of {total.total()} changes were noticed\n")


if __name__ == "__main__":
    main()
