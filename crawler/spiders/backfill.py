"""Spider `backfill`: what was; every article of the wanted columns that was published in a window."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final
from zoneinfo import ZoneInfo

from scrapy import Request

from archive.article import Article
from archive.backfill import Filled, Window
from archive.coverage import known_missing
from archive.frontier import Wanted
from archive.outcomes import Miss, Unchanged
from crawler import own_settings
from crawler.addresses import note_address, read_address
from crawler.arguments import read_count
from crawler.errors import ListingError, PageError, WrongUsage
from crawler.finds import Place
from crawler.numbers import Looks, Mark, bracket
from crawler.pages import read_article, read_listing
from crawler.scope import OUTSIDE, TOO_DEEP, Scope
from crawler.spiders.looking import NOTES, Looking, Walk, all_before

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.pages import Card

logger = logging.getLogger(__name__)

TAIPEI: Final = ZoneInfo("Asia/Taipei")
WAYS: Final = ("api", "notes", "related")
CHUNK: Final = 100
"""Numbers that go to the frontier at once: what a killed walk repeats at most is what was in flight."""

DEEP: Final = 1_000_000
MARGIN: Final = timedelta(days=7)
"""How far from a moment an article of the archive must be to bound the search for its number: page dates may err."""

BEGINNING: Final = "2012-01-01"
"""From when gaps are looked for, where no window is given: no article of the column is older."""

PASSED_OVER: Final = (OUTSIDE, TOO_DEEP)
"""Reasons for which a run that wanted less may have skipped an article of the window."""

OK: Final = 200


class Backfill(Looking):
    """Fills a window of the past through the interface, the old site's numbers and further reading; resumable.

    Arguments: `since` and `until` (dates in Taipei, both included), `via` (`api,notes,related`), `max_articles`, `gaps`
    (1 for only what the archive knows to be missing, anywhere or in the window).
    """

    name = "backfill"
    arguments: ClassVar[frozenset[str]] = frozenset({"since", "until", "via", "gaps", "max_articles"})

    def __init__(self, *, window: Window, gaps: bool = False, **looking: Any) -> None:
        super().__init__(**looking)
        self.window = window
        self.gaps = gaps
        self.filled: Filled | None = None
        self._looked: list[Mark] = []

    @classmethod
    def read(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments but the ledger.

        Raises:
            WrongUsage: One cannot be meant.
        """
        gaps = _read_flag(arguments, "gaps")
        since, until = _read_window(arguments, gaps=gaps)
        via = _read_via(arguments.get("via", ",".join(WAYS)))
        columns = own_settings.columns(settings)
        window = Window(since, until, tuple(sorted(columns)) if columns is not None else ("*",), via)
        scope = Scope(
            columns, since, until, related_depth=DEEP if "related" in via else 0, narrowed=f"window={window.id}"
        )
        return {
            "window": window,
            "gaps": gaps,
            "scope": scope,
            "max_articles": read_count(arguments, "max_articles", None, smallest=1),
            "token": own_settings.read(settings, "CMONEY_TOKEN"),
        }

    @property
    def numbers_left(self) -> int:
        """Return how many numbers of the old site are still to be asked for, as far as that is known."""
        return (self.filled and self.filled.numbers_left) or 0

    async def work(self) -> AsyncIterator[Any]:
        """Yield what is still wanted, then what fills each window; a window is complete when every way was walked."""
        for wanted in await self._claim():
            yield self.ask(wanted)
        for window in await self._windows():
            async for request_or_item in self._fill(window):
                yield request_or_item
        async for request in self._ask_on():
            yield request

    def shown(self) -> dict[str, Any]:
        """Return the arguments as the run's document shows them."""
        return super().shown() | {"via": list(self.window.via), "gaps": self.gaps}

    async def _windows(self) -> Sequence[Window]:
        """Return the windows to fill: the one of the arguments, or those that the archive knows to be lacking."""
        if not self.gaps:
            return [self.window]
        archive, window = self.ledger.archive, self.window
        missing = await self.ledger.call(
            lambda: known_missing(archive, window.since, window.until, self.scope.columns, passed_over=PASSED_OVER)
        )
        due = await self.ledger.call(lambda: archive.frontier.retry(keys=missing.keys)) if missing.keys else 0
        logger.info("%d known addresses are asked for again, %d spans looked through", due, len(missing.spans))
        self.ledger.fresh = True
        unfinished = [archive.backfills.get(identity) for identity in missing.windows]
        spans = [replace(window, since=since, until=until) for since, until in missing.spans]
        return [one.window for one in unfinished if one] + spans

    async def _fill(self, window: Window) -> AsyncIterator[Any]:
        backfills = self.ledger.archive.backfills
        self.window = window
        self.filled = await self.ledger.call(lambda: backfills.begin(window))
        frontier, now = self.ledger.archive.frontier, datetime.now(UTC)
        await self.ledger.call(lambda: frontier.want_again(PASSED_OVER, window.since, window.until, now))
        self.ledger.fresh = True
        before = set(self.ways)
        async for request_or_item in self.look():
            yield request_or_item
        async for request in self._ask_on():
            yield request
        if not self.full and all(why == "" for name, why in self.ways.items() if name not in before):
            await self.ledger.call(lambda: backfills.complete(window))

    async def look(self) -> AsyncIterator[Any]:
        """Yield the interface's first request, then the looks that find the window's numbers of the old site."""
        if self.filled is None:
            return
        if "api" in self.window.via and not self.filled.api_done:
            for tags in self.tags():
                walk = Walk(f"interface {'+'.join(tags) or 'all'} {self.window.id}", set())
                yield self.interface(walk, tags, self.filled.api_cursor if self._is_single else None)
        if "notes" in self.window.via:
            self.begin_way(self._numbers)
            if self.filled.notes_first is None:
                async for item in self._find_numbers():
                    yield item
            self._tell_left()

    # ---- The interface ----------------------------------------------------------------------------------------------

    def is_enough(self, cards: Sequence[Card], verdicts: Mapping[str, str]) -> bool:  # noqa: ARG002 -- dates decide
        """Return whether the interface was walked down to the window's beginning."""
        return all_before(cards, self.window.since)

    async def noted(self, walk: Walk, cursor: str | None) -> None:  # noqa: ARG002 -- one walk has one cursor
        """Enter how far the interface was walked; of several columns at once only the end is."""
        if self._is_single or (cursor is None and list(self.ways.values()).count(None) == 1):
            backfills = self.ledger.archive.backfills
            await self.ledger.call(lambda: backfills.note_interface(self.window, cursor))

    def instead(self, walk: Walk, tags: Sequence[str], error: ListingError) -> list[Request]:
        """Return what to ask where the interface fails: its beginning, where the cursor kept has grown too old."""
        if self.filled and self.filled.api_cursor in walk.asked:
            logger.info("the interface does not take the cursor kept (%s): beginning anew", error)
            self.filled = replace(self.filled, api_cursor=None)
            return [self.interface(Walk(walk.way, set()), tags)]
        self.end_way(walk.way, str(error))
        return []

    @property
    def _is_single(self) -> bool:
        return len(self.tags()) == 1

    # ---- The old site's numbers -------------------------------------------------------------------------------------

    async def more(self) -> bool:
        """Put the next numbers of the window into the frontier; return whether there were any left."""
        filled = self.filled
        if self.ways.get(self._numbers, "") is not None or filled is None or filled.notes_next is None:
            return False
        begin, end = filled.notes_next, min(filled.notes_next + CHUNK, (filled.notes_last or 0) + 1)
        if begin >= end:
            self.end_way(self._numbers)
            return False
        addresses = [note_address(number) for number in range(begin, end)]
        here = Place("backfill", self.window.id)
        await self.discover([here.found(one, self.sites) for one in addresses])
        backfills = self.ledger.archive.backfills
        self.filled = await self.ledger.call(lambda: backfills.advance(self.window, begin, end))
        return True

    async def _find_numbers(self) -> AsyncIterator[Article | Miss | Unchanged]:
        """Yield what the looks bring that find the window's numbers, and enter the range."""
        top = await self._newest_number()
        if top is None:
            self.end_way(self._numbers, "the old site's listing names no newest number, and the archive has none")
            return
        found: list[tuple[int, int]] = []
        for moment in (self.window.since, self.window.until):
            looks = bracket(moment, *await self._marks(moment, top))
            async for item in self._look(looks, found):
                yield item
        first, last = found[0][0] + 1, found[1][1] - 1
        backfills = self.ledger.archive.backfills
        self.filled = await self.ledger.call(lambda: backfills.note_numbers(self.window, first, last))

    async def _look(self, looks: Looks, found: list[tuple[int, int]]) -> AsyncIterator[Article | Miss | Unchanged]:
        """Yield what each look brings; the bracket that they lead to is appended to `found`."""
        answer: datetime | None = None
        began = False
        while True:
            try:
                number = looks.send(answer) if began else next(looks)
            except StopIteration as end:
                found.append(end.value)
                return
            began = True
            answer, items = await self._date_of(number)
            for item in items:
                yield item

    async def _date_of(self, number: int) -> tuple[datetime | None, list[Article | Miss | Unchanged]]:
        """Return the date of a number's article, None for a gap, and what became of its address."""
        address = note_address(number)
        archive = self.ledger.archive
        kept = await self.ledger.call(lambda: archive.articles.get(address.key))
        if kept is not None:
            return kept["published_at"], []
        self.crawler.stats.inc_value("backfill/looks")
        wanted = Wanted(address.key, address.url(self.sites), None, None, 0, 0, None, None, kept=False)
        response = await self._download(wanted.url)
        if response is None:
            return None, []
        items = self._reading.read(response, wanted)
        stated = self._stated(response)
        if stated is not None:
            self._looked.append(Mark(number, stated))
        return stated, items

    async def _download(self, url: str) -> Response | None:
        try:
            return await self.crawler.engine.download_async(Request(url)) if self.crawler.engine else None
        except Exception as error:  # noqa: BLE001 -- whatever it is, this number tells no date
            logger.warning("no answer from %s: %s", url, error)
            return None

    def _stated(self, response: Response) -> datetime | None:
        address = read_address(response.url, self.sites)
        if response.status != OK or address is None:
            return None
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        try:
            return read_article(response.body, address.url(self.sites), self.sites, content_type).published_at
        except PageError:
            return None

    @property
    def _numbers(self) -> str:
        return f"numbers {self.window.id}"

    async def _newest_number(self) -> int | None:
        """Return the newest number that the old site's listing or the archive names; None if neither names any."""
        numbers = []
        response = await self._download(self.sites.notes + NOTES[0])
        if response is not None and response.status == OK:
            cards = read_listing(response.body, response.url, self.sites, None).cards
            numbers = [int(card.address.key.partition(":")[2]) for card in cards if card.address.site == "notes"]
        archive = self.ledger.archive
        newest = await self.ledger.call(archive.articles.newest_note)
        return max([*numbers, *([newest[0]] if newest else [])], default=None)

    async def _marks(self, moment: datetime, top: int) -> tuple[Mark, Mark]:
        """Return what the archive knows of the numbers before and after a moment."""
        archive = self.ledger.archive
        before, after = await self.ledger.call(lambda: archive.articles.notes_around(moment, MARGIN))
        low = Mark(*before) if before else Mark(0)
        high = Mark(*after) if after and low.number < after[0] <= top else Mark(top + 1)
        for mark in self._looked:  # what the search for the other end has seen
            if mark.moment is not None and mark.moment < moment:
                low = max(low, mark, key=_number)
            else:
                high = min(high, mark, key=_number)
        return (low, high) if low.number < high.number else (Mark(0), Mark(top + 1))

    def _tell_left(self) -> None:
        if self.numbers_left:
            seconds = self.numbers_left * max(self.crawler.settings.getfloat("DOWNLOAD_DELAY"), 0.01)
            logger.info(
                "%d numbers of the old site to ask for, about %s", self.numbers_left, timedelta(seconds=seconds)
            )


