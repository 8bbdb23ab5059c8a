"""Search for the old site's numbers of a window of publication, between numbers with known dates."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Final

from scrapy import Request
from scrapy.http import Response

from archive.archive import Archive
from archive.model.crawl.frontier import Entry, LeasedUrl
from archive.model.crawl.outcome import Miss, Unchanged
from archive.model.identity import site_of
from crawler import own_settings
from crawler.addresses import NOTES, note_address
from crawler.download.errors import FORESEEN
from crawler.pages.listings.html_listing import read_listing
from crawler.spiders.article_spider import ArticleSpider
from crawler.spiders.responses import PageOutcome, outcomes_of, page_of

logger = logging.getLogger(__name__)

_KNOWN: Final = ((759_000, datetime(2024, 1, 15, tzinfo=UTC)), (1_211_507, datetime(2026, 7, 1, tzinfo=UTC)))
"""Two numbers of the old site and their approximate dates (docs/site.md §1): for a first guess only."""

MARGIN: Final = timedelta(days=7)
"""Articles of the archive nearer to the moment than this do not bound the search: page dates may be wrong."""

PATIENCE: Final = 0.2
"""Seconds between two looks at an entry whose number another run is asking for."""

OK: Final = 200

Looks = Generator[int, datetime | None, tuple[int, int]]
"""Yields a number, takes the date of its article (aware; None for a gap), and returns a bracket."""

CLOSE_ENOUGH: Final = 64
"""With at most so many numbers in the bracket the search ends, and all of them are requested."""


@dataclass(frozen=True, slots=True)
class DatedNumber:
    """A number and the date of its article.

    Attributes:
        number: The number.
        moment: The date; aware; None where the number only bounds the search.
    """

    number: int
    moment: datetime | None = None


def bracket(moment: datetime, top: int, marks: Iterable[DatedNumber] = ()) -> Looks:
    """Search for the numbers around a moment.

    Args:
        moment: Aware.
        top: The newest number that there is.
        marks: Numbers with known dates, which save requests. All are ignored if they contradict each other.

    Returns:
        The largest number known to be before the moment (0 if none is), and the smallest known to be at or after it
        (`top` + 1 if none is); between them lie at most `CLOSE_ENOUGH` numbers, and gaps.
    """
    low, high = _ends(moment, top, marks)
    gaps: set[int] = set()
    guesses = 0
    while _unknown(low, high, gaps) > CLOSE_ENOUGH:
        # by turns: interpolation is quick where numbers grow evenly, halving is safe where they do not
        guess = _guess(moment, low, high) if guesses % 2 == 0 else (low.number + high.number) // 2
        guesses += 1
        mark = yield from _dated(guess, low, high, gaps)
        if mark is None:
            high = DatedNumber(guess, high.moment)  # only gaps up to the end
        elif mark.moment is not None and mark.moment < moment:
            low = mark
        else:
            high = mark
    return low.number, high.number


def _unknown(low: DatedNumber, high: DatedNumber, gaps: set[int]) -> int:
    """Return the count of numbers between two marks, without known gaps."""
    return high.number - low.number - 1 - sum(low.number < number < high.number for number in gaps)


def _ends(moment: datetime, top: int, marks: Iterable[DatedNumber]) -> tuple[DatedNumber, DatedNumber]:
    """Return the closest marks before a moment and at or after it; the first and last number where there are none."""
    first, last = DatedNumber(0), DatedNumber(top + 1)
    low, high = first, last
    for mark in marks:
        if mark.moment is None or mark.number > top:
            continue
        if mark.moment < moment:
            low = max(low, mark, key=_number)
        else:
            high = min(high, mark, key=_number)
    return (low, high) if low.number < high.number else (first, last)


def _number(mark: DatedNumber) -> int:
    return mark.number


def _dated(
    guess: int, low: DatedNumber, high: DatedNumber, gaps: set[int]
) -> Generator[int, datetime | None, DatedNumber | None]:
    """Return a number with a date near a guess; None if the guess and all numbers above it are gaps.

    The steps away from the guess grow at first, since a gap may be long. Gaps on the way are added to `gaps`.
    """
    for number in chain(_steps(guess, low.number, high.number), range(guess, high.number)):
        if number not in gaps:
            moment = yield number
            if moment is not None:
                return DatedNumber(number, moment)
            gaps.add(number)
    return None


def _steps(guess: int, low: int, high: int) -> Iterator[int]:
    """Yield a guess, then numbers beside it at growing distance.

    >>> list(_steps(100, 95, 112))
    [100, 101, 99, 102, 98, 104, 96, 108]
    """
    away = 0
    while guess + away < high or guess - away > low:
        yield from (number for number in dict.fromkeys((guess + away, guess - away)) if low < number < high)
        away = away * 2 or 1


def _guess(moment: datetime, low: DatedNumber, high: DatedNumber) -> int:
    """Return the number of a moment by linear interpolation between two marks, at some distance from both."""
    (first, since), (last, until) = (
        (mark.number, mark.moment) if mark.moment else known for mark, known in zip((low, high), _KNOWN, strict=True)
    )
    share = (moment - since) / (until - since) if until > since else 0.5
    width = high.number - low.number
    margin = max(1, min(CLOSE_ENOUGH // 2, width // 8))
    guess = first + round((last - first) * share)
    return max(low.number + margin, min(high.number - margin, guess))


class NumberSearch:
    """Finds the numbers of a window; each tried number is claimed, kept and settled like any other address.

    Args:
        spider: The spider that asks for them.

    Attributes:
        range: First and last number of the last searched window; None if no search has ended.
        why_not: Why the last search did not end, in words; empty if it did.
        gap: The current count of numbers in a row without an article.
    """

    def __init__(self, spider: ArticleSpider) -> None:
        self._spider = spider
        self._frontier = spider.frontier
        self.range: tuple[int, int] | None = None
        self.why_not = ""
        self.gap = 0
        self._marks: dict[int, DatedNumber] = {}

    @property
    def is_lost(self) -> bool:
        """Whether so many numbers in a row have no article (BACKFILL_LONGEST_GAP) that the search ends in this run."""
        return bool(self.gap >= own_settings.read(self._spider.settings, "BACKFILL_LONGEST_GAP"))

    async def search(self, window: str, since: datetime, until: datetime) -> AsyncIterator[PageOutcome]:
        """Yield the outcomes of the tried numbers; afterwards `range` has the window's numbers.

        Args:
            window: The `_id` of the backfill.
            since: The window's beginning.
            until: Its end.
        """
        self.range, self.why_not = None, ""
        top = await self._newest_number()
        if top is None:
            self.why_not = "the old site's listing names no newest number, and the archive has none"
            return
        ends: list[tuple[int, int]] = []
        for moment in (since, until):
            around = await self._frontier.call(partial(_notes_around, moment))
            looks = bracket(moment, top, [*self._marks.values(), *around])
            async for outcome in self._follow(looks, window, ends):
                yield outcome
            if self.why_not:
                return
        self.range = ends[0][0] + 1, ends[1][1] - 1
        self._marks.clear()

    def learn(self, outcomes: Iterable[PageOutcome]) -> None:
        """Note which numbers have no article, and the dates on pages of the old site until the numbers are found."""
        for outcome in outcomes:
            if site_of(outcome.key) == "notes":
                self.gap = self.gap + 1 if isinstance(outcome, Miss) and outcome.state == "gone" else 0
            if self.range is None and not isinstance(outcome, Unchanged) and outcome.published_at:
                site, _, number = outcome.key.partition(":")
                if site == "notes":
                    self._marks[int(number)] = DatedNumber(int(number), outcome.published_at)

    async def _follow(self, looks: Looks, window: str, ends: list[tuple[int, int]]) -> AsyncIterator[PageOutcome]:
        """Yield the outcomes of each try; the final bracket is appended to `ends`."""
        try:
            number = next(looks)
            while not self._frontier.ending.is_set():
                if self.is_lost:
                    self.why_not = f"{self.gap} numbers in a row around {number} have no article: the next run goes on"
                    return
                date, outcomes = await self._date_of(number, window)
                for outcome in outcomes:
                    yield outcome
                if date is not None:
                    self._marks[number] = DatedNumber(number, date)
                number = looks.send(date)
            self.why_not = "the run was to end"
        except StopIteration as end:
            ends.append(end.value)

    async def _date_of(self, number: int, window: str) -> tuple[datetime | None, list[PageOutcome]]:
        """Return the date of a number's article, None for a gap, and the outcomes if its address was asked for."""
        address = note_address(number)
        while True:
            entry = (await self._frontier.lookup([address.key])).get(address.key)
            if entry is None:
                origin = self._spider.origin("backfill", window)
                await self._spider.discover([origin.discovered(address, self._spider.sites)])
            elif entry.state != "wanted" or entry.published_at is not None:
                return await self._known_date(entry), []
            wanted = await self._frontier.take(address.key)
            if wanted is not None:
                return await self._look_at(wanted)
            await self._frontier.release_dead()  # another run is asking for it, or died while it did
            await asyncio.sleep(PATIENCE)

    async def _known_date(self, entry: Entry) -> datetime | None:
        """Return the date on a number's own page; None for a gap.

        An article that is kept under another address has the date of that one, which may be days off: None for it.
        """
        if entry.state != "kept":
            return entry.published_at
        documents = await self._frontier.call(lambda archive: archive.articles.documents([entry.key]))
        return documents[entry.key]["published_at"] if entry.key in documents else None

    async def _look_at(self, wanted: LeasedUrl) -> tuple[datetime | None, list[PageOutcome]]:
        self._spider.crawler.stats.inc_value("backfill/looks")
        try:
            response = await self._download(self._spider.ask(wanted))
        except Exception as error:  # noqa: BLE001 -- whatever it is, this number has no date
            return None, self._spider.failed(error, wanted)
        try:
            outcomes = self._spider.accepted(outcomes_of(response, wanted, self._spider.sites), wanted)
        except Exception as error:
            logger.exception("%s: its answer cannot be read", wanted.key)
            self._spider.unforeseen.fail(wanted.key, wanted.url, error, page_of(response, wanted.key))
            return None, []
        dates = [
            outcome.published_at
            for outcome in outcomes
            if not isinstance(outcome, Unchanged) and outcome.key == wanted.key
        ]
        return next(filter(None, dates), None), outcomes

    async def _download(self, request: Request) -> Response:
        engine = self._spider.crawler.engine
        if engine is None:
            raise RuntimeError("no request is possible before the crawl has begun")
        return await engine.download_async(request)

    async def _newest_number(self) -> int | None:
        """Return the newest number in the old site's listing or the archive; None if both have none."""
        kept = await self._frontier.call(lambda archive: archive.articles.newest_note())
        return max([*await self._listed_numbers(), *(kept or ())[:1]], default=None)

    async def _listed_numbers(self) -> list[int]:
        sites = self._spider.sites
        url = sites.notes + NOTES[0]
        try:
            response = await self._download(Request(url))
            cards = read_listing(response.body, response.url, sites, None).cards if response.status == OK else ()
        except FORESEEN as error:  # the archive may have one
            logger.warning("no answer from %s: %s", url, error)
            return []
        except Exception:
            logger.exception("the numbers listed at %s cannot be read", url)
            return []
        return [int(card.address.key.partition(":")[2]) for card in cards if card.address.site == "notes"]


def _notes_around(moment: datetime, archive: Archive) -> list[DatedNumber]:
    """Return the old site's last kept article before a moment and the first after it, without those too near to it."""
    return [DatedNumber(*note) for note in archive.articles.notes_around(moment, MARGIN) if note]
