"""Scrapy add-on: functions of the crawl that raise when they are called, to see what becomes of the address."""

from __future__ import annotations

import json
import os
import pkgutil
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

ADDON: Final = ("-s", 'ADDONS={"tests.support.injection.Injection": 1}')
VARIABLE: Final = "INJECT"
"""The variable with the faults, as JSON."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A function that raises.

    Attributes:
        error: Name of the exception's class; its message is as long as a page.
        target: The function: `module:function` or `module:Class.method`.
        key: The article over which it raises, each time; empty for whatever it is called with.
        after: Calls that pass before it raises.
        times: Calls that raise then; 0 for all.
        busy: Seconds that it keeps the processor busy before it raises.
        mark: The file that it makes when it begins to; empty for none.
    """

    error: str
    target: str
    key: str = ""
    after: int = 0
    times: int = 0
    busy: float = 0
    mark: str = ""


def with_faults(environ: dict[str, str], faults: Iterable[Fault]) -> dict[str, str]:
    """Return an environment in which the add-on makes functions raise."""
    return environ | {VARIABLE: json.dumps([asdict(fault) for fault in faults])}


class Injection:
    """Makes the functions raise that the environment names."""

    def update_settings(self, _settings: Any) -> None:
        """Put functions that raise in the place of those that are named."""
        for values in json.loads(os.environ[VARIABLE]):
            fault = Fault(**values)
            module, _, path = fault.target.partition(":")
            *parents, name = path.split(".")
            owner: Any = pkgutil.resolve_name(module)
            for parent in parents:
                owner = getattr(owner, parent)
            replaced = _raising(getattr(owner, name), fault)
            setattr(owner, name, staticmethod(replaced) if _is_static(owner, name) else replaced)


def _is_static(owner: Any, name: str) -> bool:
    return isinstance(owner, type) and isinstance(vars(owner).get(name), staticmethod)


def _raising(real: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    error = type(fault.error, (Exception,), {})
    calls = 0

    def raise_or_call(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        if not fault.key or any(_is_about(value, fault.key) for value in (*args, *kwargs.values())):
            calls += 1
            if calls > fault.after and (not fault.times or calls <= fault.after + fault.times):
                if fault.mark:
                    Path(fault.mark).touch()
                until = time.monotonic() + fault.busy
                while time.monotonic() < until:
                    pass
                raise error("injected " + "頁" * 28_000)
        return real(*args, **kwargs)

    return raise_or_call


def _is_about(value: Any, key: str) -> bool:
    return getattr(value, "key", None) == key or key.partition(":")[2] in str(getattr(value, "url", ""))
