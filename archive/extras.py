"""The libraries that only exports and feeds need: imported when they are used, and named when they are not there."""

from __future__ import annotations

import importlib
from typing import Any, Final

INSTALL: Final = "pip install 'cmoney-archive[export]'"
"""What brings them all; in a checkout, `pip install -e '.[export]'`."""


class NotInstalled(ImportError):
    """A library of the extra `export` is not installed; the message says how to install it, in one line."""


def require(module: str, purpose: str) -> Any:
    """Return a module of the extra `export`.

    Args:
        module: Its dotted name.
        purpose: What it is needed for, as the subject of a sentence.

    Raises:
        NotInstalled: It cannot be imported.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise NotInstalled(f"{purpose} needs {package}, which is not installed ({error}): {INSTALL}") from error
