"""Ending a command by signal: the first ends it at the next good moment, a second one at once; the status is 8."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import NoReturn, Self

from crawler.exit_status import INTERRUPTED

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


def unwind(number: int, _frame: FrameType | None) -> NoReturn:
    """Handle a signal: let the command undo what is half done and let go of what it holds; a second one ends it there.

    Raises:
        KeyboardInterrupt: Always; it names the signal.
    """
    for other in _SIGNALS:
        signal.signal(other, lambda _number, _frame: os._exit(INTERRUPTED.status))
    raise KeyboardInterrupt(signal.Signals(number).name)


@contextmanager
def unwinding() -> Iterator[None]:
    """Let signals end what is done meanwhile as `unwind` does."""
    with handling(unwind):
        yield


def unwind_from_now_on() -> None:
    """Let signals end this process as `unwind` does."""
    for number in _SIGNALS:
        signal.signal(number, unwind)


def ignore_from_now_on() -> None:
    """Let signals do nothing any more: the status is known, and the interpreter only has to end."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


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

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        """Note the first signal, and end at once at the second.

        Raises:
            KeyboardInterrupt: It is the second.
        """
        if self.asked:
            unwind(number, None)
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
    ignore_from_now_on()
