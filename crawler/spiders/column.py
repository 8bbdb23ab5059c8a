"""Spider `column`: what is new in the column, found through every listing the site has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from crawler import own_settings
from crawler.addresses import NOTES
from crawler.arguments import read_count, read_listing_address
from crawler.scope import Scope
from crawler.spiders.listing_spider import ListingSpider, Pagination, all_before

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.pages.listings.cards import Card


class Column(ListingSpider):
    """Keeps what is new in the column, and looks again at what is fresh.

    Arguments: `max_articles`, `max_age` (days), `related_depth`, `listing` (an address of a listing or tag page).
    """

    name = "column"
    arguments: ClassVar[frozenset[str]] = frozenset({"max_articles", "max_age", "related_depth", "listing"})

    def __init__(self, *, listing: str | None = None, **looking: Any) -> None:
        super().__init__(**looking)
        self.listing = listing
        self._wanted_so_far = 0

    @classmethod
    def read(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments but the ledger.

        Raises:
            WrongUsage: One cannot be meant.
        """
        max_age = read_count(arguments, "max_age", None, smallest=1)
        listing = read_listing_address(arguments, own_settings.sites(settings))
        depth = read_count(arguments, "related_depth", 2)
        narrowed = " ".join(f"{name}={arguments[name]}" for name in ("max_age", "listing") if arguments.get(name))
        scope = Scope(
            own_settings.columns(settings),
            since=datetime.now(UTC) - timedelta(days=max_age) if max_age is not None else None,
            related_depth=2 if depth is None else depth,
            narrowed=narrowed,
        )
        return {
            "scope": scope,
            "max_articles": read_count(arguments, "max_articles", None, smallest=1),
            "listing": listing,
            "token": own_settings.read(settings, "CMONEY_TOKEN"),
        }

    def shown(self) -> dict[str, Any]:
        """Return the arguments as the run's document shows them."""
        return super().shown() | {"listing": self.listing}

    async def look(self) -> AsyncIterator[Request]:
        """Yield the first request of every way: the interface for each column, and the old site's listings."""
        self.boundary = await self._last_newest()
        if self.listing is not None:
            yield self.rendered(self.listing, Pagination("listing", set()))
            return
        for tags in self.tags():
            yield self.interface(Pagination(f"interface {'+'.join(tags) or 'all'}", set()), tags)
        for path in NOTES:
            yield self.rendered(self.sites.notes + path, Pagination(f"notes listing {path}", set(), optional=True))

    def is_enough(self, cards: Sequence[Card], verdicts: Mapping[str, str]) -> bool:
        """Return whether the rest of a listing need not be looked at.

        It need not where as many are wanted as were asked for; where a whole page is older than the window; and where a
        whole page holds nothing new or changed and lies before the newest article of the last complete run, so that an
        incomplete run never hides a gap.
        """
        self._wanted_so_far += sum(verdict in {"new", "changed"} for verdict in verdicts.values())
        if self.max_articles is not None and self._wanted_so_far >= self.max_articles:
            return True
        if self.scope.since is not None and all_before(cards, self.scope.since):
            return True
        if self.boundary is None or not cards:
            return False
        published = [moment for card in cards if (moment := card.published_at)]
        nothing_new = all(verdict in {"known", "skipped"} for verdict in verdicts.values())
        return nothing_new and all(moment <= self.boundary for moment in published)

    async def _last_newest(self) -> datetime | None:
        """Return the newest publication that the last complete run of this kind had kept; None if there is none."""
        archive = self.ledger.archive
        last = await self.ledger.call(lambda: archive.runs.last_complete(self.name, self.kind))
        newest: datetime | None = last["newest_published_at"] if last else None
        return newest
