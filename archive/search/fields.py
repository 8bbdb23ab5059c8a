"""The fields of the index, and a version of an article as one of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import tantivy

from archive.market_calendar import milliseconds
from archive.model.time_zones import TAIPEI
from archive.search.language.parser import value_of
from archive.search.language.tokens import stream
from archive.search.source import IndexedVersion

CURRENT: Final = "current"
"""The mark of an article's current version."""

CURSOR_KEY: Final = "\x00"
"""The key of the one document that is no article: it has the feed cursor up to which the index is current."""

FACETS: Final = ("ticker", "tag", "month")
"""The facets; their values are shown, and so not folded. A month is that of publication in Taipei."""

NEVER: Final = 2**53
"""The end of the current version, in milliseconds: beyond every moment."""


def schema() -> tantivy.Schema:
    """Return the fields of the index.

    `title`, `heading` and `text` hold the stream of terms with places, not the text itself: MongoDB has that.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("revision", stored=True)
    builder.add_text_field("cursor", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "heading", "text"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("ticker", "tag", "column", "author", "mark"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(f"{name}_facet", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", stored=True, indexed=True, fast=True)
    for name in ("since", "assumed", "until"):  # by the clock of publication the first version is known since `assumed`
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def document_of(version: IndexedVersion) -> tantivy.Document:
    """Return a version as a document of the index."""
    article = version.article
    document = tantivy.Document()
    document.add_text("key", article["_id"])
    document.add_unsigned("revision", version.revision)
    document.add_text("title", stream(version.title))
    document.add_text("text", stream(version.text))
    document.add_text("heading", stream("\n".join(version.headings)))
    for name, value in _values(article):
        document.add_text(name, value)
    for name, value in _facets(article):
        document.add_text(f"{name}_facet", value)
    for mark in _marks(version):
        document.add_text("mark", mark)
    if article["published_at"] is not None:
        document.add_integer("published", milliseconds(article["published_at"]))
    document.add_integer("since", milliseconds(version.since))
    document.add_integer("assumed", milliseconds(version.assumed))
    document.add_integer("until", NEVER if version.until is None else milliseconds(version.until))
    return document


def cursor_document(cursor: str) -> tantivy.Document:
    """Return the document that keeps the cursor."""
    document = tantivy.Document()
    document.add_text("key", CURSOR_KEY)
    document.add_text("cursor", cursor)
    return document


def _values(article: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield an article's fields that can be searched by value."""
    for symbol in (*article["tickers"], *article["tw_stocks"]):
        yield "ticker", value_of(symbol)
    for tag in article["tags"]:
        yield "tag", value_of(tag)
    if article["column"]:
        yield "column", value_of(article["column"])
    for name in article["author"].values():
        if name:
            yield "author", value_of(name)


def _facets(article: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield an article's facet values."""
    for symbol in (*article["tickers"], *article["tw_stocks"]):
        yield "ticker", symbol
    for tag in article["tags"]:
        yield "tag", tag
    if article["published_at"] is not None:
        yield "month", article["published_at"].astimezone(TAIPEI).strftime("%Y-%m")


def _marks(version: IndexedVersion) -> Iterator[str]:
    """Yield the marks of a version and of its current article."""
    if version.until is None:
        yield CURRENT
    if version.revision > 1:
        yield "revision"
    if version.article["problems"]:
        yield "problem"
    if version.article["access"] == "members":
        yield "members"
    if version.article["status"] == "gone":
        yield "gone"
