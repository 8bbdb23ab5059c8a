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
    """

    by: FoundBy
    name: str
    depth: int = 0

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
        url = address.url(sites)
        return Found(address.key, url, title, address.published_at, updated_at, self.by, self.name, self.depth, skip)


def further_reading(article: Article, depth: int, scope: Scope, sites: Sites) -> Iterator[Found]:
    """Yield the articles that an article points at, each judged by what link and address tell.

    Args:
        article: As it was read.
        depth: Its own steps of further reading from a listing.
        scope: What the run wants.
        sites: The configured base addresses.
    """
    here = Place("related", article.key, depth + 1)
    for related in article.related:
        address = read_address(related.url, sites) if related.key and related.url else None
        if address and address.key != article.key:
            skip = scope.refuses(related.title, address.published_at, depth=here.depth)
            yield here.found(address, sites, title=related.title, skip=skip)
