"""Searching the old site by article number, between numbers whose date is known."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request

from archive.model.article import Article
from archive.model.outcome import Miss, Unchanged
from crawler.addresses import NOTES, note_address
from crawler.pages.listings.html_listing import read_listing
from crawler.spiders.listing_spider import ListingSpider

if TYPE_CHECKING:
    from scrapy.http import Response

    from archive.model.frontier import Entry, LeasedUrl

_KNOWN: Final = ((759_000, datetime(2024, 1, 15, tzinfo=UTC)), (1_211_507, datetime(2026, 7, 1, tzinfo=UTC)))
"""Two numbers of the old site and about when they were published (FACTS §1): a first guess, never believed."""

logger = logging.getLogger(__name__)

Outcome = Article | Miss | Unchanged

MARGIN: Final = timedelta(days=7)
"""How far from a moment an article of the archive must be to bound the search for its number: page dates may err."""

PATIENCE: Final = 0.2
"""Seconds between two looks at what another run, which is asking for the number wanted, has learned of it."""

OK: Final = 200

Looks = Generator[int, datetime | None, tuple[int, int]]
"""Yields a number to look at, takes the date of its article (aware; None for a gap), and returns a bracket."""

CLOSE_ENOUGH: Final = 64
"""Numbers between the two ends of a bracket that are walked rather than looked at one by one."""


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


class NumberSearch(ListingSpider):
    """Searches the old site's numbers; every look is claimed, kept and remembered like any other address.

    Attributes:
        range: First and last number of the window that was searched for last; None where no search came to an end.
    """

    def __init__(self, **looking: Any) -> None:
        super().__init__(**looking)
        self.range: tuple[int, int] | None = None
        self._marks: dict[int, Mark] = {}

    async def search(self, window: str, since: datetime, until: datetime) -> AsyncIterator[Outcome]:
        """Yield what the looks bring that find a window's numbers; `range` holds these afterwards.

        Args:
            window: The backfill that it is done for.
            since: The window's beginning.
            until: Its end.
        """
        self.range = None
        top = await self._newest_number()
        if top is None:
            return
        ends: list[tuple[int, int]] = []
        for moment in (since, until):
            looks = bracket(moment, top, [*self._marks.values(), *await self._known_around(moment)])
            async for outcome in self._follow(looks, window, ends):
                yield outcome
        self.range = ends[0][0] + 1, ends[1][1] - 1
        self._marks.clear()

    def heard(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Return outcomes as they are; until the numbers are found, note the dates that pages of the old site tell."""
        for outcome in outcomes:
            if self.range is None and isinstance(outcome, Article | Miss) and outcome.published_at:
                site, _, number = outcome.key.partition(":")
                if site == "notes":
                    self._marks[int(number)] = Mark(int(number), outcome.published_at)
        return outcomes

    async def _follow(self, looks: Looks, window: str, ends: list[tuple[int, int]]) -> AsyncIterator[Outcome]:
        """Yield what each look brings; the bracket that they lead to is appended to `ends`."""
        try:
            number = next(looks)
            while True:
                date, outcomes = await self._date_of(number, window)
                for outcome in outcomes:
                    yield outcome
                if date is not None:
                    self._marks[number] = Mark(number, date)
                number = looks.send(date)
        except StopIteration as end:
            ends.append(end.value)

    async def _date_of(self, number: int, window: str) -> tuple[datetime | None, list[Outcome]]:
        """Return the date of a number's article, None for a gap, and what became of its address if it was asked for."""
        address, frontier = note_address(number), self.ledger.archive.frontier
        while True:
            entry = (await self.ledger.call(lambda: frontier.lookup([address.key]))).get(address.key)
            if entry is None:
                await self.discover([self.place("backfill", window).found(address, self.sites)])
            elif entry.state != "wanted" or entry.published_at is not None:
                return await self._date_known(entry), []
            wanted = await self.ledger.take(address.key)
            if wanted is not None:
                return await self._look_at(wanted)
            await self.ledger.release_dead()
            await asyncio.sleep(PATIENCE)

    async def _date_known(self, entry: Entry) -> datetime | None:
        """Return the date that a number's own page told; None where it told none, or is a gap.

        An article that is kept under another address bears the date of that one, which may be days off.
        """
        if entry.state != "kept":
            return entry.published_at
        archive = self.ledger.archive
        document = (await self.ledger.call(lambda: archive.articles.documents([entry.key]))).get(entry.key)
        return document["published_at"] if document else None

    async def _look_at(self, wanted: LeasedUrl) -> tuple[datetime | None, list[Outcome]]:
        self.crawler.stats.inc_value("backfill/looks")
        try:
            response = await self._download(self.ask(wanted))
        except Exception as error:  # noqa: BLE001 -- whatever it is, this number tells no date
            miss = self._reading.failed(error, wanted)
            if miss is None:
                self.ledger.settle(wanted.key)
            return None, [miss] if miss else []
        outcomes = self.heard(self._reading.read(response, wanted))
        dates = [one.published_at for one in outcomes if not isinstance(one, Unchanged) and one.key == wanted.key]
        return next(filter(None, dates), None), outcomes

    async def _download(self, request: Request) -> Response:
        if self.crawler.engine is None:
            raise RuntimeError("nothing can be asked for before the crawl has begun")
        return await self.crawler.engine.download_async(request)

    async def _newest_number(self) -> int | None:
        """Return the newest number that the old site's listing or the archive names; None if neither names any."""
        archive = self.ledger.archive
        newest = await self.ledger.call(archive.articles.newest_note)
        numbers = [*await self._listed_numbers(), *([newest[0]] if newest else [])]
        return max(numbers, default=None)

    async def _listed_numbers(self) -> list[int]:
        url = self.sites.notes + NOTES[0]
        try:
            response = await self._download(Request(url))
        except Exception as error:  # noqa: BLE001 -- the archive may name one
            logger.warning("no answer from %s: %s", url, error)
            return []
        if response.status != OK:
            return []
        cards = read_listing(response.body, response.url, self.sites, None).cards
        return [int(card.address.key.partition(":")[2]) for card in cards if card.address.site == "notes"]

    async def _known_around(self, moment: datetime) -> list[Mark]:
        """Return what the archive knows of the numbers before and after a moment."""
        archive = self.ledger.archive
        known = await self.ledger.call(lambda: archive.articles.notes_around(moment, MARGIN))
        return [Mark(*one) for one in known if one]
