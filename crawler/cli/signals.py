"""Ending a command by signal: the first ends it at the next good moment, a second one at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def handling(handler: Callable[[int, FrameType | None], object], numbers: Iterable[int] = _SIGNALS) -> Iterator[None]:
    """Call a handler at each of some signals, SIGINT and SIGTERM by default; afterwards they are as before."""
    before = [(number, signal.signal(number, handler)) for number in numbers]
    try:
        yield
    finally:
        for number, former in before:
            signal.signal(number, former)


class Stopping:
    """Notes SIGINT and SIGTERM while it is entered; a context manager.

    Attributes:
        asked: Whether a signal came.
    """

    def __init__(self) -> None:
        self.asked = False
        self._handling = handling(self._hear)

    def is_asked(self) -> bool:
        """Return whether a signal came."""
        return self.asked

    def __enter__(self) -> Self:
        self._handling.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._handling.__exit__(kind, error, traceback)

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
    """Exit at once, with a status, at a signal during a command's last steps; afterwards signals are ignored.

    Scrapy and the interpreter restore the system's handlers while they stop: a signal would then kill the process
    without that status.
    """
    for number in _SIGNALS:
        signal.signal(number, lambda _number, _frame: os._exit(status))
    yield
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
