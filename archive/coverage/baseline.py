"""The baseline of coverage: the usual number of articles of a night, and the nights that fall short; pure."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles
from typing import Final, Literal

from archive.market_calendar import Night

Shortfall = Literal["none", "few"]

WEEKS: Final = 16
"""Nearest nights of the same weekday, whose median is the usual number: half a season to either side."""

AROUND: Final = 60
"""Nearest nights of any weekday, for the spread."""

HOLE: Final = 10
"""Successive nights without an article that count as a hole and not as a sample: two weeks."""

ORDINARY_NONE: Final = 0.25
"""The share of nights without an article above which such a night is ordinary."""

FEW: Final = 0.5
"""The share of the usual number below which a night may be thin."""

SPREADS: Final = 2.5
"""Least shortfall of a thin night, in multiples of the ordinary shortfall (that of the worst tenth)."""

CHANCE: Final = 2.0
"""The same in multiples of the square root of the usual number, the spread of mere chance."""


@dataclass(frozen=True, slots=True)
class NightCoverage:
    """A night with its assessment.

    Attributes:
        night: The night.
        count: The number of its kept articles.
        usual: The usual number of articles; None without other nights to compare with.
        shortfall: `none` or far too `few` articles; None if all is well, or the night is not over.
    """

    night: Night
    count: int
    usual: float | None
    shortfall: Shortfall | None


def assess_nights(
    nights: Sequence[Night], counts: Sequence[int], until: datetime, since: datetime | None = None
) -> list[NightCoverage]:
    """Return the assessment of each night.

    Args:
        nights: In order, without a gap.
        counts: The number of articles of each.
        until: Nights of which less than half lies before this moment are not assessed: they are not over; aware.
        since: Nights that begin before it only serve as samples, and are not returned; aware; None for no bound.
    """
    sample = _Sample(nights, counts)
    judged = []
    first = bisect.bisect_left(nights, since, key=lambda night: night.begins) if since else 0
    for place, night in enumerate(nights[first:], first):
        over = night.begins + (night.ends - night.begins) / 2 <= until
        shortfall = sample.shortfall(place) if over else None
        judged.append(NightCoverage(night, counts[place], sample.usual(place), shortfall))
    return judged


class _Sample:
    """Nights by their index, with the usual number of each."""

    def __init__(self, nights: Sequence[Night], counts: Sequence[int]) -> None:
        self.counts = counts
        self.holes = {place for run in _empty_runs(counts) if len(run) >= HOLE for place in run}
        self.places = [place for place in range(len(nights)) if place not in self.holes]
        self.weekdays = [night.day.weekday() for night in nights]
        self.alike: list[list[int]] = [[] for _ in range(7)]
        for place in self.places:
            self.alike[self.weekdays[place]].append(place)
        self._usual: dict[int, float | None] = {}

    def usual(self, place: int) -> float | None:
        """Return the usual number of articles of a night; None without other nights to compare with."""
        if place not in self._usual:
            neighbours = _nearest(self.alike[self.weekdays[place]], place, WEEKS) or _nearest(self.places, place, WEEKS)
            self._usual[place] = median(self.counts[other] for other in neighbours) if neighbours else None
        return self._usual[place]

    def shortfall(self, place: int) -> Shortfall | None:
        """Return the shortfall of a night; None if it has none."""
        count, usual = self.counts[place], self.usual(place)
        if usual is None:
            return None if count else "none"
        if not count:
            return "none" if usual >= 1 and (place in self.holes or self._is_rare(place)) else None
        if count >= FEW * usual:
            return None
        return "few" if usual - count > max(SPREADS * self._ordinary(place), CHANCE * usual**0.5) else None

    def _is_rare(self, place: int) -> bool:
        around = _nearest(self.places, place, AROUND)
        return sum(not self.counts[other] for other in around) <= ORDINARY_NONE * len(around)

    def _ordinary(self, place: int) -> float:
        """Return the shortfall of the worst tenth of the nights with an article."""
        around = [other for other in _nearest(self.places, place, AROUND) if self.counts[other]]
        short = [max(0.0, (self.usual(other) or 0) - self.counts[other]) for other in around]
        return quantiles(short, n=10, method="inclusive")[-1] if len(short) > 1 else 0.0


def _nearest(places: Sequence[int], place: int, many: int) -> list[int]:
    """Return the nearest other places to a place, out of a sorted sequence; of two equally near ones the first."""
    middle = bisect.bisect_left(places, place)
    near = [other for other in places[max(0, middle - many) : middle + many + 1] if other != place]
    return sorted(near, key=lambda other: abs(other - place))[:many]


def _empty_runs(counts: Sequence[int]) -> Iterator[range]:
    start = 0
    for place in range(len(counts) + 1):
        if place == len(counts) or counts[place]:
            yield range(start, place)
            start = place + 1
