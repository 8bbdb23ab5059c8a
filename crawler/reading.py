"""From a response to what becomes of its address: an article, or why there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import IgnoreRequest

from archive.article import Article
from archive.outcomes import Miss, MissState, Unchanged
from archive.page import Page
from crawler.addresses import ArticleAddress, Sites, read_address
from crawler.finds import Place, further_reading
from crawler.interruption import Interrupted
from crawler.judgement import NO_ADDRESS, judge, within
from crawler.middlewares.onsite import OffSite
from crawler.middlewares.redirects import RedirectedTooOften
from crawler.middlewares.robots import RobotsUnreachable
from crawler.receiving import RECEIVED, Received, TooLargeToReceive
from crawler.scope import Scope

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector

    from archive.frontier import Wanted

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

    def read(self, response: Response, wanted: Wanted) -> list[Article | Miss | Unchanged]:
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

    def read_kept(self, page: Page, wanted: Wanted) -> Article | Miss:
        """Return what became of a wanted address whose page, here unpacked, a run that wanted less has kept."""
        return self._judged(page, page.body, wanted)

    def failed(self, error: BaseException, wanted: Wanted) -> Miss | None:
        """Return why no response came; None for an address given up because the run is ending: it stays as it was."""
        if isinstance(error, Interrupted):
            return None
        unknown: tuple[MissState, str] = ("failed", f"no response: {type(error).__name__}")
        state, reason = next(((state, why) for kind, state, why in NO_RESPONSE if isinstance(error, kind)), unknown)
        return self._miss(wanted, state, reason, detail=str(error))

    def _article(self, response: Response, address: ArticleAddress, wanted: Wanted) -> Article | Miss:
        return self._judged(page_of(response, address.key), response.body, wanted)

    def _judged(self, page: Page, content: bytes, wanted: Wanted) -> Article | Miss:
        outcome = judge(page, content, self._sites)
        if isinstance(outcome, Article):
            self._stats.inc_value(f"reading/read_by/{outcome.extractor.name}")
            outcome = within(outcome, self._scope)
        if isinstance(outcome, Article):
            here = Place("related", outcome.key, wanted.depth + 1, self._window)
            outcome.finds = tuple(further_reading(outcome, here, self._scope, self._sites))
        else:
            self._stats.inc_value(f"reading/{outcome.state}/{outcome.reason}")
        return outcome

    def _miss(
        self, wanted: Wanted, state: MissState, reason: str, *, page: Page | None = None, detail: str = ""
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
