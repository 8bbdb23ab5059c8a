"""What a page of an article is judged to be: one judgement for what a crawl receives and for what the archive kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from archive.article import Article
from archive.outcomes import Miss, MissState
from crawler.addresses import read_address
from crawler.errors import NoArticle, Unreadable
from crawler.pages.articles import read_at
from crawler.pages.document import Document
from crawler.scope import Scope

if TYPE_CHECKING:
    from archive.page import Page
    from crawler.addresses import ArticleAddress, Sites

logger = logging.getLogger(__name__)

NO_ADDRESS: Final = "redirected to no article"
_LONGEST_DETAIL: Final = 500


def judge(page: Page, content: bytes, sites: Sites) -> Article | Miss:
    """Return the article on a page that answered with status 200, or why it gives none.

    Args:
        page: As it was received; article and miss carry it.
        content: Its body, unpacked.
        sites: The configured base addresses.
    """
    return _judged(page, content, read_address(page.url, sites), sites)


def _judged(page: Page, content: bytes, address: ArticleAddress | None, sites: Sites) -> Article | Miss:
    if address is None:
        return _missed(page, page.url, "failed", NO_ADDRESS, page.url)
    url = address.url(sites)
    try:
        article = read_at(address, Document.read(content, url, sites, page.content_type))
    except NoArticle as error:
        return _missed(page, url, "gone", "page says there is no article", error.reason)
    except Unreadable as error:
        return _missed(page, url, "failed", "unreadable", error.reason)
    except Exception as error:  # a page never ends a run: it is kept raw, counted, and can be read again
        logger.exception("page object failed on %s", page.key)
        return _missed(page, url, "failed", f"page object: {type(error).__name__}", str(error))
    article.page, article.fetched_at = page, page.fetched_at
    return article


def within(article: Article, scope: Scope) -> Article | Miss:
    """Return an article that was read off a page, or the miss that it is where the scope does not want it."""
    skip = scope.refuses(article.title, article.published_at, read=True)
    if skip is None or article.page is None:
        return article
    missed = _missed(article.page, article.url or article.page.url, "skipped", skip)
    return replace(missed, title=article.title or None, published_at=article.published_at)


def kept_reader(sites: Sites, columns: frozenset[str] | None) -> Callable[[Page, bool], Article | Miss | None]:
    """Return a function that reads a kept page as a crawl with these settings would.

    The function takes a page, unpacked, and whether its article is kept already: then its column does not matter any
    more. It returns None for a page from another site than the configured ones: that its address says nothing to these
    settings is no judgement of the page.

    Args:
        sites: The configured base addresses.
        columns: The wanted columns, without brackets; None for all. Windows are a run's, and no page's.
    """
    scope, all_of_them = Scope(columns), Scope(None)

    def read(page: Page, is_kept: bool) -> Article | Miss | None:  # noqa: FBT001 -- called by the archive, by position
        address = read_address(page.url, sites)
        if address is None and sites.path_of(urlsplit(page.url)) is None:
            return None
        outcome = _judged(page, page.body, address, sites)
        return within(outcome, all_of_them if is_kept else scope) if isinstance(outcome, Article) else outcome

    return read


def _missed(page: Page, url: str, state: MissState, reason: str, detail: str = "") -> Miss:
    return Miss(page.key, url, state, reason, page.fetched_at, page, detail[:_LONGEST_DETAIL])
