"""An article as a document of MongoDB, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from archive.model.article import (
    Article,
    content_hash,
    cut_at_headings,
)
from archive.model.identity import identity_hash, text_hash
from archive.model.suspicion import description_of, to_documents
from archive.mongo.values import Document, moment, moment_or_none

BOOKKEEPING = frozenset(
    {"first_seen_at", "revision", "checked_at", "last_changed_at", "known_at", "status", "gone_at", "put_aside"}
)
"""The fields that the archive sets, rather than the page."""

UNCOMPARED = frozenset(
    {"_id", "source", "text", "content_hash", "identity_hash", "text_hash", "extractor", "fetched_at", *BOOKKEEPING}
)
"""The fields that may differ between two readings of an unchanged text without a change. Text and title are compared by
`content_hash`; `extractor` and `fetched_at` are those of its reading."""


def to_document(article: Article, now: datetime) -> Document:
    """Return the document of a new article: revision 1, live, first seen when it was fetched.

    Args:
        article: After the last stage.
        now: The moment that counts as fetched where neither article nor page has one; aware.

    Raises:
        ValueError: A time has no zone, or a text holds a lone surrogate, which UTF-8 cannot write.
    """
    fetched_at = moment(article.fetched_at or (article.page.fetched_at if article.page else now))
    document = _reading(article) | _body(article)
    document["fetched_at"] = fetched_at
    document["first_seen_at"] = document["checked_at"] = document["last_changed_at"] = fetched_at
    document["known_at"] = moment(now)
    document["revision"] = 1
    document["status"] = "live"
    document["gone_at"] = None
    document["put_aside"] = []
    return document


def _reading(article: Article) -> Document:
    return {
        "_id": article.key,
        "aliases": list(article.aliases),
        "source": article.key,
        "url": article.url,
        "column": article.column,
        "title": article.title,
        "headline": article.headline,
        "author": {"id": article.author.id, "name": article.author.name},
        "published_at": moment_or_none(article.published_at),
        "published_from": article.published_from,
        "updated_at": moment_or_none(article.updated_at),
        "tickers": list(article.tickers),
        "tw_stocks": list(article.tw_stocks),
        "mentions": [mention._asdict() for mention in article.mentions],
        "tags": list(article.tags),
        "related": [{"title": related.title, "url": related.url, "key": related.key} for related in article.related],
        "access": article.access,
        "problems": [{"field": problem.field, "reason": problem.reason} for problem in article.problems]
        + [{"field": "text", "reason": description_of([suspicion])} for suspicion in article.suspect],
        "left_out": [prose._asdict() for prose in article.left_out],
        "suspect": to_documents(article.suspect),
        "extractor": {"name": article.extractor.name, "version": article.extractor.version},
    }


def _body(article: Article) -> Document:
    text = article.text
    return {
        "lead": article.lead,
        "sections": [{"heading": heading, "blocks": texts} for heading, texts in cut_at_headings(article.blocks)],
        "text": text,
        "content_hash": content_hash(article.title, text),
        "identity_hash": identity_hash(article.title, text),
        "text_hash": text_hash(text) if article.access == "public" else None,
    }


def differs(kept: Mapping[str, Any], read: Mapping[str, Any]) -> bool:
    """Return whether two documents of an article with the same text differ in a field that counts as a change."""
    return any(kept.get(name) != value for name, value in read.items() if name not in UNCOMPARED)


def is_as_kept(kept: Mapping[str, Any], read: Mapping[str, Any]) -> bool:
    """Return whether a reading equals the kept document exactly, so that writing it would change nothing."""
    if kept["checked_at"] < read["fetched_at"]:
        return False
    return all(kept.get(name) == value for name, value in read.items() if name not in BOOKKEEPING)
