"""An article as a document of MongoDB, and one document out of two of the same article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from archive.model.article import (
    Article,
    content_hash,
    cut_at_headings,
)
from archive.model.crawl.frontier import is_better
from archive.model.identity import identity_hash, keys_of, site_of, text_hash
from archive.model.suspicion import description_of
from archive.model.time_zones import TAIPEI
from archive.mongo.database import Document, moment, moment_or_none

BOOKKEEPING = frozenset(
    {"first_seen_at", "revision", "checked_at", "last_changed_at", "known_at", "status", "gone_at", "put_aside"}
)
"""The fields that the archive sets, rather than the page."""

UNCOMPARED = frozenset(
    {"_id", "source", "text", "content_hash", "identity_hash", "text_hash", "extractor", "fetched_at", *BOOKKEEPING}
)
"""The fields that may differ between two readings of an unchanged text without a change. Text and title are compared by
`content_hash`; `extractor` and `fetched_at` are those of its reading."""

_A_DAY: Final = timedelta(days=1)
_DENIED: Final = {
    "field": "published_at",
    "reason": "the page states none, and that of the address contradicts its neighbours in a listing",
}

_LATER: Final = "its page came to state "

BOUND: Final = ("url", "author", "published_at", "published_from")
"""Fields of the document's own address; another address only fills missing ones."""


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
        "suspect": suspect_in(article.suspect),
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


def suspect_in(suspicions: Iterable[tuple[str, str]]) -> list[Document]:
    """Return suspicions as an article's document has them."""
    return [{"kind": kind, "detail": detail} for kind, detail in suspicions]


def differs(kept: Mapping[str, Any], read: Mapping[str, Any]) -> bool:
    """Return whether two documents of an article with the same text differ in a field that counts as a change."""
    return any(kept.get(name) != value for name, value in read.items() if name not in UNCOMPARED)


def is_as_kept(kept: Mapping[str, Any], read: Mapping[str, Any]) -> bool:
    """Return whether a reading equals the kept document exactly, so that writing it would change nothing."""
    if kept["checked_at"] < read["fetched_at"]:
        return False
    return all(kept.get(name) == value for name, value in read.items() if name not in BOOKKEEPING)


def completed(first: Mapping[str, Any], second: Mapping[str, Any]) -> Document:
    """Return the fields of a document, with missing ones taken from another document of the same article."""
    fields: Document = {name: first[name] or second[name] for name in ("url", "updated_at", "tags", "related")}
    fields["author"] = {name: first["author"][name] or second["author"][name] for name in ("id", "name")}
    if first["published_at"] is None and second["published_at"] is not None:
        fields |= {name: second[name] for name in ("published_at", "published_from")}
        fields["problems"] = [problem for problem in first["problems"] if problem["field"] != "published_at"]
    return dict(first) | fields


def read_again(kept: Mapping[str, Any], read: Mapping[str, Any]) -> Document:
    """Return a reading under the key, aliases and address of the kept document that it belongs to."""
    if read["_id"] != kept["_id"]:
        first = dict(read) | {name: kept[name] for name in BOUND}
        document = completed(first, read)
    else:
        document = completed(read, kept) if kept["aliases"] else dict(read)
    return document | {"_id": kept["_id"], "aliases": _aliases(kept, read), "source": read["_id"]}


def best_dated(kept: Mapping[str, Any], read: Mapping[str, Any], *, is_fetched: bool) -> Document:
    """Return the date of publication that a kept document keeps where a reading has a lesser one.

    A page that lost its date does not make an article undated; a page that is read again may prove to state none. Nor
    does a page whose date is in doubt, as its address has another, replace a date that was not.

    Args:
        kept: The document.
        read: A reading of its page.
        is_fetched: Whether the page was fetched now, and not only read again.
    """
    is_listed = kept["published_from"] == "listing"
    if is_fetched and (doubt := _later_doubt(kept, read)):
        others = [problem for problem in read["problems"] if problem["field"] != "published_at"]
        return {name: kept[name] for name in ("published_at", "published_from")} | {"problems": [*others, doubt]}
    is_lesser = is_better(kept["published_from"], read["published_from"]) or (is_listed and _is_day_of(kept, read))
    if not is_lesser or not (is_fetched or is_listed):
        return {}
    others = [problem for problem in read["problems"] if problem["field"] != "published_at"]
    own = [problem for problem in kept["problems"] if problem["field"] == "published_at"]
    dated = {name: kept[name] for name in ("published_at", "published_from")}
    return dated | {"problems": [*others, *own]}


