"""Signals and harms of the fault matrix at random, for as long as it is told: `make soak SECONDS=600`.

It prints how many were tried, and how many failed.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import get_args

from archive.errors import ArchiveError
from archive.mongo.client import connect
from archive.mongo.embedded.server import stop
from tests.support.faults import Cell, Ground, cells
from tests.support.harms import HOW, Harm, Place, suffer

HARMED = 0.3
"""The share of what is tried that harms a backup or a page, and sends no signal."""


def soak(seconds: float, seed: int) -> int:
    """Try one after the other until so many seconds have passed, one at least; return how many failed."""
    chance, every = random.Random(seed), list(cells(after=8))
    tried: Counter[str] = Counter()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        home = Path(folder)
        with (
            connect(None, home / "mongo", app_name="soak") as connection,
            Ground(connection, connection.uri, home) as ground,
        ):
            end = time.monotonic() + seconds
            while not tried or time.monotonic() < end:
                fault = chosen(chance, every)
                tried["signals" if isinstance(fault, Cell) else "harms"] += 1
                try:
                    suffer(ground, fault) if isinstance(fault, Harm) else ground.attempt(fault)
                except (AssertionError, ArchiveError, OSError, subprocess.TimeoutExpired):
                    failed += 1
                    sys.stderr.write(f"{fault}\n{traceback.format_exc()}\n")
        stop(home / "mongo", in_use=True)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(tried.items()))
    sys.stdout.write(f"{tried.total()} tried ({kinds}), {failed} failed (seed {seed})\n")
    return failed


def chosen(chance: random.Random, every: list[Cell]) -> Cell | Harm:
    """Return what is tried next."""
    if chance.random() > HARMED:
        return chance.choice(every)
    return Harm(chance.choice(get_args(Place)), chance.choice(HOW), chance.randrange(1 << 30))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    options = parser.parse_args()
    sys.exit(1 if soak(options.seconds, options.seed) else 0)
