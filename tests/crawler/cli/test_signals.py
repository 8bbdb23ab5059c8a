"""Signals to a command: the first is noted, the second ends it."""

from __future__ import annotations

import os
import signal

import pytest

from crawler.cli.signals import stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_is_noted_and_the_second_ends_it(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping() as is_stopped:
        assert not is_stopped()
        os.kill(os.getpid(), number)
        assert is_stopped()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
