"""Ending a command by signal: the first one is heard at the next good moment, a second one at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Hears SIGINT and SIGTERM while it is entered; a context manager.

    Attributes:
        asked: Whether a signal came.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: list[Any] = []

    def is_asked(self) -> bool:
        """Return whether a signal came."""
        return self.asked

    def __enter__(self) -> Self:
        self._before = [signal.signal(number, self._hear) for number in _SIGNALS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in zip(_SIGNALS, self._before, strict=True):
            signal.signal(number, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        """Note the first signal, and end at once at the second.

        Raises:
            KeyboardInterrupt: It is the second.
        """
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def last_steps(status: int) -> Iterator[None]:
    """End at once at a signal, with an exit status, what is done in it; behind it nothing is left but to exit.

    Scrapy and the interpreter give the signals back to the system while they stop, which would then kill the process
    and tell of no status.
    """
    for number in _SIGNALS:
        signal.signal(number, lambda _number, _frame: os._exit(status))
    yield
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
