"""The command `cmoney`, which is `python -m crawler`."""

from __future__ import annotations

import os
import sys

from crawler.cli import program
from crawler.cli.command import interrupted
from crawler.cli.signals import ignore_from_now_on, unwind_from_now_on


def main() -> int:
    """Run the command that the arguments name, or answer a shell that asks how a line could go on."""
    if "_ARGCOMPLETE" in os.environ:
        from crawler.cli.completion import complete  # noqa: PLC0415 -- only when a shell asks

        complete()
    unwind_from_now_on()
    try:
        return program.main()
    except KeyboardInterrupt as interrupt:
        return interrupted(interrupt)
    finally:
        ignore_from_now_on()


if __name__ == "__main__":
    sys.exit(main())
