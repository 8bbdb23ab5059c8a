"""The trace of each field: where it was read on its page, and the values elsewhere. It is not used in a crawl."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from archive.model.article import Article
from crawler.addresses import ArticleAddress
from crawler.pages.extract import TEMPLATES
from crawler.pages.fields.dates import Statement
from crawler.pages.fields.further_reading import reading_in
from crawler.pages.fields.title import stated_titles
from crawler.pages.html.document import Document
from crawler.pages.html.json_ld import author_of
from crawler.pages.html.timestamps import read_moment
from crawler.pages.templates.article_page import ArticlePage
from crawler.pages.templates.generic import GenericPage
from crawler.pages.templates.notes import NotesPage

NOWHERE: Final = "nowhere on the page"


@dataclass(frozen=True, slots=True)
class TracePlace:
    """A place on a page that states something.

    Attributes:
        source: A selector, `meta NAME`, `JSON-LD NAME`, `address`, or what the place is.
        text: What it states.
    """

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The origin of one field.

    Attributes:
        field: Its name.
        value: Its extracted value.
        source: Where it was read; `NOWHERE` without a place.
        lost: The statements of other places, in order of precedence.
    """

    field: str
    value: Any
    source: str
    lost: tuple[TracePlace, ...] = ()


def trace(document: Document, address: ArticleAddress, article: Article) -> list[Trace]:
    """Return the trace of each field of an article.

    Args:
        document: The page.
        address: Its address, read.
        article: What `crawler.pages.extract.read_article` made of it.
    """
    page = _page_object(document, address, article)
    return [
        _template(document, address, page),
        _first("title", article.title, _titles(page)),
        _first("author", article.author.name, _authors(page)),
        _published(article, page),
        _dated("updated_at", article.updated_at, page.updated()),
        Trace("tags", article.tags, _tags_at(page) if article.tags else NOWHERE),
        _related(article, page),
        Trace("access", article.access, f"a prompt to log in {_near(page, article)} {_body_at(page)}"),
        _blocks(article, page),
    ]


def _page_object(document: Document, address: ArticleAddress, article: Article) -> ArticlePage:
    kinds: tuple[type[ArticlePage], ...] = (*TEMPLATES[address.site], GenericPage)
    return next(kind for kind in kinds if article.extractor.name == kind.NAME)(document, address)


def _template(document: Document, address: ArticleAddress, page: ArticlePage) -> Trace:
    lost = []
    for kind in TEMPLATES[address.site]:
        if kind.NAME == page.NAME:
            break
        why = "nothing there" if kind(document, address).body is None else "no title or no text there"
        lost.append(TracePlace(kind.NAME, f"{kind.BODY}: {why}"))
    return Trace("template", page.NAME, _body_at(page), tuple(lost))


def _body_at(page: ArticlePage) -> str:
    if page.BODY:
        return page.BODY
    attributes = page.body.attributes if page.body is not None else {}
    names = "".join(f".{name}" for name in (attributes.get("class") or "").split())
    return f"{page.body.tag if page.body is not None else 'body'}{names}, where most prose stands"


def _titles(page: ArticlePage) -> Iterator[TracePlace]:
    for selector in page.TITLE:
        yield TracePlace(selector, page.document.text(selector))
    yield from (TracePlace(*pair) for pair in stated_titles(page.document))


def _authors(page: ArticlePage) -> Iterator[TracePlace]:
    document = page.document
    for selector in page.AUTHOR:
        yield TracePlace(selector, document.text(selector))
    yield TracePlace("JSON-LD author", author_of(document.linked_data) or "")
    yield TracePlace("meta author", document.metas.get("author", ""))
    for selector in page.AUTHOR_ELSEWHERE:
        yield TracePlace(selector, document.text(selector))
    yield TracePlace("the link to a user over the body", page.byline() or "")


def _first(field: str, value: str | None, places: Iterable[TracePlace]) -> Trace:
    """Return the trace of a text that is the first of some places which states it, a credit before it left out."""
    stated = [place for place in places if place.text]
    winner = next((place for place in stated if value and place.text.endswith(value)), None)
    lost = tuple(place for place in stated if place is not winner)
    return Trace(field, value, winner.source if winner else NOWHERE, lost)


def _published(article: Article, page: ArticlePage) -> Trace:
    if article.published_from == "page":
        return _dated("published_at", article.published_at, page.published())
    lost = tuple(TracePlace(statement.source, statement.text) for statement in page.published())
    return Trace("published_at", article.published_at, article.published_from or NOWHERE, lost)


def _dated(field: str, value: datetime | None, statements: Iterable[Statement]) -> Trace:
    """Return the trace of a moment: of the first statement that names it, in its own zone or in another."""
    stated = list(statements)
    moments = [(statement, read_moment(statement.text)) for statement in stated]
    readable = [(statement, moment) for statement, moment in moments if moment is not None and value is not None]
    exact = (statement for statement, moment in readable if moment.at == value)
    winner = next(exact, readable[0][0] if readable else None)
    lost = tuple(TracePlace(statement.source, statement.text) for statement in stated if statement is not winner)
    return Trace(field, value, winner.source if winner else NOWHERE, lost)


def _tags_at(page: ArticlePage) -> str:
    return page.TAG_LINKS if isinstance(page, NotesPage) else page.TAGS


def _related(article: Article, page: ArticlePage) -> Trace:
    inside = set(reading_in(page.marked, page.document.sites, page.address.key))
    places = [
        name
        for name, is_there in (
            ("the body, under 延伸閱讀", any(entry in inside for entry in article.related)),
            ("a box outside the body", any(entry not in inside for entry in article.related)),
        )
        if is_there
    ]
    return Trace("related", [entry.title for entry in article.related], " and ".join(places) or NOWHERE)


def _near(page: ArticlePage, article: Article) -> str:
    return "within or around" if article.access == "members" and page.body is not None else "is neither in nor around"


def _blocks(article: Article, page: ArticlePage) -> Trace:
    """Return the trace of the body: its blocks, and those of the body element that are no text of the article."""
    kept = {block.text for block in article.blocks}
    lost = [TracePlace(block.role or "stamp or prompt", block.text) for block in page.marked if block.text not in kept]
    if page.body is not None:
        lost += [TracePlace(f"<{node.tag}>", " ".join(node.text().split())) for node in page.not_text(page.body)]
    return Trace("blocks", [block.text for block in article.blocks], _body_at(page), tuple(lost))
