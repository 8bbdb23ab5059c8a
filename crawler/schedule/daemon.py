"""A scheduler for containers: starts each run of the schedule, one at a time.

APScheduler does not replace it: on a trial, its next start was late after the clock was put back by a month, or the
machine slept, since it waits for the next start without a look at the clock.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from crawler.schedule.timetable import Schedule

logger = logging.getLogger(__name__)

LOOK: Final = 20.0
"""Seconds between two looks at the clock: it may jump, and the machine may sleep."""

BACK: Final = timedelta(minutes=1)
"""By how much a clock may be corrected before it counts as put back."""


class Daemon:
    """Starts the runs of a schedule, one at a time.

    One run makes up for all starts that were missed while another run went on or the machine slept.

    Args:
        plan: When, and what.
        program: The words before the schedule's command, such as the path of `cmoney`.
        clock: Returns the moment; aware.
    """

    def __init__(self, plan: Schedule, program: Sequence[str], clock: Callable[[], datetime] | None = None) -> None:
        self._plan = plan
        self._program = [*program, *plan.words]
        self._clock = clock or _now
        self._seen = self._clock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start runs until `stop`."""
        for start in self._due():
            logger.info("start of %s (Taipei)", start.strftime("%Y-%m-%d %H:%M"))
            self._process = subprocess.Popen(self._program)  # noqa: S603 -- our own command line
            if self._stopping.is_set():  # set between the check and the start
                self._process.terminate()
            status = self._process.wait()
            logger.info("run ended with exit status %d", status)

    def stop(self) -> None:
        """End the daemon, and terminate a run that is under way."""
        self._stopping.set()
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def _due(self) -> Iterator[datetime]:
        """Yield each start once it is due; several that are due at once count as one."""
        following = self._following(self._seen)
        while not self._stopping.is_set():
            now = self._clock()
            if now < self._seen - BACK:  # the plan by the old clock is void
                following = self._following(now)
            self._seen = now
            if now < following:
                self._stopping.wait(min(LOOK, (following - now).total_seconds()))
            else:
                began = now
                yield following
                following = self._following(began)  # starts that became due during the run count as one, due at once

    def _following(self, moment: datetime) -> datetime:
        start = next(self._plan.starts(moment))
        logger.info("next start: %s (Taipei)", start.strftime("%Y-%m-%d %H:%M"))
        return start


def _now() -> datetime:
    return datetime.now(UTC)
