"""Looking for articles: through the JSON interface, else the rendered listings, else a browser; page by page."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from scrapy import Request
from scrapy.http import JsonRequest

from crawler.addresses import INTERFACE, RENDERED
from crawler.download.browser import scroll
from crawler.errors import Broken, ListingError, Refused
from crawler.pages.listings.api_listing import read_interface
from crawler.pages.listings.cards import Card
from crawler.pages.listings.html_listing import Listing, read_listing
from crawler.spiders.article_spider import ArticleSpider

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

NO_TOKEN: Final = frozenset({401, 403})
ABSENT: Final = frozenset({404, 405, 410, 501})


@dataclass(slots=True)
class Pagination:
    """One walk through a listing, page by page.

    Attributes:
        way: The way's name, for the run's document.
        asked: Addresses or cursors already asked for: a listing that leads in a circle ends.
        optional: Whether it is one of several places of which not all need exist.
    """

    way: str
    asked: set[str]
    optional: bool = False


class ListingSpider(ArticleSpider):
    """Looks through listings; a subclass says which, and when the rest of one need not be looked at.

    Args:
        token: Bearer token for the interface; None for none.
    """

    def __init__(self, *, token: str | None = None, **asking: Any) -> None:
        super().__init__(**asking)
        self._token = token

    def is_enough(self, cards: Sequence[Card], verdicts: Mapping[str, str]) -> bool:
        """Return whether the rest of a listing need not be looked at after this page of it."""
        raise NotImplementedError

    async def noted(self, walk: Pagination, cursor: str | None) -> None:
        """Hear that a page of the interface has been written down; `cursor` leads to the next, None at the end."""

    def instead(self, walk: Pagination, tags: Sequence[str], error: ListingError) -> list[Request]:
        """Return what to ask where the interface refuses or is broken: the rendered listings."""
        self.end_way(walk.way, "" if isinstance(error, Refused) else str(error))
        logger.info("listing interface: %s; asking for the rendered listings", error)
        return self._rendered_listings(tags)

    # ---- The JSON interface (FACTS §3) ------------------------------------------------------------------------------

    def interface(self, walk: Pagination, tags: Sequence[str], cursor: str | None = None) -> Request:
        """Return the request for a page of the interface; a cursor leads to it."""
        self.begin_way(walk.way)
        walk.asked.add(cursor or "")
        body: dict[str, Any] = {"tags": list(tags), "orderType": "updatedAt"}
        if cursor:
            body["startCursor"] = cursor
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return JsonRequest(
            self.sites.news + INTERFACE,
            data=body,
            headers=headers,
            priority=10,
            callback=self.parse_interface,
            errback=self.listing_failed,
            cb_kwargs={"walk": walk, "tags": tags},
            meta={"refusal_expected": not self._token},
        )

    async def parse_interface(
        self, response: Response, walk: Pagination, tags: Sequence[str]
    ) -> AsyncIterator[Request]:
        """Yield the request for the interface's next page, or for the rendered listing where it refuses."""
        try:
            answer = self._read_interface(response)
        except ListingError as error:
            self.crawler.stats.inc_value(f"looking/interface/{type(error).__name__.lower()}")
            for request in self.instead(walk, tags, error):
                yield request
            return
        if answer.unread:
            self.crawler.stats.inc_value("looking/interface/unread", answer.unread)
            logger.warning("listing interface: %d entries make no article address", answer.unread)
        enough = await self.note(answer.cards, response.url)
        await self.noted(walk, None if enough or not answer.has_next else answer.end_cursor)
        if not answer.has_next or enough or self.full:
            self.end_way(walk.way)
        elif not answer.end_cursor or answer.end_cursor in walk.asked:
            self.end_way(walk.way, "the interface says there is more, but its cursor leads in a circle")
            for request in self._rendered_listings(tags):
                yield request
        else:
            yield self.interface(walk, tags, answer.end_cursor)

    def _read_interface(self, response: Response) -> Any:
        if response.status in NO_TOKEN:
            raise Refused(f"HTTP {response.status}: it wants a bearer token (CMONEY_TOKEN)")
        if response.status in ABSENT:
            raise Refused(f"HTTP {response.status}: there is none")
        if response.status != 200:  # noqa: PLR2004 -- HTTP's own number
            raise Broken(f"the interface answered HTTP {response.status}")
        return read_interface(response.body, self.sites)

    # ---- Rendered listings, of both sites ---------------------------------------------------------------------------

    def _rendered_listings(self, tags: Sequence[str]) -> list[Request]:
        """Return requests for the listings that may stand in for the interface, which need not all exist."""
        paths = [*RENDERED, *(f"/tag/{quote(tag, safe='()')}" for tag in tags)]
        return [
            self.rendered(self.sites.news + path, Pagination(f"listing {path}", set(), optional=True))
            for path in paths
            if f"listing {path}" not in self.ways
        ]

    def rendered(self, url: str, walk: Pagination) -> Request:
        """Return the request for a page of a rendered listing."""
        self.begin_way(walk.way)
        walk.asked.add(url)
        return Request(
            url, priority=10, callback=self.parse_listing, errback=self.listing_failed, cb_kwargs={"walk": walk}
        )

    async def parse_listing(self, response: Response, walk: Pagination) -> AsyncIterator[Request]:
        """Yield the requests for a listing's next pages, or for the same one in a browser where it holds no cards."""
        if response.status != 200:  # noqa: PLR2004 -- HTTP's own number
            absent = walk.optional and response.status in ABSENT
            self.end_way(walk.way, "" if absent else f"the listing answered HTTP {response.status}")
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        listing = read_listing(response.body, response.url, self.sites, content_type)
        if not listing.cards and len(walk.asked) == 1 and not self._is_notes(response.url):
            yield self._in_browser(response.url, walk)
            return
        enough = await self.note(listing.cards, response.url)
        following = [url for url in listing.next_urls if url not in walk.asked]
        if enough or not following or not listing.cards:
            self.end_way(walk.way)
            return
        yield self.rendered(following[0], walk)

    def _is_notes(self, url: str) -> bool:
        return "/notes/" in url

    # ---- In a browser -----------------------------------------------------------------------------------------------

    def _in_browser(self, url: str, walk: Pagination) -> Request:
        return Request(
            url,
            priority=10,
            callback=self.parse_in_browser,
            errback=self.listing_failed,
            cb_kwargs={"walk": walk},
            meta={"playwright": True, "playwright_include_page": True, "dont_retry": True},
        )

    async def parse_in_browser(self, response: Response, walk: Pagination) -> None:
        """Scroll a listing to its end, or as far as needed, and note its cards."""
        page = response.meta["playwright_page"]
        seen: dict[str, Card] = {}
        try:
            async for html in scroll(page, self.crawler.settings.getfloat("DOWNLOAD_DELAY")):
                listing: Listing = read_listing(html, response.url, self.sites, "text/html; charset=utf-8")
                fresh = [card for card in listing.cards if card.address.key not in seen]
                seen.update((card.address.key, card) for card in fresh)
                if fresh and await self.note(fresh, response.url):
                    break
        finally:
            await page.close()
        self.crawler.stats.inc_value("looking/browser/cards", len(seen))
        self.end_way(
            walk.way,
            "" if seen or (walk.optional and self._found_any) else "the listing holds no cards, in a browser either",
        )

    async def listing_failed(self, failure: Failure) -> AsyncIterator[Request]:
        """Note that a listing could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy adds the request
        page = request.meta.get("playwright_page")
        if page is not None:
            await page.close()
        walk: Pagination = request.cb_kwargs["walk"]
        self.crawler.stats.inc_value(f"asking/no_response/{type(failure.value).__name__}")
        self.end_way(walk.way, f"{type(failure.value).__name__}: {failure.value}")
        if "tags" in request.cb_kwargs:
            for listing in self._rendered_listings(request.cb_kwargs["tags"]):
                yield listing

    async def note(self, cards: Sequence[Card], where: str) -> bool:
        """Write down a listing page's cards; return whether the rest of the listing need not be looked at."""
        here = self.place("listing", where)
        found = [
            here.found(
                card.address,
                self.sites,
                title=card.title,
                skip=self.scope.refuses(card.title, card.published_at or card.address.published_at),
                updated_at=card.updated_at,
            )
            for card in cards
        ]
        verdicts = await self.discover(found)
        for verdict in verdicts.values():
            self.crawler.stats.inc_value(f"looking/found/{verdict}")
        return self.is_enough(cards, verdicts)

    @property
    def _found_any(self) -> bool:
        return any(name.startswith("looking/found/") for name in self.crawler.stats.get_stats())

    def tags(self) -> list[list[str]]:
        """Return the tags to ask the interface for, a walk each; none means all."""
        return [[column] for column in sorted(self.scope.columns)] if self.scope.columns is not None else [[]]


def all_before(cards: Sequence[Card], moment: datetime) -> bool:
    """Return whether every card of a page was published, and last changed, before a moment; a doubt counts as no."""
    moments = [card.updated_at or card.published_at for card in cards]
    return bool(moments) and all(known is not None and known < moment for known in moments)
