"""Searching: which of the old site's numbers are those of a window, found by asking a few of them for their date."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request

from archive.article import Article
from archive.outcomes import Miss, Unchanged
from crawler.addresses import note_address
from crawler.numbers import Looks, Mark, bracket
from crawler.pages import read_listing
from crawler.spiders.looking import NOTES, Looking

if TYPE_CHECKING:
    from scrapy.http import Response

    from archive.frontier import Entry, Wanted

logger = logging.getLogger(__name__)

Outcome = Article | Miss | Unchanged

MARGIN: Final = timedelta(days=7)
"""How far from a moment an article of the archive must be to bound the search for its number: page dates may err."""

PATIENCE: Final = 0.2
"""Seconds between two looks at what another run, which is asking for the number wanted, has learned of it."""

OK: Final = 200


class Searching(Looking):
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

    async def _look_at(self, wanted: Wanted) -> tuple[datetime | None, list[Outcome]]:
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
