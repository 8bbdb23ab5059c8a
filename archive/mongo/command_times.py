"""How long the commands took that a connection sent to its MongoDB."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Any, Final, NamedTuple

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

SLOWEST: Final = 5
"""Kinds of commands that a run's counts name one by one."""

PREFIX: Final = "database/"


class CommandKind(NamedTuple):
    """A command and the collection that it was sent to; empty for those of a whole database, such as commits."""

    command: str
    collection: str


class CommandTimes(CommandListener):
    """Adds up how long the commands of each kind took; from any thread.

    What a server did and what its answer's way took are one; bodies of pages are sent in `insert`.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[int, str] = {}
        self._count: Counter[CommandKind] = Counter()
        self._microseconds: Counter[CommandKind] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        """Note the collection of a command."""
        command: Any = event.command
        name = command.get("collection" if event.command_name == "getMore" else event.command_name)
        self._under_way[event.request_id] = name if isinstance(name, str) else ""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Add a command."""
        self._add(event)

    def failed(self, event: CommandFailedEvent) -> None:
        """Add a command that failed: it took its time too."""
        self._add(event)

    def figures(self) -> dict[str, int]:
        """Return commands and milliseconds, of all and of the kinds that took longest, as a run's counts name them."""
        with self._lock:
            slowest = self._microseconds.most_common(SLOWEST)
            figures = _figures(PREFIX, self._count.total(), self._microseconds.total())
            for kind, microseconds in slowest:
                figures |= _figures(f"{PREFIX}{' '.join(filter(None, kind))}/", self._count[kind], microseconds)
        return figures

    def _add(self, event: CommandSucceededEvent | CommandFailedEvent) -> None:
        kind = CommandKind(event.command_name, self._under_way.pop(event.request_id, ""))
        with self._lock:
            self._count[kind] += 1
            self._microseconds[kind] += event.duration_micros


def _figures(prefix: str, count: int, microseconds: int) -> dict[str, int]:
    return {f"{prefix}commands": count, f"{prefix}milliseconds": round(microseconds / 1000)}
