"""Ending a command by signal: the first ends it at the next good moment, a second one at once; the status is 8."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from crawler.exit_status import INTERRUPTED

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def handling(handler: Callable[[int, FrameType | None], object], numbers: Iterable[int] = _SIGNALS) -> Iterator[None]:
    """Call a handler at some signals, SIGINT and SIGTERM by default, and restore the former handlers at the end."""
    before = [(number, signal.signal(number, handler)) for number in numbers]
    try:
        yield
    finally:
        for number, former in before:
            signal.signal(number, former)


def unwind(number: int, _frame: FrameType | None) -> NoReturn:
    """Handle a signal by an exception, so that the command cleans up; a second signal ends the process at once.

    Raises:
        KeyboardInterrupt: Always; it names the signal.
    """
    for other in _SIGNALS:
        signal.signal(other, lambda _number, _frame: os._exit(INTERRUPTED.status))
    raise KeyboardInterrupt(signal.Signals(number).name)


@contextmanager
def unwinding() -> Iterator[None]:
    """Handle signals with `unwind` meanwhile."""
    with handling(unwind):
        yield


def unwind_from_now_on() -> None:
    """Handle signals with `unwind` until the process ends."""
    for number in _SIGNALS:
        signal.signal(number, unwind)


def ignore_from_now_on() -> None:
    """Ignore signals until the process ends: its exit status is known already."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Note SIGINT and SIGTERM meanwhile; yield a function that returns whether one came. A second one ends the command.

    Raises:
        KeyboardInterrupt: At the second signal.
    """
    numbers: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if numbers:
            unwind(number, frame)
        numbers.append(number)

    with handling(note):
        yield lambda: bool(numbers)


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
