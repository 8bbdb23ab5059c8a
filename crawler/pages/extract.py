"""Extraction: from a page to its article, or to the reason why there is none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from archive.model.article import Article
from archive.model.crawl.outcome import Miss, MissState
from archive.model.crawl.page import Page
from archive.model.suspicion import Suspicion, reason_of
from archive.model.text import column_of, is_of_another_column
from crawler.addresses import ArticleAddress, Sites, read_address
from crawler.errors import NoArticle, NotShown, Unreadable
from crawler.pages.fields.paywall import is_login_address
from crawler.pages.html.document import Document
from crawler.pages.judgement import SHAPES, ListedArticle, other_article, shape_of, suspicions_of
from crawler.pages.not_found import notice_of, says_gone
from crawler.pages.templates.article_page import ArticlePage
from crawler.pages.templates.cmnews import CmnewsPage
from crawler.pages.templates.generic import GenericPage
from crawler.pages.templates.notes import NotesPage
from crawler.scope import Scope

TEMPLATES: Final[dict[str, tuple[type[ArticlePage], ...]]] = {
    "cmnews": (CmnewsPage, NotesPage),
    "notes": (NotesPage, CmnewsPage),
    "stock": (CmnewsPage, NotesPage),
}
"""The templates to try for an address of each site, the likeliest first."""

NO_ADDRESS: Final = "redirected to no article"
_SHORT_TEXT: Final = 120
_SHOWN_TEXT: Final = 60
_LONGEST_DETAIL: Final = 500

logger = logging.getLogger(__name__)


NOTHING: Final = ListedArticle()
"""The known data of an article that no source has named."""


def extract(
    page: Page, content: bytes, address: ArticleAddress | None, sites: Sites, listed: ListedArticle = NOTHING
) -> Article | Miss:
    """Return the article on a page that answered with status 200, or the reason why there is none.

    Doubts whether the page has its whole article are in `suspect`, or are the reason of the miss.

    Args:
        page: The page as it was received; article and miss carry it.
        content: Its body, unpacked.
        address: The page's address, parsed; None if it is no article's: then the result is a miss.
        sites: The configured base addresses.
        listed: The known data of the article.
    """
    if address is None:
        return _miss(page, page.url, "failed", no_article_at(page, content, sites), page.url)
    url = address.url(sites)
    try:
        document = Document.read(content, url, sites, page.content_type)
        dated = address.denied() if listed.is_misdated else address.stated(listed.published_at)
        article = read_article(document, dated, listed)
    except NoArticle as error:
        return _miss(page, url, "gone", "page says there is no article", error.reason)
    except NotShown as error:
        return _miss(page, url, "failed", reason_of(error.kind), error.reason)
    except Unreadable as error:
        return _miss(page, url, "failed", "unreadable", error.reason)
    except Exception as error:  # a page never ends a run: it is kept raw, counted, and can be read again
        logger.exception("page object failed on %s: %s", page.key, type(error).__name__)
        return _miss(page, url, "failed", f"page object: {type(error).__name__}", str(error))
    article.page, article.fetched_at = page, page.fetched_at
    return article


def no_article_at(page: Page, content: bytes, sites: Sites) -> str:
    """Return the miss of a request that was redirected to an address which is no article's.

    Args:
        page: The page as it was received.
        content: Its body, unpacked.
        sites: The configured base addresses.
    """
    if is_login_address(page.url):
        return reason_of("login")
    try:
        shape = shape_of(Document.read(content, page.url, sites, page.content_type), None)
    except Unreadable:
        return NO_ADDRESS
    return reason_of(shape.kind) if shape else NO_ADDRESS


def read_article(document: Document, address: ArticleAddress, listed: ListedArticle = NOTHING) -> Article:
    """Return the article on a page, by the templates of its site, else by the generic reader.

    Raises:
        NoArticle: The page states that the article does not exist.
        NotShown: The page is a notice, a challenge or an empty shell, or shows another article.
        Unreadable: The page is not an article's, or neither template nor generic reader find title and body.
    """
    try:
        article, template = _read_by_template(document, address)
    except Unreadable:
        bodies = (kind(document, address).body for kind in TEMPLATES[address.site])
        shape = shape_of(document, next((body for body in bodies if body is not None), None))
        if shape is None:
            raise
        raise NotShown(document.url, shape.detail, shape.kind) from None
    if document.cut:
        article.doubt("text", document.cut)
    article.is_ended = any(block.role in {"further", "notice"} for block in template.marked)
    article.suspect.extend(suspicions_of(document, article))
    if any(suspicion.kind in SHAPES for suspicion in article.suspect):
        return article
    if detail := other_article(document, template.body, address, article, listed):
        raise NotShown(document.url, detail, "another article")
    return article


def _read_by_template(document: Document, address: ArticleAddress) -> tuple[Article, ArticlePage]:
    for template in TEMPLATES[address.site]:
        page = template(document, address)
        article = page.read() if page.body is not None else None
        if article:
            _refuse_notice(article, document.url)
            return article, page
    # no template fits: the article is gone by the page's words, or the template is new
    if notice := notice_of(document):
        raise NoArticle(document.url, f"the page says: {notice}")
    selector = TEMPLATES[address.site][0].BODY
    generic = GenericPage(document, address)
    article = generic.read()
    if article is None:
        raise Unreadable(document.url, f"no title and body found, neither at {selector} nor by the generic reader")
    article.doubt("template", f"nothing at {selector} on {document.url}: read by the generic reader")
    return article, generic


def _refuse_notice(article: Article, url: str) -> None:
    """Refuse a page in an article's template that only states that the article is gone.

    Raises:
        NoArticle: It is such a page.
    """
    text = article.text
    if len(text) <= _SHORT_TEXT and any(map(says_gone, (article.title, *(block.text for block in article.blocks)))):
        raise NoArticle(url, f"the page says: {text[:_SHOWN_TEXT]}")


def in_scope(
    article: Article, scope: Scope, known_title: str | None = None, *, is_listed: bool = False, is_kept: bool = False
) -> Article | Miss:
    """Return an article, in doubt if its column is contradicted; or a miss if it is out of scope.

    A page without any of its article, or with a damaged title, has no column.

    Args:
        article: As it was read.
        scope: The articles that the run wants.
        known_title: The title that a listing or link states, or that is kept; None if none is known.
        is_listed: Whether a listing states it; a link's may be old.
        is_kept: Whether it is kept; then `archive.articles.trust` compares the page with it.
    """
    if any(suspicion.kind in SHAPES or suspicion.kind == "garbled" for suspicion in article.suspect):
        return article
    if is_of_another_column(article.title, known_title):
        contradiction = f"the page states {article.title[:80]!r}, named is {known_title!r}"
        is_wanted = scope.wants(column_of(article.title))
        if is_kept:
            return article
        if not is_wanted and scope.wants(column_of(known_title or "")):
            article.suspect.append(Suspicion("other column", contradiction))
            return article
        if is_wanted and is_listed:
            article.doubt("title", contradiction)
    skip = scope.refuses(article.title, article.published_at, read=True)
    if skip is None or article.page is None:
        return article
    miss = _miss(article.page, article.url or article.page.url, "skipped", skip)
    return replace(
        miss,
        title=article.title or None,
        published_at=article.published_at,
        published_from=article.published_from,
    )


def kept_reader(sites: Sites, columns: frozenset[str] | None) -> Callable[[Page, bool], Article | Miss | None]:
    """Return a function that reads a kept page as a crawl with these settings would.

    The function takes a page, unpacked, and whether its article is kept; then the column does not matter. It returns
    None for a page of a site that is not configured.

    Args:
        sites: The configured base addresses.
        columns: The wanted columns, without brackets; None for all. Windows belong to a run, not to a page.
    """
    scope, every_column = Scope(columns), Scope(None)

    def read(page: Page, is_kept: bool) -> Article | Miss | None:  # noqa: FBT001 -- called by the archive, by position
        address = read_address(page.url, sites)
        if address is None and sites.path_of(urlsplit(page.url)) is None:
            return None
        outcome = extract(page, page.body, address, sites)
        return in_scope(outcome, every_column if is_kept else scope) if isinstance(outcome, Article) else outcome

    return read


def _miss(page: Page, url: str, state: MissState, reason: str, detail: str = "") -> Miss:
    return Miss(page.key, url, state, reason, page.fetched_at, page, detail[:_LONGEST_DETAIL])
