"""Options of commands that name things or files: read, or refused in one line where they are given and name nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.errors import WrongUsage


def names(opts: argparse.Namespace, option: str) -> list[str]:
    """Return the names that an option gives, separated by commas; none where it is not given.

    Raises:
        WrongUsage: It is given without a name, as by a variable of a shell that is not set.
    """
    given: str | None = getattr(opts, option)
    if given is None:
        return []
    found = [name for part in given.split(",") if (name := part.strip())]
    if not found:
        raise WrongUsage(f"--{option} names nothing: leave it out, or give names separated by commas")
    return found


def file(opts: argparse.Namespace, option: str) -> Path | None:
    """Return the file that an option names, or None where it is not given.

    Raises:
        WrongUsage: It is given without a name.
    """
    given: str | None = getattr(opts, option)
    if given is None:
        return None
    if not given.strip():
        raise WrongUsage(f"--{option.replace('_', '-')} names no file: leave it out, or name one")
    return Path(given)
