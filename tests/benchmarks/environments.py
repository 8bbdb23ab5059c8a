"""Environments of their own for other programs, made once and kept in `.data/peers`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".data" / "peers"
PATIENCE = 600.0
"""Seconds that an installation may take."""


@cache
def python_with(name: str, packages: Sequence[str]) -> str | None:
    """Return an interpreter that has some packages; None where they cannot be installed.

    Args:
        name: The environment's name.
        packages: What pip is told to install; a tuple.
    """
    folder = FOLDER / name
    python, mark = folder / "bin" / "python", folder / "installed.txt"
    if mark.exists() and mark.read_text(encoding="utf-8").split() == list(packages):
        return str(python)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        words = [str(python), "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(words, check=True, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError):
        return None
    mark.write_text("\n".join(packages), encoding="utf-8")
    return str(python)


def versions(python: str, names: Sequence[str]) -> str:
    """Return some packages of an environment with their versions, for people."""
    script = (
        "import sys, importlib.metadata as m; print(*(f'{name} {m.version(name)}' for name in sys.argv[1:]), sep=', ')"
    )
    ran = subprocess.run([python, "-c", script, *names], capture_output=True, text=True, check=True)
    return ran.stdout.strip()
