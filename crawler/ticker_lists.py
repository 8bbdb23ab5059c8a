"""The lists of symbols, which belong to the stages: loaded by the dotted name in the setting TICKER_LISTS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Protocol, cast

from crawler.own_settings import Values


class SymbolLists(Protocol):
    """The lists' interface for commands.

    Attributes:
        kinds: Those that can be refreshed.
    """

    kinds: tuple[str, ...]

    def dates(self) -> dict[str, str]:
        """Return the date of each list, a month or a day, by its kind."""

    def shown(self) -> list[tuple[str, str, int, str]]:
        """Return kind, date, number of rows and source of each list."""

    def refresh(self, kind: str, paths: Sequence[Path], as_of: str) -> int:
        """Replace the list in use, and return the new one's number of rows.

        Raises:
            ValueError: A file is not of that kind, or has far fewer rows than the list in use.
            OSError: A file cannot be read, or the list cannot be written.
        """


def ticker_lists(settings: Values) -> SymbolLists:
    """Return the lists that the setting TICKER_LISTS names."""
    return cast("SymbolLists", resolve_name(settings["TICKER_LISTS"])())