def _later_doubt(kept: Mapping[str, Any], read: Mapping[str, Any]) -> Document | None:
    """Return the problem that a page states another day than it did, and is in doubt about it; None where it is not."""
    before, after = kept["published_at"], read["published_at"]
    is_stated = kept["published_from"] == read["published_from"] == "page"
    if not is_stated or before is None or after is None or abs(before - after) <= _A_DAY:
        return None
    doubted = [problem["reason"] for problem in read["problems"] if problem["field"] == "published_at"]
    was_doubted = any(
        problem["field"] == "published_at" and not problem["reason"].startswith(_LATER) for problem in kept["problems"]
    )
    reason = f"{_LATER}{after:%Y-%m-%d %H:%M} UTC, and in doubt ({'; '.join(doubted)}): the date of before is kept"
    return {"field": "published_at", "reason": reason} if doubted and not was_doubted else None


def denies(entry: Mapping[str, Any] | None) -> bool:
    """Return whether the moment in an address contradicts a listing's order, by its entry in the frontier."""
    return entry is not None and entry["published_from"] == "listing" and entry["published_at"] is None


def listed_date(entry: Mapping[str, Any] | None, read: Mapping[str, Any]) -> Document:
    """Return an address's date of publication by its listing, if its page states none.

    None if the moment in the address contradicts the order of a listing.

    Args:
        entry: The address's entry in the frontier; None if there is none.
        read: The reading of its page.
    """
    if entry is None or entry["published_from"] != "listing" or not is_better("listing", read["published_from"]):
        return {}
    others = [problem for problem in read["problems"] if problem["field"] != "published_at"]
    if denies(entry):
        return {"published_at": None, "published_from": None, "problems": [*others, _DENIED]}
    return {name: entry[name] for name in ("published_at", "published_from")} | {"problems": others}


def _is_day_of(kept: Mapping[str, Any], read: Mapping[str, Any]) -> bool:
    """Return whether a page states only the day of the known moment."""
    known, day = kept["published_at"], read["published_at"]
    if known is None or day is None:
        return False
    midnight = day.astimezone(TAIPEI)
    return (midnight.hour, midnight.minute, midnight.second) == (0, 0, 0) and timedelta() <= known - day < _A_DAY


def joined(stays: Mapping[str, Any], other: Mapping[str, Any], *, live: bool) -> Document:
    """Return the fields that a kept document gains from another document or reading of the same article.

    Args:
        stays: The document that is kept.
        other: The other document or reading.
        live: Whether `other` shows that the article is on the site.
    """
    fields = completed(stays, other) | {
        "aliases": _aliases(stays, other),
        "checked_at": max(stays["checked_at"], other["checked_at"]),
    }
    if live:
        fields |= {"status": "live", "gone_at": None}
    return {name: value for name, value in fields.items() if value != stays[name]}


def counts_first(key: str, kept: Mapping[str, Any]) -> bool:
    """Return whether a page is a document's `source`, or outranks it, as a page outranks a capture."""
    return key == kept["source"] or (site_of(kept["source"]) == "capture" != site_of(key))


def has_changed(kept: Mapping[str, Any], read: Mapping[str, Any], entry: Mapping[str, Any] | None) -> bool:
    """Return whether the page at another address of a document has something new.

    Args:
        kept: The document.
        read: The reading of that page.
        entry: The page's entry in the frontier, which has the hash of its last reading; None if there is none.
    """
    known = {kept["content_hash"], entry["content_hash"] if entry else None}
    same = kept["identity_hash"] is not None and kept["identity_hash"] == read["identity_hash"]
    return read["content_hash"] not in known and not same


def _aliases(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*kept["aliases"], *(key for key in keys_of(other) if key != kept["_id"])]))
