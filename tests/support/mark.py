"""A process that has a mark of a user of the embedded server, and does nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

from archive.mongo.embedded.users import register


def hold(folder: str) -> None:
    """Hold a mark until the input ends; a line is printed once it is held."""
    register(Path(folder), "crawl")
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
