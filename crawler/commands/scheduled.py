"""`cmoney scheduled`: `cmoney crawl` for schedulers: after a random wait, never beside another run of the spider."""

from __future__ import annotations

import argparse
import contextlib
import logging
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import ClassVar, Final

from archive.crawl_state.run_locks import RunLocks, claimant
from archive.errors import ArchiveError
from archive.model.crawl.run import Run
from archive.model.time_zones import TAIPEI
from crawler.cli.signals import handling
from crawler.commands.crawl import Command as Crawl
from crawler.exit_status import GOING_ON, INTERRUPTED, RUN_STATUSES
from crawler.monitoring import drift
from crawler.own_settings import open_archive, read
from crawler.printable import printable

logger = logging.getLogger(__name__)

SURVEYING: Final = "column"
"""The spider whose first scheduled run of a week begins with a survey of the site."""

RENEW: Final = 15.0
"""Seconds between two renewals of the lock; after six missing ones another host may take it over."""


class Command(Crawl):
    """It takes the arguments of `cmoney crawl`; the other run may be on another machine."""

    summary = "Run a spider as a scheduler does: after a random wait, and never beside another run of it"
    examples = ("scheduled column --jitter 60",)
    statuses: ClassVar = RUN_STATUSES | {GOING_ON.status: f"{GOING_ON.name}: another run of this spider has not ended"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        super()._options(parser)
        meaning = "longest random wait before the start (default 0)"
        parser.add_argument("--jitter", type=float, default=0, metavar="SECONDS", help=meaning)

    def _crawl(self, name: str, opts: argparse.Namespace) -> None:
        """Wait, take the lock, run the spider, and give the lock back."""
        time.sleep(random.uniform(0, max(opts.jitter, 0)))  # noqa: S311 -- no secret depends on it
        with self._locked(self._lock(name)) as holder:
            if holder:
                sys.stderr.write(f"{printable(_line(name, holder))}\n")
                self.exitcode = GOING_ON.status
            elif self._ended_within_survey(name, opts):
                self.exitcode = INTERRUPTED.status
                self._beat(name, None)
            else:
                super()._crawl(name, opts)

    def _ended_within_survey(self, name: str, opts: argparse.Namespace) -> bool:
        """Make the week's survey in a process of its own, if it is due; return whether a signal ended it.

        The run goes on after any other end of the survey.
        """
        if name != SURVEYING or opts.replay or read(self.settings, "REPLAY_FILE"):
            return False
        with open_archive(self.settings, create=True) as archive:
            if not drift.is_due(archive.runs.recent(drift.REMEMBERED, drift.SPIDER), datetime.now(UTC)):
                return False
        delay: float = self.settings.getfloat("DOWNLOAD_DELAY")
        with tempfile.TemporaryDirectory(prefix="cmoney-survey-") as folder:
            words = (sys.executable, "-m", "crawler", "survey", "--record", "--host", "new", "--out", folder)
            given = [word for pair in opts.set for word in ("-s", pair)]
            process = subprocess.Popen(  # noqa: S603 -- our own command line
                [*words, "--requests", str(drift.REQUESTS), *given], stdout=subprocess.DEVNULL
            )
            signals: list[int] = []

            def end(number: int, _frame: object) -> None:
                signals.append(number)
                process.terminate()

            with handling(end):
                status = process.wait()
        logger.info(
            "the survey of the week ended with exit status %d; `runs --spider survey` shows what it saw", status
        )
        if not signals:
            time.sleep(delay)  # what the host is owed after the survey's last request
        return bool(signals)

    def _lock(self, name: str) -> str:
        """Return the lock's name: the spider's, or where workers share its crawls, the spider's on this host."""
        shared = read(self.settings, "DISTRIBUTED_REDIS_URL")
        return f"{name} on {socket.gethostname()}" if shared else name

    @contextmanager
    def _locked(self, name: str) -> Iterator[Run | None]:
        """Hold a lock; yield None, or the run that holds it already."""
        with open_archive(self.settings, create=True) as archive:
            locks, claim = archive.locks, claimant()
            holder = locks.take(name, claim)
            if holder.id != claim.id:
                yield holder
                return
            ended = threading.Event()
            pulse = threading.Thread(target=_renew, args=(locks, name, claim, ended), daemon=True)
            pulse.start()
            try:
                yield None
            finally:
                ended.set()
                pulse.join()
                with contextlib.suppress(ArchiveError):  # the next run finds its holder dead
                    locks.give_back(name, claim)


def _renew(locks: RunLocks, name: str, claim: Run, ended: threading.Event) -> None:
    while not ended.wait(RENEW):
        try:
            if not locks.renew(name, claim):
                logger.warning("another host has taken over the lock %r: this one was silent for too long", name)
                return
        except ArchiveError as error:
            logger.info("the lock %r could not be renewed: %s", name, error)


def _line(name: str, holder: Run) -> str:
    age = (datetime.now(UTC) - holder.started_at).total_seconds()
    since = holder.started_at.astimezone(TAIPEI)
    return (
        f"{name}: still going on at {holder.host}, process {holder.pid}, "
        f"since {since:%Y-%m-%d %H:%M:%S} (Taipei), {age:.0f} s"
    )
