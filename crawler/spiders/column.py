"""Spider `column`: the column's new articles, from every listing that the site has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import unquote

from scrapy import Request
from scrapy.settings import BaseSettings

from crawler import own_settings
from crawler.addresses import NOTES, STOCK
from crawler.arguments import read_count, read_listing_address
from crawler.pages.listings.cards import Card
from crawler.scope import Scope
from crawler.spiders.article_spider import ArticleSpider
from crawler.spiders.listing_walk import ListingWalk, all_before
from crawler.spiders.pagination import Pagination


class Column(ArticleSpider):
    """Keeps the column's new articles, and asks again for recent ones, which may still change.

    Arguments: `max_articles`, `max_age` (days), `related_depth`, `listing` (an address of a listing or tag page).
    """

    name = "column"
    arguments: ClassVar[frozenset[str]] = frozenset({"max_articles", "max_age", "related_depth", "listing"})

    def __init__(self, *, listing: str | None = None, **asking: Any) -> None:
        super().__init__(**asking)
        self.listing = listing
        self.listings = ListingWalk(self, self.is_enough)
        self._wanted_so_far = 0

    @classmethod
    def read(cls, settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments without the client.

        Raises:
            WrongUsage: An argument is invalid.
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
        }

    def shown(self) -> dict[str, Any]:
        """Return the arguments for the run's document."""
        return super().shown() | {"listing": self.listing}

    async def start_sources(self) -> AsyncIterator[Request]:
        """Yield the first request of every source: the interface for each column, and the other sites' listings."""
        self.boundary = await self.frontier.last_newest(self.name, self.kind)
        if self.listing is not None:
            yield self.listings.rendered(self.listing, Pagination("listing"))
            return
        for tags in self.listings.tags():
            yield self.listings.interface(Pagination(f"interface {'+'.join(tags) or 'all'}", tags))
        for path in NOTES:
            pagination = Pagination(f"notes listing {path}", optional=True)
            yield self.listings.rendered(self.sites.notes + path, pagination)
        for path in STOCK if self.sites.stock != self.sites.news else ():
            pagination = Pagination(f"stock listing {unquote(path)}", optional=True)
            yield self.listings.rendered(self.sites.stock + path, pagination)

    def note_absences(self) -> None:
        """Note each wanted column that no listing names: it may be misspelled, or renamed by the site."""
        listings = self.listings
        if self.scope.columns is None or self.listing or self.full or not self.led or listings.is_garbled:
            return
        named = ", ".join(f"{name} ({count})" for name, count in listings.titles_by_column.most_common())
        for column in sorted(self.scope.columns - set(listings.titles_by_column)):
            absent = f"no listing names it; they name {named or 'no article'}: is ARCHIVE_COLUMNS right?"
            self.end_source(f"column {column}", absent)

    def is_enough(self, cards: Sequence[Card], verdicts: Mapping[str, str]) -> bool:
        """Return whether reading of a listing may end after this page.

        It may if `max_articles` are wanted, or if the whole page is older than the window. It may also if the whole
        page has nothing new or changed and is older than the newest article of the last complete run; incomplete
        runs do not count, so that they never hide a gap.
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
