"""How a run ends: the reasons, and the exit status that each gives a scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FINISHED: Final = "finished"
BLOCKED: Final = "blocked"
DATABASE: Final = "database unavailable"
SHUTDOWN: Final = "shutdown"
"""Scrapy's own reason when a signal ended the run."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to end.

    Attributes:
        status: The exit status of `scrapy crawl`.
        name: What the run's document says.
        meaning: One line for the table in docs/operations.md.
    """

    status: int
    name: str
    meaning: str


ALL_WELL: Final = Ending(0, "all well", "the listing was walked as far as needed, and every article due is kept")
UNEXPECTED: Final = Ending(1, "unexpected", "a mistake of this program; the log has its traceback")
WRONG_USAGE: Final = Ending(2, "wrong usage", "an argument or a setting cannot be meant; nothing was asked")
UNREACHABLE: Final = Ending(3, "site unreachable", "no request to the site was answered")
KEPT_OUT: Final = Ending(
    4, "blocked", "the site refuses: too many 403, 429 or 503 in a row, a long Retry-After, robots.txt"
)
NO_DATABASE: Final = Ending(
    5, "database unavailable", "MongoDB, or the Redis that workers share, could not be used or stayed away too long"
)
TEMPLATE_CHANGED: Final = Ending(6, "template changed", "too many pages needed the generic reader, or lack fields")
INCOMPLETE: Final = Ending(
    7, "incomplete", "a listing was not walked to its end, or addresses failed and stay to be asked"
)
INTERRUPTED: Final = Ending(8, "interrupted", "a signal ended the run; the next one goes on where it was")

ENDINGS: Final = (
    ALL_WELL,
    UNEXPECTED,
    WRONG_USAGE,
    UNREACHABLE,
    KEPT_OUT,
    NO_DATABASE,
    TEMPLATE_CHANGED,
    INCOMPLETE,
    INTERRUPTED,
)
