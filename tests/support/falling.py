"""The command line, with a signal to itself at a point: `python -m tests.support.falling WORDS...`.

The variable `FALL` names the point, as JSON: a function, `module:function` or `module:Class.method`; how many calls of
it pass before; and the signal's number.
"""

from __future__ import annotations

import functools
import json
import os
import pkgutil
import sys
from collections.abc import Callable
from typing import Any, Final

from crawler.__main__ import main

VARIABLE: Final = "FALL"


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
    fall_at(*json.loads(os.environ[VARIABLE]))
    sys.exit(main())
