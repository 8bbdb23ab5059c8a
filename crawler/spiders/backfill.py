"""Spider `backfill`: what was; every article of the wanted columns that was published in a window."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from archive.backfill import Window
from archive.gaps import KnownMissing, known_missing
from crawler import own_settings
from crawler.addresses import read_address
from crawler.arguments import TAIPEI, read_count, read_flag, read_window
from crawler.errors import WrongUsage
from crawler.spiders.filling import DEEP, PASSED_OVER, Filling, scope_of

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from archive.frontier import Found
    from archive.missing import Missing

logger = logging.getLogger(__name__)

WAYS: Final = ("api", "notes", "related")
BEGINNING: Final = "2012-01-01"
"""From when gaps are looked for, where no window is given: no article of the column is older."""


class Backfill(Filling):
    """Fills a window of the past through the interface, the old site's numbers and further reading; resumable.

    Arguments: `since` and `until` (dates in Taipei, both included), `via` (`api,notes,related`), `max_articles`, `gaps`
    (1 for only what the archive knows to be missing, anywhere or in the window).
    """

    name = "backfill"
    arguments: ClassVar[frozenset[str]] = frozenset({"since", "until", "via", "gaps", "max_articles"})

    def __init__(self, *, gaps: bool = False, **filling: Any) -> None:
        super().__init__(**filling)
        self.gaps = gaps

    @classmethod
    def read(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments but the ledger.

        Raises:
            WrongUsage: One cannot be meant.
        """
        gaps = read_flag(arguments, "gaps")
        since, until = _read_window(arguments, gaps=gaps)
        via = _read_via(arguments.get("via", ",".join(WAYS)))
        columns = own_settings.columns(settings)
        window = Window(since, until, tuple(sorted(columns)) if columns is not None else ("*",), via)
        return {
            "window": window,
            "gaps": gaps,
            "scope": scope_of(window),
            "max_articles": read_count(arguments, "max_articles", None, smallest=1),
            "token": own_settings.read(settings, "CMONEY_TOKEN"),
        }

    def shown(self) -> dict[str, Any]:
        """Return the arguments as the run's document shows them."""
        return super().shown() | {"via": list(self.window.via), "gaps": self.gaps}

    async def work(self) -> AsyncIterator[Any]:
        """Yield what fills the window, or what the archive knows to be lacking in it."""
        if not self.gaps:
            async for request_or_item in self.fill(self.window):
                yield request_or_item
            return
        whole = self.window
        windows = await self._lacking(await self._missing())
        async for request_or_item in self._ask_on():
            yield request_or_item
        for window in windows:
            async for request_or_item in self.fill(window, anew=True):
                yield request_or_item
        self.window, self.scope, self.filled = whole, scope_of(whole), None
        async for request_or_item in self._ask_on():  # what was found meanwhile and lies between the windows
            yield request_or_item

    async def _missing(self) -> KnownMissing:
        """Return what the archive knows to be missing; its addresses are wanted, and due, from now on."""
        archive, window = self.ledger.archive, self.window
        missing = await self.ledger.call(
            lambda: known_missing(archive, window.since, window.until, self.scope.columns, passed_over=PASSED_OVER)
        )
        found = [found for one in missing.articles if (found := self._found_again(one))]
        await self.discover(found)
        due = await self.ledger.call(lambda: archive.frontier.retry(keys=missing.keys)) if missing.keys else 0
        self.ledger.fresh = True
        logger.info("%d known addresses are asked for again, %d spans looked through", due, len(missing.spans))
        return missing

    def _found_again(self, missing: Missing) -> Found | None:
        address = read_address(missing.url, self.sites) if missing.url else None
        if address is None:
            return None
        depth = DEEP if missing.is_known else 1
        here = self.place("related", missing.linked_from or self.window.id, depth)
        return here.found(address, self.sites, title=missing.title)

    async def _lacking(self, missing: KnownMissing) -> Sequence[Window]:
        """Return the windows to fill: those that were begun, and the spans in which too little is kept."""
        backfills = self.ledger.archive.backfills
        begun = await self.ledger.call(lambda: [backfills.get(identity) for identity in missing.windows])
        spans = [replace(self.window, since=since, until=until) for since, until in missing.spans]
        return [one.window for one in begun if one] + spans


def _read_window(arguments: Mapping[str, str], *, gaps: bool) -> tuple[datetime, datetime]:
    given = {name: str(arguments.get(name, "")).strip() for name in ("since", "until")}
    if gaps:
        today = f"{datetime.now(TAIPEI):%Y-%m-%d}"
        given = {"since": given["since"] or BEGINNING, "until": given["until"] or today}
    since, until = read_window(**given)
    if since is None or until is None:
        lacking = " ".join(f"-a {name}=YYYY-MM-DD" for name, value in given.items() if not value)
        raise WrongUsage(f"spider backfill needs {lacking}: dates in Taipei, both included")
    return since, until


def _read_via(given: str) -> tuple[str, ...]:
    ways = tuple(sorted({way.strip() for way in given.split(",") if way.strip()}))
    if not ways or set(ways) - set(WAYS):
        raise WrongUsage(f"argument via={given!r}: name one or more of {','.join(WAYS)}")
    return ways
