"""The command line, with a signal to itself at a point: `python -m tests.support.falling POINT AFTER SIGNAL WORDS...`.

POINT is a function, `module:function` or `module:Class.method`; AFTER, how many calls of it pass before.
"""

from __future__ import annotations

import functools
import os
import pkgutil
import sys
from collections.abc import Callable
from typing import Any

from crawler.__main__ import main


def fall_at(point: str, after: int, number: int) -> None:
    """Let a function send this process a signal when it is called, and then go on if it still can."""
    module, _, path = point.partition(":")
    *parents, name = path.split(".")
    owner: Any = pkgutil.resolve_name(module)
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, name, _falling(getattr(owner, name), after, number))


def _falling(real: Callable[..., Any], after: int, number: int) -> Callable[..., Any]:
    calls = 0

    @functools.wraps(real)
    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == after + 1:
            os.kill(os.getpid(), number)
        return real(*args, **kwargs)

    return call


if __name__ == "__main__":
    fall_at(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    sys.argv[1:] = sys.argv[4:]
    sys.exit(main())
