"""Cells of the fault matrix at random, for as long as it is told: `make soak SECONDS=600`; it prints what was tried."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from archive.errors import ArchiveError
from archive.mongo.client import connect
from archive.mongo.embedded.server import stop
from tests.support.faults import Ground, cells


def soak(seconds: float, seed: int) -> int:
    """Try cells until so many seconds have passed; return how many failed."""
    chance, every = random.Random(seed), list(cells(after=8))
    tried = failed = 0
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        home = Path(folder)
        with connect(None, home / "mongo", app_name="soak") as connection:
            ground = Ground(connection, connection.uri, home)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                cell = chance.choice(every)
                tried += 1
                try:
                    ground.attempt(cell)
                except (AssertionError, ArchiveError, OSError, subprocess.TimeoutExpired):
                    failed += 1
                    sys.stderr.write(f"{cell}\n{traceback.format_exc()}\n")
        stop(home / "mongo", in_use=True)
    sys.stdout.write(f"{tried} tried, {failed} failed (seed {seed})\n")
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    options = parser.parse_args()
    sys.exit(1 if soak(options.seconds, options.seed) else 0)
