"""A backfill: its window of the past, and its progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of publication to be filled.

    Attributes:
        since: Its beginning; aware; included.
        until: Its end; aware; not included.
        columns: The wanted columns, sorted; `("*",)` for all.
        via: The sources of links, sorted: `api`, `authors`, `notes`, `related`.
    """

    since: datetime
    until: datetime
    columns: tuple[str, ...]
    via: tuple[str, ...]

    @property
    def id(self) -> str:
        """The window's identity, the same on every machine.

        >>> from datetime import UTC
        >>> Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC), ("美股動態",), ("api",)).id
        '2024-01-01T00:00:00Z/2025-01-01T00:00:00Z 美股動態 via api'
        """
        bounds = "/".join(f"{bound:%Y-%m-%dT%H:%M:%SZ}" for bound in (self.since, self.until))
        return f"{bounds} {','.join(self.columns)} via {','.join(self.via)}"

    @property
    def wanted(self) -> frozenset[str] | None:
        """The wanted columns; None for all."""
        return None if self.columns == ("*",) else frozenset(self.columns)


@dataclass(frozen=True, slots=True)
class Filled:
    """The progress of a window.

    Attributes:
        window: The window.
        api_cursor: Cursor of the interface's next page; None at its beginning.
        api_done: Whether the interface was walked down to the window's beginning.
        notes_first: First number of the old site in the window; None where it is not found yet.
        notes_last: Last number; None where it is not found yet.
        notes_next: The next number to be asked for; beyond `notes_last` when all were.
        complete: Whether every source was read to its end.
        updated_at: When that was written; aware, UTC.
    """

    window: Window
    api_cursor: str | None
    api_done: bool
    notes_first: int | None
    notes_last: int | None
    notes_next: int | None
    complete: bool
    updated_at: datetime

    @property
    def numbers_left(self) -> int | None:
        """How many numbers of the old site are still to be asked for; None where their range is unknown."""
        if self.notes_last is None or self.notes_next is None:
            return None
        return max(0, self.notes_last - self.notes_next + 1)


def unfilled(window: Window, begun: Sequence[Filled]) -> list[Window]:
    """Return the windows that fill one without an end: the part that an earlier run began, and the days after it.

    So the same call goes on the next day where it ended. The last day of a part is read again, since it was not over
    when the part was begun.

    Args:
        window: The window; it ends with the present day.
        begun: The progress of windows of the same columns and sources.
    """
    windows, since = [], window.since
    while True:
        parts = [filled for filled in begun if filled.window.since == since and filled.window.until <= window.until]
        part = max(parts, key=lambda filled: filled.window.until, default=None)
        if part and not part.complete:
            windows.append(part.window)
            if part.window.until == window.until:
                return windows
        if part is None or part.window.until - DAY <= since:
            return [*windows, replace(window, since=since)]
        since = part.window.until - DAY
