"""From an address in hand to what the frontier takes; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.frontier import Found, FoundBy
from crawler.addresses import ArticleAddress, Sites, read_address

if TYPE_CHECKING:
    from archive.article import Article
    from crawler.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
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
    ) -> Found:
        """Return an address that was found here.

        Args:
            address: What was found.
            sites: The configured base addresses.
            title: The title shown with it; None if none is.
            skip: Why it is not wanted; None if it is.
            updated_at: When the site says it was last changed; aware; None if it does not say.
        """
        return Found(
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


def further_reading(article: Article, here: Place, scope: Scope, sites: Sites) -> Iterator[Found]:
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
