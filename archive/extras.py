"""Libraries of extras: imported when they are used; if one is missing, the error names its extra."""

from __future__ import annotations

import importlib
from typing import Any, Final

INSTALL: Final = "pip install 'cmoney-archive[{extra}]'"
"""The command that installs an extra; in a checkout, `pip install -e '.[export]'`."""


class NotInstalled(ImportError):
    """A library of an extra is not installed; the message has how to install it, in one line."""


def require(module: str, purpose: str, extra: str = "export") -> Any:
    """Return a module of an extra.

    Args:
        module: Its dotted name.
        purpose: Its purpose, as the subject of a sentence.
        extra: The extra that has it.

    Raises:
        NotInstalled: It cannot be imported.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        install = INSTALL.format(extra=extra)
        raise NotInstalled(f"{purpose} needs {package}, which is not installed ({error}): {install}") from error
