"""The newest articles as Atom 1.0 (RFC 4287) and JSON Feed 1.1, for a feed reader or a bot of the archive's owner."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from archive.extras import require
from archive.json_text import moment
from archive.model.text import legal

TITLE: Final = "美股動態"
SITE: Final = "https://cmnews.com.tw/"
ID: Final = uuid.uuid5(uuid.NAMESPACE_URL, SITE).urn
LANGUAGE: Final = "zh-Hant-TW"

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION: Final = "https://jsonfeed.org/version/1.1"


def identity(key: str) -> str:
    """Return the lasting identity of an article in feeds: a URN made of its key.

    >>> identity("notes:1211507")
    'urn:uuid:f4b0f8f1-43c7-5381-908f-18ca1de48b01'
    """
    return uuid.uuid5(uuid.UUID(ID), key).urn


def updated(record: Mapping[str, Any]) -> datetime:
    """Return when an article was last changed: when its revision was seen; for the first one, its publication."""
    at: datetime = record["published_at"] or record["first_seen_at"]
    if record["revision"] > 1:
        at = record["last_changed_at"]
    return at


def atom(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Return an Atom feed of articles, in the order given.

    Raises:
        NotInstalled: feedgen is not there.
    """
    feed = require("feedgen.feed", "Atom").FeedGenerator()
    feed.id(ID)
    feed.title(TITLE)
    feed.author(name="CMoney")
    feed.link(href=SITE, rel="alternate")
    feed.language(LANGUAGE)
    feed.generator("cmoney-archive")
    feed.updated(max(map(updated, records), default=_BEGINNING))
    for record in records:
        _add(feed.add_entry(order="append"), record)
    return bytes(feed.atom_str(pretty=True))


def _add(entry: Any, record: Mapping[str, Any]) -> None:
    entry.id(identity(record["_id"]))
    entry.title(legal(record["title"]) or record["_id"])
    entry.updated(updated(record))
    if record["published_at"]:
        entry.published(record["published_at"])
    if record["url"]:
        entry.link(href=record["url"], rel="alternate")
    if record["author"]["name"]:
        entry.author(name=legal(record["author"]["name"]))
    if record["lead"]:
        entry.summary(legal(record["lead"]))
    entry.content(legal(record["text"]), type="text")
    for term in _terms(record):
        entry.category(term=legal(term))


def json_feed(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a JSON Feed of articles, in the order given."""
    feed = {
        "version": _VERSION,
        "title": TITLE,
        "home_page_url": SITE,
        "language": LANGUAGE,
        "items": [_item(record) for record in records],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(record: Mapping[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": identity(record["_id"]),
        "url": record["url"],
        "title": record["title"] or record["_id"],
        "content_text": record["text"],
        "summary": record["lead"],
        "date_published": moment(record["published_at"]) if record["published_at"] else None,
        "date_modified": moment(updated(record)),
        "authors": [{"name": record["author"]["name"]}] if record["author"]["name"] else None,
        "tags": _terms(record) or None,
    }
    return {name: value for name, value in item.items() if value is not None}


def _terms(record: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*record["tags"], *record["tickers"], *record["tw_stocks"]]))
