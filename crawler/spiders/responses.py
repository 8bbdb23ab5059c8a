"""From a response to the outcome of its address, and from links to discovered addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.model.article import Article
from archive.model.crawl.frontier import DiscoveredUrl, FoundBy, LeasedUrl
from archive.model.crawl.outcome import REDIRECTED, Miss, MissState, Unchanged, unexpected
from archive.model.crawl.page import Page
from archive.model.suspicion import reason_of
from crawler.addresses import ArticleAddress, Sites, read_address
from crawler.download.errors import (
    DATALOSS,
    FORESEEN,
    Interrupted,
    OffSite,
    RedirectedTooOften,
    RobotsUnreachable,
    TooLargeToReceive,
)
from crawler.download.raw_response import RECEIVED, Received
from crawler.pages.extract import NOTHING, extract, no_article_at
from crawler.pages.fields.paywall import is_login_address
from crawler.pages.judgement import ListedArticle
from crawler.scope import Scope

PageOutcome = Article | Miss | Unchanged

BROKEN_OFF: Final = "the packed body breaks off, and cannot be unpacked"
OK: Final = 200
NOT_MODIFIED: Final = 304
GONE: Final = frozenset({404, 410})
KEPT_HEADERS: Final = {
    name.title().encode(): name
    for name in ("content-type", "etag", "last-modified", "date", "content-language", "cache-control", "location")
}
"""The headers that are kept with a page, by the names that Scrapy gives them."""

ROBOTS: Final = "robots"
"""The reason of an address that robots.txt refuses; each run looks whether it still does."""

NO_RESPONSE: Final[tuple[tuple[type[Exception], MissState, str], ...]] = (
    (OffSite, "failed", "redirected off the site"),
    (RedirectedTooOften, "failed", "redirected too often"),
    (TooLargeToReceive, "failed", "response too large"),
    (RobotsUnreachable, "failed", "no robots.txt"),
    (IgnoreRequest, "skipped", ROBOTS),  # last: the others are subclasses of it
)
"""Outcomes of addresses without a response, by error; any other error is a failure under its own name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where addresses are discovered.

    Attributes:
        by: The kind of source.
        name: A listing's address, the key of the article that links to them, or a window.
        depth: Steps of further reading from a listing.
        window: The `_id` of the backfill whose source it is, to which undated addresses belong; None for none.
    """

    by: FoundBy
    name: str
    depth: int = 0
    window: str | None = None

    def discovered(
        self,
        address: ArticleAddress,
        sites: Sites,
        *,
        title: str | None = None,
        skip: str | None = None,
        updated_at: datetime | None = None,
    ) -> DiscoveredUrl:
        """Return an address as discovered here.

        Args:
            address: The address, with the date that a listing states, if one does.
            sites: The configured base addresses.
            title: The title shown with it; None if none is.
            skip: Why it is not wanted; None if it is.
            updated_at: The site's date of its last change; aware; None without one.
        """
        is_stated = address.published_from == "listing"
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
            window=None if is_stated else self.window,
            published_from=address.published_from if address.published_at else None,
        )


def further_reading(article: Article, origin: Origin, scope: Scope, sites: Sites) -> Iterator[DiscoveredUrl]:
    """Yield the articles that an article links to; title and address decide whether each is wanted.

    Args:
        article: As it was read.
        origin: The article, as the place of discovery.
        scope: The articles that the run wants.
        sites: The configured base addresses.
    """
    for related in article.related:
        address = read_address(related.url, sites) if related.key and related.url else None
        if address and address.key != article.key:
            skip = scope.refuses(related.title, address.published_at, depth=origin.depth, told_by="address")
            yield origin.discovered(address, sites, title=related.title, skip=skip)


def outcomes_of(response: Response, wanted: LeasedUrl, sites: Sites) -> list[PageOutcome]:
    """Return the outcome of a leased address; two where it was redirected to another article."""
    if response.status == NOT_MODIFIED and wanted.kept:
        return [Unchanged(wanted.key, datetime.now(UTC))]
    if response.status != OK:
        state: MissState = "gone" if response.status in GONE else "failed"
        return [_miss(wanted, state, f"HTTP {response.status}", page=page_of(response, wanted.key))]
    address = read_address(response.url, sites)
    if address is None:
        page = page_of(response, wanted.key)
        reason = no_article_at(page, response.body, sites)
        return [_miss(wanted, "failed", reason, page=page, detail=response.url)]
    if DATALOSS in response.flags:
        return [_miss(wanted, "failed", reason_of("cut short"), page=page_of(response, wanted.key), detail=BROKEN_OFF)]
    listed = listed_of(wanted) if address.key == wanted.key else NOTHING
    article_or_miss = extract(page_of(response, address.key), response.body, address, sites, listed)
    if address.key == wanted.key:
        return [article_or_miss]
    return [_miss(wanted, "skipped", REDIRECTED, detail=address.key), article_or_miss]


def listed_of(wanted: LeasedUrl) -> ListedArticle:
    """Return the known title and date of a leased address before its page is read.

    The title of a kept article is left out: its page is compared with the kept article.
    """
    stated_at = wanted.published_at if wanted.published_from == "listing" else None
    is_misdated = wanted.published_from == "listing" and wanted.published_at is None
    if wanted.kept:
        return ListedArticle(None, stated_at, is_misdated=is_misdated)
    return ListedArticle(wanted.title, stated_at, is_titled=wanted.depth == 0, is_misdated=is_misdated)


def miss_of(error: BaseException, wanted: LeasedUrl) -> Miss | None:
    """Return the outcome of an address without a response; None if the run's end cut it short: it stays wanted."""
    if isinstance(error, Interrupted):
        return None
    unknown: tuple[MissState, str] = ("failed", f"no response: {type(error).__name__}")
    if not isinstance(error, FORESEEN):
        unknown = ("failed", unexpected(error))
    state, reason = next(((state, why) for kind, state, why in NO_RESPONSE if isinstance(error, kind)), unknown)
    if isinstance(error, OffSite) and is_login_address(error.url):
        reason = reason_of("login")
    response = error.response if isinstance(error, TooLargeToReceive) else None
    page = page_of(response, wanted.key) if response is not None else None
    return _miss(wanted, state, reason, page=page, detail=str(error))


def _miss(wanted: LeasedUrl, state: MissState, reason: str, *, page: Page | None = None, detail: str = "") -> Miss:
    return Miss(wanted.key, wanted.url, state, reason, datetime.now(UTC), page, detail[:500])


def page_of(response: Response, key: str) -> Page:
    """Return the page to keep: the body as it was received, and the headers in `KEPT_HEADERS`."""
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
