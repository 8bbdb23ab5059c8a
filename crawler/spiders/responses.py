"""From responses to outcomes, and from links to the frontier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import IgnoreRequest

from archive.model.article import Article
from archive.model.frontier import DiscoveredUrl, FoundBy
from archive.model.outcome import Miss, MissState, Unchanged
from archive.model.page import Page
from crawler.addresses import ArticleAddress, Sites, read_address
from crawler.download.errors import Interrupted, OffSite, RedirectedTooOften, RobotsUnreachable, TooLargeToReceive
from crawler.download.raw_response import RECEIVED, Received
from crawler.pages.extract import NO_ADDRESS, extract, in_scope
from crawler.scope import Scope

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector

    from archive.model.frontier import LeasedUrl

OK: Final = 200
NOT_MODIFIED: Final = 304
GONE: Final = frozenset({404, 410})
KEPT_HEADERS: Final = {
    name.title().encode(): name
    for name in ("content-type", "etag", "last-modified", "date", "content-language", "cache-control", "location")
}
"""The headers that are kept with a page, by their names as Scrapy writes them."""

NO_RESPONSE: Final[tuple[tuple[type[Exception], MissState, str], ...]] = (
    (OffSite, "failed", "redirected off the site"),
    (RedirectedTooOften, "failed", "redirected too often"),
    (TooLargeToReceive, "failed", "response too large"),
    (RobotsUnreachable, "failed", "no robots.txt"),
    (IgnoreRequest, "skipped", "robots"),  # last: the others are of its kind
)
"""What becomes of an address that no response came for, by the error; any other is a failure under its own name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where addresses are found.

    Attributes:
        by: The way.
        name: A listing's address, the key of the article that points at them, or a window.
        depth: Steps of further reading from a listing.
        window: The `_id` of the backfill that looks here, whose addresses without a date are its own; None for none.
    """

    by: FoundBy
    name: str
    depth: int = 0
    window: str | None = None

    def found(
        self,
        address: ArticleAddress,
        sites: Sites,
        *,
        title: str | None = None,
        skip: str | None = None,
        updated_at: datetime | None = None,
    ) -> DiscoveredUrl:
        """Return an address that was found here.

        Args:
            address: What was found.
            sites: The configured base addresses.
            title: The title shown with it; None if none is.
            skip: Why it is not wanted; None if it is.
            updated_at: When the site says it was last changed; aware; None if it does not say.
        """
        return DiscoveredUrl(
            key=address.key,
            url=address.url(sites),
            title=title,
            published_at=address.published_at,
            updated_at=updated_at,
            found_by=self.by,
            found_in=self.name,
            depth=self.depth,
            skip=skip,
            window=self.window if address.published_at is None else None,
        )


def further_reading(article: Article, here: Origin, scope: Scope, sites: Sites) -> Iterator[DiscoveredUrl]:
    """Yield the articles that an article points at, each judged by what link and address tell.

    Args:
        article: As it was read.
        here: The article as a place.
        scope: What the run wants.
        sites: The configured base addresses.
    """
    for related in article.related:
        address = read_address(related.url, sites) if related.key and related.url else None
        if address and address.key != article.key:
            skip = scope.refuses(related.title, address.published_at, depth=here.depth)
            yield here.found(address, sites, title=related.title, skip=skip)


class Reading:
    """Reads responses.

    Args:
        sites: The base addresses.
        scope: What the run wants; an article that turns out to be something else is skipped, its page kept.
        stats: Counts `reading/read_by/{reader}` and `reading/{state}/{reason}`.
        window: The `_id` of the backfill that is being filled; None for none.
    """

    def __init__(self, sites: Sites, scope: Scope, stats: StatsCollector, window: str | None = None) -> None:
        self._sites = sites
        self._scope = scope
        self._stats = stats
        self._window = window

    def read(self, response: Response, wanted: LeasedUrl) -> list[Article | Miss | Unchanged]:
        """Return what became of a wanted address; two outcomes where it was redirected to another article."""
        if response.status == NOT_MODIFIED and wanted.kept:
            return [Unchanged(wanted.key, datetime.now(UTC))]
        address = read_address(response.url, self._sites)
        if response.status in GONE:
            return [self._miss(wanted, "gone", f"HTTP {response.status}", page=page_of(response, wanted.key))]
        if response.status != OK:
            return [self._miss(wanted, "failed", f"HTTP {response.status}", page=page_of(response, wanted.key))]
        if address is None:
            page = page_of(response, wanted.key)
            return [self._miss(wanted, "failed", NO_ADDRESS, page=page, detail=response.url)]
        if address.key == wanted.key:
            return [self._article(response, address, wanted)]
        moved = self._miss(wanted, "skipped", "redirected to another article", detail=address.key)
        return [moved, self._article(response, address, wanted)]

    def read_kept(self, page: Page, wanted: LeasedUrl) -> Article | Miss:
        """Return what became of a wanted address whose page, here unpacked, a run that wanted less has kept."""
        return self._judged(page, page.body, wanted)

    def failed(self, error: BaseException, wanted: LeasedUrl) -> Miss | None:
        """Return why no response came; None for an address given up because the run is ending: it stays as it was."""
        if isinstance(error, Interrupted):
            return None
        unknown: tuple[MissState, str] = ("failed", f"no response: {type(error).__name__}")
        state, reason = next(((state, why) for kind, state, why in NO_RESPONSE if isinstance(error, kind)), unknown)
        return self._miss(wanted, state, reason, detail=str(error))

    def _article(self, response: Response, address: ArticleAddress, wanted: LeasedUrl) -> Article | Miss:
        return self._judged(page_of(response, address.key), response.body, wanted)

    def _judged(self, page: Page, content: bytes, wanted: LeasedUrl) -> Article | Miss:
        outcome = extract(page, content, self._sites)
        if isinstance(outcome, Article):
            self._stats.inc_value(f"reading/read_by/{outcome.extractor.name}")
            outcome = in_scope(outcome, self._scope)
        if isinstance(outcome, Article):
            here = Origin("related", outcome.key, wanted.depth + 1, self._window)
            outcome.finds = tuple(further_reading(outcome, here, self._scope, self._sites))
        else:
            self._stats.inc_value(f"reading/{outcome.state}/{outcome.reason}")
        return outcome

    def _miss(
        self, wanted: LeasedUrl, state: MissState, reason: str, *, page: Page | None = None, detail: str = ""
    ) -> Miss:
        self._stats.inc_value(f"reading/{state}/{reason}")
        return Miss(wanted.key, wanted.url, state, reason, datetime.now(UTC), page, detail[:500])


def page_of(response: Response, key: str) -> Page:
    """Return a response as the page to keep: its body as it was received, and the headers that matter later."""
    request = response.request
    received = (request.meta.get(RECEIVED) if request else None) or Received(response.body, None)
    headers = {
        KEPT_HEADERS[name]: values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if name in KEPT_HEADERS and values
    }
    return Page(
        key=key,
        url=response.url,
        status=response.status,
        body=received.body,
        encoding=received.encoding,
        content_type=headers.get("content-type"),
        fetched_at=datetime.now(UTC),
        headers=headers,
    )
