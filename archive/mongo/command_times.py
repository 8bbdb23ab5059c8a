"""Durations of the commands that a connection sends to MongoDB."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Any, Final, NamedTuple

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

SLOWEST: Final = 5
"""Kinds of commands that have counts of their own in a run."""

PREFIX: Final = "database/"


class CommandKind(NamedTuple):
    """A command and its collection; an empty one for commands of a whole database, such as commits."""

    command: str
    collection: str


class CommandTimes(CommandListener):
    """Adds up the durations of the commands of each kind; from any thread.

    A duration includes the way over the network: bodies of pages are sent in `insert`.
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
        """Return number and milliseconds of all commands, and of the slowest kinds, by the names of a run's counts."""
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
