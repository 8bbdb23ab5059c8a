"""The command `cmoney`, which is `python -m crawler`."""

from __future__ import annotations

import os
import sys

from crawler.cli import program


def main() -> int:
    """Run the command that the arguments name, or answer a shell that asks how a line could go on."""
    if "_ARGCOMPLETE" in os.environ:
        from crawler.cli.completion import complete  # noqa: PLC0415 -- only when a shell asks

        complete()
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