def _number(mark: Mark) -> int:
    return mark.number


def _read_flag(arguments: Mapping[str, str], name: str) -> bool:
    given = str(arguments.get(name, "0")).strip()
    if given not in {"0", "1"}:
        raise WrongUsage(f"argument {name}={given!r} is neither 1 nor 0")
    return given == "1"


def _read_window(arguments: Mapping[str, str], *, gaps: bool) -> tuple[datetime, datetime]:
    today = datetime.now(TAIPEI).date()
    whole = {"since": BEGINNING, "until": today.isoformat()} if gaps else {}
    since, until = (_read_date(whole | dict(arguments), name) for name in ("since", "until"))
    if since > until:
        raise WrongUsage(f"argument since={since} is after until={until}")
    if until > today:
        raise WrongUsage(f"argument until={until} is in the future; today is {today} in Taipei")
    return _midnight(since), _midnight(until + timedelta(days=1))


def _read_date(arguments: Mapping[str, str], name: str) -> date:
    given = str(arguments.get(name, "")).strip()
    if not given:
        raise WrongUsage(f"spider backfill needs -a {name}=YYYY-MM-DD, a date in Taipei")
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=TAIPEI).date()
    except ValueError as error:
        raise WrongUsage(f"argument {name}={given!r} is no date of the form YYYY-MM-DD") from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TAIPEI).astimezone(UTC)


def _read_via(given: str) -> tuple[str, ...]:
    ways = tuple(sorted({way.strip() for way in given.split(",") if way.strip()}))
    if not ways or set(ways) - set(WAYS):
        raise WrongUsage(f"argument via={given!r}: name one or more of {','.join(WAYS)}")
    return ways
