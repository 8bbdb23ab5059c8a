"""The reading of an article's page: the template that fits, else the generic reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.addresses import read_address
from crawler.errors import NoArticle, Unreadable
from crawler.pages.cmnews import CmnewsPage
from crawler.pages.document import Document
from crawler.pages.generic import GenericPage
from crawler.pages.gone import notice_of, says_gone
from crawler.pages.notes import NotesPage

if TYPE_CHECKING:
    from archive.article import Article
    from crawler.addresses import ArticleAddress, Sites
    from crawler.pages.template import ArticlePage

TEMPLATES: dict[str, tuple[type[ArticlePage], ...]] = {
    "cmnews": (CmnewsPage, NotesPage),
    "notes": (NotesPage, CmnewsPage),
}
"""The templates to try for an address of each site, the likeliest first."""

_SHORT_TEXT = 120


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
