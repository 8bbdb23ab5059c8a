"""The old site's numbers by date: which numbers stand around a moment, found with few looks; pure.

Addresses of the old site have no date, but its numbers grow with time (FACTS §1). Each look asks one number for its
article's date; gaps and articles without a date are stepped over.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

Looks = Generator[int, datetime | None, tuple[int, int]]
"""Yields a number to look at, takes the date of its article (aware; None for a gap), and returns a bracket."""

CLOSE_ENOUGH: Final = 64
"""Numbers between the two ends of a bracket that are walked rather than looked at one by one."""

_KNOWN: Final = ((759_000, datetime(2024, 1, 15, tzinfo=UTC)), (1_211_507, datetime(2026, 7, 1, tzinfo=UTC)))
"""Two numbers of the old site and about when they were published (FACTS §1): a first guess, never believed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number and the date of its article.

    Attributes:
        number: The number.
        moment: The date; aware; None where the number only bounds the search.
    """

    number: int
    moment: datetime | None = None


def bracket(moment: datetime, low: Mark, high: Mark) -> Looks:
    """Search for the numbers around a moment.

    Args:
        moment: Aware.
        low: A number before it; number 0 with no date where none is known.
        high: A number at or after it; the first number that cannot exist yet, with no date, where none is known.

    Returns:
        The largest number known to be before the moment, and the smallest known to be at or after it; what lies
        between are at most `CLOSE_ENOUGH` numbers, or gaps.
    """
    guesses = 0
    while high.number - low.number - 1 > CLOSE_ENOUGH:
        guess = _guess(moment, low, high) if guesses % 2 == 0 else (low.number + high.number) // 2
        guesses += 1
        found = yield from _dated(guess, high.number)
        if found is None:
            high = Mark(guess, high.moment)  # nothing but gaps up to the end
        elif found.moment is not None and found.moment < moment:
            low = found
        else:
            high = Mark(guess, found.moment)  # from the guess to what was found are gaps
    return low.number, high.number


def _dated(guess: int, end: int) -> Generator[int, datetime | None, Mark | None]:
    """Return the first number from a guess on that has a date, or None if there is none before the end."""
    for number in range(guess, end):
        moment = yield number
        if moment is not None:
            return Mark(number, moment)
    return None


def _guess(moment: datetime, low: Mark, high: Mark) -> int:
    """Return where the number would be if numbers grew evenly between the two marks, kept off their very edge."""
    (first, since), (last, until) = (
        (mark.number, mark.moment) if mark.moment else known for mark, known in zip((low, high), _KNOWN, strict=True)
    )
    share = (moment - since) / (until - since) if until > since else 0.5
    width = high.number - low.number
    margin = max(1, min(CLOSE_ENOUGH // 2, width // 8))
    guess = first + round((last - first) * share)
    return max(low.number + margin, min(high.number - margin, guess))
