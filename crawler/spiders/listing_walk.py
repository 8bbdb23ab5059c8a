"""Pagination through listings: the JSON interface, else the rendered listings, else a browser."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from scrapy import Request
from scrapy.http import JsonRequest, Response
from twisted.python.failure import Failure

from archive.crawl_state.discoveries import A_MINUTE
from archive.model.crawl.frontier import DiscoveredUrl, PublishedFrom
from archive.model.text import column_of, is_garbled
from crawler import own_settings
from crawler.addresses import AUTHORS, INTERFACE, RENDERED
from crawler.download import refusals
from crawler.download.browser import scroll
from crawler.download.errors import FORESEEN
from crawler.errors import Broken, ListingError, Refused
from crawler.pages.listings.api_listing import read_interface
from crawler.pages.listings.cards import Card, misdated
from crawler.pages.listings.html_listing import Listing, read_listing
from crawler.spiders.article_spider import ArticleSpider
from crawler.spiders.pagination import STALE, WALKS, Pagination
from crawler.spiders.responses import Origin

logger = logging.getLogger(__name__)

OK: Final = 200
AGAIN: Final = "again"
"""In place of the next page: the first one."""

ABSENT: Final = frozenset({404, 405, 410, 501})


IsEnough = Callable[[Sequence[Card], Mapping[str, str]], bool]
"""Takes a page's cards and the frontier's verdicts by key; returns whether reading of the listing may end."""

OnPage = Callable[[Pagination, str | None], Coroutine[Any, Any, None]]
"""Called after a page of the interface has been recorded; takes the cursor of the next page, None at the end."""

OnFailure = Callable[[Pagination, ListingError], list[Request]]
"""Called if the interface refuses or fails; returns the requests that replace it."""


class ListingWalk:
    """Reads listings for a spider, and enters the articles on them into the frontier.

    Args:
        spider: Its scope judges the cards; it keeps the state of each source.
        is_enough: Ends a listing early.
        on_page: Records how far the interface was read; None for spiders that do not.
        on_failure: Replaces the rendered listings after a failure of the interface; None to request those.

    Attributes:
        titles_by_column: How many titles on listings named each column; `no column` for those without one.
        is_garbled: Whether a title was unreadable, so that some columns may be uncounted.
    """

    def __init__(
        self,
        spider: ArticleSpider,
        is_enough: IsEnough,
        *,
        on_page: OnPage | None = None,
        on_failure: OnFailure | None = None,
    ) -> None:
        self._spider = spider
        self._is_enough = is_enough
        self._on_page = on_page
        self._on_failure = on_failure or self._ask_for_rendered
        self.titles_by_column: Counter[str] = Counter()
        self.is_garbled = False

    def tags(self) -> list[list[str]]:
        """Return the tags to ask the interface for, one listing each; an empty list of tags means all articles."""
        columns = self._spider.scope.columns
        return [[column] for column in sorted(columns)] if columns is not None else [[]]

    # ---- The JSON interface (docs/site.md §2) -----------------------------------------------------------------------

    def interface(self, pagination: Pagination, cursor: str | None = None) -> Request:
        """Return the request for a page of the interface; None as cursor for the first."""
        self._spider.begin_source(pagination.source)
        pagination.requested.add(cursor or "")
        if pagination.author is not None:
            return self._of_author(pagination, cursor)
        body: dict[str, Any] = {"tags": list(pagination.tags or ()), "orderType": "updatedAt"}
        if cursor:
            body["startCursor"] = cursor
        return JsonRequest(self._spider.sites.news + INTERFACE, data=body, **self._of_interface(pagination))

    def _of_author(self, pagination: Pagination, cursor: str | None) -> Request:
        query = {"orderType": "updatedAt", "fetch": "10"} | ({"startCursor": cursor} if cursor else {})
        path = AUTHORS + quote(pagination.author or "", safe="")
        return Request(f"{self._spider.sites.news}{path}?{urlencode(query)}", **self._of_interface(pagination))

    def _of_interface(self, pagination: Pagination) -> dict[str, Any]:
        """Return the arguments that all requests to the interface share; the bearer token is CMONEY_TOKEN."""
        token: str | None = own_settings.read(self._spider.settings, "CMONEY_TOKEN")
        return {
            "headers": {"Authorization": f"Bearer {token}"} if token else {},
            "priority": 10,
            "callback": self.parse_interface,
            "errback": self.listing_failed,
            "cb_kwargs": {"pagination": pagination},
            "meta": {"refusal_expected": not token},
        }

    async def parse_interface(self, response: Response, pagination: Pagination) -> AsyncIterator[Request]:
        """Yield the request for the interface's next page, or for its replacement if it refuses."""
        try:
            page = self._read_interface(response)
        except ListingError as error:
            self._count(f"interface/{type(error).__name__.lower()}")
            for request in self._on_failure(pagination, error):
                yield request
            return
        self._note_unread(page.unread)
        pagination.note_entries([card.title for card in page.cards], page.unread)
        enough = await self._note(page.cards, response.url)
        cursor = page.end_cursor if page.has_next else None
        following = self._following(pagination, page.cards, cursor, enough=enough, more=page.has_next)
        if following == AGAIN:
            yield self.interface(pagination)
            return
        is_over = following is None and self._spider.sources.get(pagination.source) == ""
        if self._on_page and pagination.author is None and (is_over or (following and not pagination.is_again)):
            await self._on_page(pagination, following)
        if following is not None:
            yield self.interface(pagination, following)
        elif not is_over and pagination.author is None:
            for request in self._rendered_listings(pagination):
                yield request

    def _note_unread(self, unread: int) -> None:
        if unread:
            self._count("interface/unread", unread)
            logger.warning("listing interface: %d entries make no article address", unread)

    def _following(
        self, pagination: Pagination, cards: Sequence[Card], cursor: str | None, *, enough: bool, more: bool
    ) -> str | None:
        """Return the cursor or address of a listing's next page, `AGAIN` for the first; None once it is ended.

        Args:
            pagination: The listing.
            cards: Those of the page that was read.
            cursor: The next page, as this one states it; None where it states none.
            enough: Whether reading of the listing may end.
            more: Whether there is more, by the page's statement.
        """
        was_check, pagination.is_check = pagination.is_check, False
        steady = pagination.note([card.address.key for card in cards], is_check=was_check)
        end = self._spider.end_source
        unsound = "" if self._spider.full else pagination.unsound(is_whole=not enough)
        if self._spider.full or (was_check and steady):
            end(pagination.source, unsound)
        elif pagination.moves:
            end(pagination.source, f"it moved each of {WALKS} times that it was read: not complete")
        elif not more or (enough and not pagination.is_behind):
            if pagination.wants_check:
                pagination.is_check = True
                return AGAIN
            end(pagination.source, unsound)
        elif not cursor or cursor in pagination.requested:
            end(pagination.source, "it has a next page, but leads in a circle: not complete")
        elif pagination.is_endless:
            end(pagination.source, f"it has a next page, but its last {STALE} pages held nothing new: not complete")
        elif pagination.cards >= (most := own_settings.read(self._spider.settings, "LISTING_MOST_CARDS")):
            why_not = f"it goes on after {pagination.cards} cards (LISTING_MOST_CARDS={most}): not complete"
            end(pagination.source, why_not)
        else:
            return cursor
        return None

    def _read_interface(self, response: Response) -> Any:
        if response.status in refusals.NO_TOKEN:
            raise Refused(f"HTTP {response.status}: it wants a bearer token (CMONEY_TOKEN)")
        if response.status in ABSENT:
            raise Refused(f"HTTP {response.status}: there is none")
        if response.status != OK:
            raise Broken(f"the interface answered HTTP {response.status}")
        return read_interface(response.body, self._spider.sites)

    def _ask_for_rendered(self, pagination: Pagination, error: ListingError) -> list[Request]:
        if isinstance(error, Refused):
            del self._spider.sources[
                pagination.source
            ]  # there is none for us: nothing was read, and nothing is missing
        else:
            self._spider.end_source(pagination.source, str(error))
        logger.info("listing interface: %s; asking for the rendered listings", error)
        return self._rendered_listings(pagination)

    # ---- Rendered listings, of every site ---------------------------------------------------------------------------

    def _rendered_listings(self, pagination: Pagination) -> list[Request]:
        """Return requests for the listings that replace the interface; some of them may not exist."""
        paths = [*RENDERED, *(f"/tag/{quote(tag, safe='()')}" for tag in pagination.tags or ())]
        return [
            self.rendered(self._spider.sites.news + path, Pagination(f"listing {path}", optional=True))
            for path in paths
            if f"listing {path}" not in self._spider.sources
        ]

    def rendered(self, url: str, pagination: Pagination) -> Request:
        """Return the request for a page of a rendered listing."""
        self._spider.begin_source(pagination.source)
        pagination.start = pagination.start or url
        pagination.requested.add(url)
        return self._request(url, pagination, self.parse_listing)

    def _request(self, url: str, pagination: Pagination, callback: Callable[..., Any], **meta: Any) -> Request:
        arguments = {"pagination": pagination}
        return Request(
            url, priority=10, callback=callback, errback=self.listing_failed, cb_kwargs=arguments, meta=meta or None
        )

    async def parse_listing(self, response: Response, pagination: Pagination) -> AsyncIterator[Request]:
        """Yield the request for a listing's next page, or for this page in a browser if it has no cards."""
        if response.status != OK:
            absent = pagination.optional and response.status in ABSENT
            why_not = "" if absent else f"the listing answered HTTP {response.status}"
            self._spider.end_source(pagination.source, why_not)
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        listing = read_listing(response.body, response.url, self._spider.sites, content_type)
        if not listing.cards and len(pagination.requested) == 1 and "/notes/" not in response.url:
            browser = {"playwright": True, "playwright_include_page": True, "dont_retry": True}
            yield self._request(response.url, pagination, self.parse_in_browser, **browser)
            return
        if not listing.cards and len(pagination.requested) == 1:
            self._spider.end_source(pagination.source, "the listing holds no cards")
            return
        enough = await self._note(listing.cards, response.url)
        further = next((url for url in listing.next_urls if url not in pagination.requested), None)
        following = self._following(pagination, listing.cards, further, enough=enough, more=further is not None)
        if following is not None:
            yield self.rendered(pagination.start or response.url if following == AGAIN else following, pagination)

    # ---- In a browser -----------------------------------------------------------------------------------------------

    async def parse_in_browser(self, response: Response, pagination: Pagination) -> None:
        """Scroll a listing to its end, or as far as needed, and enter its cards."""
        page = response.meta["playwright_page"]
        pause = self._spider.crawler.settings.getfloat("DOWNLOAD_DELAY")
        seen: dict[str, Card] = {}
        try:
            async for html in scroll(page, pause, self._spider.frontier.ending):
                listing: Listing = read_listing(html, response.url, self._spider.sites, "text/html; charset=utf-8")
                fresh = [card for card in listing.cards if card.address.key not in seen]
                seen.update((card.address.key, card) for card in fresh)
                if fresh and await self._note(fresh, response.url):
                    break
        finally:
            await page.close()
        self._count("browser/cards", len(seen))
        empty = not seen and not (pagination.optional and self._has_discovered)
        why_not = "the listing holds no cards, in a browser either" if empty else ""
        self._spider.end_source(pagination.source, why_not)

    async def listing_failed(self, failure: Failure) -> AsyncIterator[Request]:
        """End a source without a response; yield the rendered listings in place of the interface."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy adds the request
        page = request.meta.get("playwright_page")
        if page is not None:
            await page.close()
        pagination: Pagination = request.cb_kwargs["pagination"]
        kind = type(failure.value).__name__
        if not isinstance(failure.value, FORESEEN):
            logger.error("%s: asking for it raised %s", pagination.source, kind, exc_info=failure.value)
        self._spider.crawler.stats.inc_value(f"asking/no_response/{kind}")
        self._spider.end_source(pagination.source, f"{kind}: {failure.value}")
        if pagination.tags is not None:
            for listing in self._rendered_listings(pagination):
                yield listing

    # ---- Cards ------------------------------------------------------------------------------------------------------

    async def _note(self, cards: Sequence[Card], url: str) -> bool:
        """Enter a page's cards into the frontier; return whether reading of the listing may end."""
        origin, denied = self._spider.origin("listing", url), misdated(cards)
        self.titles_by_column.update(column_of(card.title) or "no column" for card in cards if card.title)
        self.is_garbled |= any(is_garbled(card.title or "") for card in cards)
        verdicts = await self._spider.discover(
            [self._discovered(card, origin, is_denied=card.address.key in denied) for card in cards]
        )
        for verdict in verdicts.values():
            self._count(f"found/{verdict}")
        return self._is_enough(cards, verdicts)

    def _discovered(self, card: Card, origin: Origin, *, is_denied: bool) -> DiscoveredUrl:
        """Return a card as a discovered address; undated if its date contradicts the listing's order."""
        published_at = None if is_denied else card.published_at
        told_by: PublishedFrom = "listing" if card.stated_at else "address"
        discovered = origin.discovered(
            card.address.stated(card.stated_at),
            self._spider.sites,
            title=card.title,
            skip=self._spider.scope.refuses(card.title, published_at, told_by=told_by),
            updated_at=card.updated_at,
        )
        if is_denied:
            return replace(discovered, published_at=None, published_from="listing")
        address_at, stated_at = card.address.published_at, card.stated_at
        confirmed = None not in (address_at, stated_at) and abs(stated_at - address_at) <= A_MINUTE  # type: ignore[operator]
        return replace(discovered, is_confirmed=True) if confirmed else discovered

    @property
    def _has_discovered(self) -> bool:
        return any(name.startswith("looking/found/") for name in self._spider.crawler.stats.get_stats())

    def _count(self, name: str, count: int = 1) -> None:
        self._spider.crawler.stats.inc_value(f"looking/{name}", count)


def all_before(cards: Sequence[Card], moment: datetime) -> bool:
    """Return whether every card was published, and last changed, before a moment; False without a date on each."""
    moments = [card.updated_at or card.published_at for card in cards]
    return bool(moments) and all(known is not None and known < moment for known in moments)
