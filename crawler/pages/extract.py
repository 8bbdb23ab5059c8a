"""From a page to an article, or to the reason why there is none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from archive.model.article import Article
from archive.model.outcome import Miss, MissState
from crawler.addresses import read_address
from crawler.errors import NoArticle, Unreadable
from crawler.pages.html.document import Document
from crawler.pages.not_found import notice_of, says_gone
from crawler.pages.templates.cmnews import CmnewsPage
from crawler.pages.templates.generic import GenericPage
from crawler.pages.templates.notes import NotesPage
from crawler.scope import Scope

if TYPE_CHECKING:
    from archive.model.page import Page
    from crawler.addresses import ArticleAddress, Sites
    from crawler.pages.templates.article_page import ArticlePage

TEMPLATES: dict[str, tuple[type[ArticlePage], ...]] = {
    "cmnews": (CmnewsPage, NotesPage),
    "notes": (NotesPage, CmnewsPage),
}
"""The templates to try for an address of each site, the likeliest first."""

_SHORT_TEXT = 120

logger = logging.getLogger(__name__)

NO_ADDRESS: Final = "redirected to no article"
_LONGEST_DETAIL: Final = 500


def read_article(content: bytes, url: str, sites: Sites, content_type: str | None = None) -> Article:
    """Return the article on a page, as the page has it.

    Args:
        content: The body, its content encoding removed.
        url: The page's address; key, author's slug and moment of publication are read off it.
        sites: The configured base addresses.
        content_type: The Content-Type header.

    Raises:
        NoArticle: The page says that its article does not exist.
        Unreadable: It is no page of an article, or neither template nor generic reader find title and body.
    """
    address = read_address(url, sites)
    if address is None:
        raise Unreadable(url, "the address is none of an article")
    return read_at(address, Document.read(content, url, sites, content_type))


def read_at(address: ArticleAddress, document: Document) -> Article:
    """Return the article on a page whose address is read already.

    Raises:
        NoArticle: The page says that its article does not exist.
        Unreadable: It is no page of an article.
    """
    for template in TEMPLATES[address.site]:
        page = template(document, address)
        article = page.read() if page.body is not None else None
        if article:
            return _existing(article, document.url)
    return _read_changed(document, address)


def _read_changed(document: Document, address: ArticleAddress) -> Article:
    notice = notice_of(document)
    if notice:
        raise NoArticle(document.url, f"the page says: {notice}")
    template = TEMPLATES[address.site][0]
    article = GenericPage(document, address).read()
    if article is None:
        raise Unreadable(document.url, f"no title and body found, neither at {template.BODY} nor by the generic reader")
    article.doubt(
        "template", f"nothing at {template.BODY} on {address.url(document.sites)}: read by the generic reader"
    )
    return article


def _existing(article: Article, url: str) -> Article:
    if any(len(block.text) > _SHORT_TEXT for block in article.blocks):  # so is most often the first or second
        return article
    text = article.text
    if len(text) <= _SHORT_TEXT and (
        says_gone(article.title) or any(says_gone(block.text) for block in article.blocks)
    ):
        raise NoArticle(url, f"the page says: {text[:60]}")
    return article


def extract(page: Page, content: bytes, sites: Sites) -> Article | Miss:
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


def in_scope(article: Article, scope: Scope) -> Article | Miss:
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
        return in_scope(outcome, all_of_them if is_kept else scope) if isinstance(outcome, Article) else outcome

    return read


def _missed(page: Page, url: str, state: MissState, reason: str, detail: str = "") -> Miss:
    return Miss(page.key, url, state, reason, page.fetched_at, page, detail[:_LONGEST_DETAIL])
