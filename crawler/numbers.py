"""The old site's numbers by date: which numbers stand around a moment, found with few looks; pure.

Addresses of the old site have no date, but its numbers grow with time (FACTS §1). Each look asks one number for its
article's date; gaps and articles without a date are stepped over.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
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


def bracket(moment: datetime, top: int, marks: Iterable[Mark] = ()) -> Looks:
    """Search for the numbers around a moment.

    Args:
        moment: Aware.
        top: The newest number that there is.
        marks: Numbers whose dates are known already: they spare looks. Those that contradict each other tell nothing.

    Returns:
        The largest number known to be before the moment (0 if none is), and the smallest known to be at or after it
        (`top` + 1 if none is); what lies between are at most `CLOSE_ENOUGH` numbers and gaps.
    """
    low, high = _ends(moment, top, marks)
    gaps: set[int] = set()
    guesses = 0
    while _unknown(low, high, gaps) > CLOSE_ENOUGH:
        guess = _guess(moment, low, high) if guesses % 2 == 0 else (low.number + high.number) // 2
        guesses += 1
        found = yield from _dated(guess, low, high, gaps)
        if found is None:
            high = Mark(guess, high.moment)  # nothing but gaps up to the end
        elif found.moment is not None and found.moment < moment:
            low = found
        else:
            high = found
    return low.number, high.number


def _unknown(low: Mark, high: Mark, gaps: set[int]) -> int:
    """Return how many numbers lie between two marks that are not known to be gaps."""
    return high.number - low.number - 1 - sum(low.number < number < high.number for number in gaps)


def _ends(moment: datetime, top: int, marks: Iterable[Mark]) -> tuple[Mark, Mark]:
    """Return the closest marks before a moment and at or after it; the site's own ends where there are none."""
    first, last = Mark(0), Mark(top + 1)
    low, high = first, last
    for mark in marks:
        if mark.moment is None or mark.number > top:
            continue
        if mark.moment < moment:
            low = max(low, mark, key=_number)
        else:
            high = min(high, mark, key=_number)
    return (low, high) if low.number < high.number else (first, last)


def _number(mark: Mark) -> int:
    return mark.number


def _dated(guess: int, low: Mark, high: Mark, gaps: set[int]) -> Generator[int, datetime | None, Mark | None]:
    """Return a number with a date near a guess, or None where the guess and all above it are gaps.

    A gap may be long: the steps away from the guess grow at first. What is met is added to `gaps`.
    """
    for number in chain(_steps(guess, low.number, high.number), range(guess, high.number)):
        if number not in gaps:
            moment = yield number
            if moment is not None:
                return Mark(number, moment)
            gaps.add(number)
    return None


def _steps(guess: int, low: int, high: int) -> Iterator[int]:
    """Yield a guess and the numbers beside it that are looked at in its stead, further and further off.

    >>> list(_steps(100, 95, 112))
    [100, 101, 99, 102, 98, 104, 96, 108]
    """
    away = 0
    while guess + away < high or guess - away > low:
        yield from (number for number in dict.fromkeys((guess + away, guess - away)) if low < number < high)
        away = away * 2 or 1


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
