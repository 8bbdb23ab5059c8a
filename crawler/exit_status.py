"""The ends of a run: their reasons, and the exit status of each for schedulers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FINISHED: Final = "finished"
BLOCKED: Final = "blocked"
DATABASE: Final = "database unavailable"
STUMBLED: Final = "unexpected exception"
SHUTDOWN: Final = "shutdown"
"""Scrapy's own reason when a signal ended the run."""

SIGNAL: Final = "run/signal"
"""The stat with the number of the signal that ended the run."""

BLOCKED_BY: Final = "patience/blocked/"
"""The stat, with a host's name behind it, of the Retry-After by which a host ended the run, in seconds; 0 for none."""

STATUS: Final = "run/exit_status"
"""The stat with the run's exit status."""


@dataclass(frozen=True, slots=True)
class ExitStatus:
    """The exit status of one kind of end.

    Attributes:
        status: The exit status of `cmoney crawl`.
        name: As in the run's document.
        meaning: One line for the table in docs/operations.md.
        next_step: The next step for a person, for the log; empty if nothing was run.
    """

    status: int
    name: str
    meaning: str
    next_step: str = ""


ALL_WELL: Final = ExitStatus(
    0,
    "all well",
    "the listing was walked as far as needed, and every article due is kept",
    "`cmoney articles` shows the newest",
)
UNEXPECTED: Final = ExitStatus(
    1,
    "unexpected",
    "an exception that nobody foresaw; the log has its traceback",
    "report the traceback above; the next run asks again for what it cost",
)
WRONG_USAGE: Final = ExitStatus(2, "wrong usage", "an argument or a setting is invalid; nothing was asked")
UNREACHABLE: Final = ExitStatus(
    3,
    "site unreachable",
    "no request to the site was answered",
    "`cmoney doctor` looks at network and site; the next run goes on",
)
KEPT_OUT: Final = ExitStatus(
    4,
    "blocked",
    "the site refuses: too many 403, 429 or 503 in a row, a long Retry-After, robots.txt, a login wall",
    "wait for some hours; `cmoney doctor` shows whether the site still refuses",
)
NO_DATABASE: Final = ExitStatus(
    5,
    "database unavailable",
    "MongoDB, or the Redis that workers share, could not be used or stayed away too long, or a disk is full",
    "see that it runs; the next run goes on where this one was",
)
TEMPLATE_CHANGED: Final = ExitStatus(
    6,
    "template changed",
    "too many pages needed the generic reader, or lack fields",
    "`cmoney survey` compares the site with what is known of it",
)
INCOMPLETE: Final = ExitStatus(
    7,
    "incomplete",
    "a listing was not walked to its end, or addresses failed and stay to be asked",
    "the next run goes on; `cmoney frontier` shows what is still to be asked for",
)
INTERRUPTED: Final = ExitStatus(
    8, "interrupted", "a signal ended the run; the next one goes on where it was", "start it again when you like"
)
GOING_ON: Final = ExitStatus(
    9, "still going on", "`cmoney scheduled` only: another run of this spider has not ended; nothing was asked"
)

EXIT_STATUSES: Final = (
    ALL_WELL,
    UNEXPECTED,
    WRONG_USAGE,
    UNREACHABLE,
    KEPT_OUT,
    NO_DATABASE,
    TEMPLATE_CHANGED,
    INCOMPLETE,
    INTERRUPTED,
    GOING_ON,
)

RUN_STATUSES: Final = {status.status: f"{status.name}: {status.meaning}" for status in EXIT_STATUSES[:-1]}
"""The statuses of a run in help; the last one is only of `scheduled`."""
