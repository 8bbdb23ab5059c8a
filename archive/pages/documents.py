"""Pages as documents of the collection `pages`, and back; the list of those whose bytes are not what was received."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import zstandard
from pymongo import UpdateOne

from archive.errors import ArchiveError
from archive.model.crawl.page import Page
from archive.mongo.database import Document, Repository, legible, moment
from archive.pages.dictionaries import Dictionaries, DictionaryMissing

_UNKNOWN: Final = "0" * 64
"""The sha256 of a body of which none is on record."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One damaged page.

    Attributes:
        page: The `_id` that it is kept under.
        key: The article key that it was asked for.
        sha256: Of its body as received, 64 hex digits.
        reason: What is wrong with it, in one line.
        is_lost: Whether only fetching it again helps; False where a dictionary is missing that a backup may have.
    """

    page: str
    key: str
    sha256: str
    reason: str
    is_lost: bool = True


DamageCallback = Callable[[Damage], object]
"""What is called with each damaged page that is passed over."""


class PageDamaged(ArchiveError):
    """A kept page is not what was received; `damage` has which and why."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(f"The kept page {damage.page} is damaged: {damage.reason}.")
        self.damage = damage


class DamagedPages(Repository, collection="damaged_pages"):
    """The collection `damaged_pages`."""

    def note(self, damages: Sequence[Damage], now: datetime) -> list[str]:
        """Put damaged pages on the list; return the keys of those that are new there and have to be fetched again."""
        writes = [
            UpdateOne({"_id": damage.page}, {"$setOnInsert": _damage_document(damage, now)}, upsert=True)
            for damage in damages
        ]
        if not writes:
            return []
        new = self.collection.bulk_write(writes, ordered=False).upserted_ids or {}
        return sorted({damages[number].key for number in new if damages[number].is_lost})

    def clear(self, pages: Sequence[str]) -> None:
        """Take pages off the list that were seen to be whole."""
        if pages:
            self.collection.delete_many({"_id": {"$in": list(pages)}})

    def among(self, hashes: Sequence[str]) -> set[str]:
        """Return those sha256 of bodies as received that a page on the list should have."""
        return set(self.collection.distinct("sha256", {"sha256": {"$in": list(hashes)}}))

    def every(self) -> list[Damage]:
        """Return the list, by page."""
        names = ("_id", "key", "sha256", "reason", "is_lost")
        return [Damage(*(document[name] for name in names)) for document in self.collection.find().sort("_id", 1)]

    def unmended(self) -> list[Damage]:
        """Return those of the list whose key has no page that was received after they were found."""
        newest = {"$lookup": {"from": "pages", "localField": "key", "foreignField": "key", "as": "page"}}
        newer: list[Document] = [
            {"$lookup": newest["$lookup"] | {"pipeline": [{"$project": {"fetched_at": 1, "status": 1}}]}},
            {"$match": {"$expr": {"$not": [{"$anyElementTrue": [_IS_NEWER]}]}}},
            {"$project": {"_id": 1}},
        ]
        open_ones = {document["_id"] for document in self.collection.aggregate(newer)}
        return [damage for damage in self.every() if damage.page in open_ones]


_IS_NEWER: Document = {
    "$map": {
        "input": "$page",
        "in": {"$and": [{"$eq": ["$$this.status", 200]}, {"$gt": ["$$this.fetched_at", "$found_at"]}]},
    }
}


def checked_body(document: Mapping[str, Any], holder: Mapping[str, Any] | None, dictionaries: Dictionaries) -> bytes:
    """Return a page's body, unpacked where it was packed by the archive, once it was compared with what is on record.

    Args:
        document: The page's document.
        holder: The document that has its body: the same, or another with the same `sha256`; None if there is none.
        dictionaries: What bodies are packed with.

    Raises:
        PageDamaged: The body is missing, does not unpack, or is not what was received.
    """
    if holder is None:
        raise PageDamaged(damage_of(document, "no page has its body"))
    try:
        return whole_body(holder, dictionaries)
    except DictionaryMissing as error:
        raise PageDamaged(damage_of(document, str(error), is_lost=False)) from error
    except ValueError as error:
        raise PageDamaged(damage_of(document, str(error))) from error


def whole_body(holder: Mapping[str, Any], dictionaries: Dictionaries) -> bytes:
    """Return the body in a page's document, unpacked where it was packed by the archive.

    Raises:
        DictionaryMissing: It was packed with a dictionary that is not there.
        ValueError: It does not unpack, or is not what was received.
    """
    if holder["stored"] == "zstd":
        try:
            body = dictionaries.unpack(holder)
        except zstandard.ZstdError as error:
            raise ValueError(f"it does not unpack ({error})") from error
        recorded = holder["plain_sha256"], holder["plain_size"]
    else:
        body = bytes(holder["body"])
        recorded = holder["sha256"], holder["size"]
    if len(body) != recorded[1]:
        raise ValueError(f"it has {len(body)} bytes, not {recorded[1]}")
    digest = sha256_of(body)
    if digest != recorded[0]:
        raise ValueError(f"its sha256 is {digest[:12]}…, not {recorded[0][:12]}…")
    return body


def sha256_of(body: bytes) -> str:
    """Return the sha256 of a body, 64 hex digits: one body is kept once."""
    return hashlib.sha256(body).hexdigest()


def damage_of(document: Mapping[str, Any], reason: str, *, is_lost: bool = True) -> Damage:
    """Return the damage of a page's document, of which no more than the `_id` may be left."""
    page = str(document["_id"])
    key, sha256 = document.get("key"), document.get("sha256")
    return Damage(
        page,
        key if isinstance(key, str) else page.rpartition("@")[0],
        sha256 if isinstance(sha256, str) else _UNKNOWN,
        reason,
        is_lost,
    )


def _damage_document(damage: Damage, now: datetime) -> Document:
    return {
        "_id": damage.page,
        "key": damage.key,
        "sha256": damage.sha256,
        "reason": damage.reason,
        "is_lost": damage.is_lost,
        "found_at": moment(now),
    }


def page_id(page: Page) -> str:
    """Return the `_id` that a page is kept under.

    >>> from datetime import UTC, datetime
    >>> page_id(Page("notes:7", "", 200, b"", None, None, datetime(2026, 1, 2, 3, 4, 5, 6789, tzinfo=UTC)))
    'notes:7@2026-01-02T03:04:05.006Z'
    """
    return f"{page.key}@{moment(page.fetched_at).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def to_page(document: Document, body: bytes, encoding: str | None) -> Page:
    """Return the page of a document, with its body in an encoding; None for plain."""
    return Page(
        key=document["key"],
        url=document["url"],
        status=document["status"],
        body=body,
        encoding=encoding,
        content_type=document["content_type"],
        fetched_at=document["fetched_at"],
        headers=document["headers"],
    )


def to_document(page: Page) -> Document:
    """Return the document of a page as it was received."""
    return {
        "_id": page_id(page),
        "key": page.key,
        "url": _writable(page.url),
        "status": page.status,
        "headers": {_writable(name): _writable(value) for name, value in page.headers.items()},
        "content_type": None if page.content_type is None else _writable(page.content_type),
        "encoding": page.encoding,
        "fetched_at": moment(page.fetched_at),
        "sha256": sha256_of(page.body),
        "size": len(page.body),
        "body": page.body,
        "stored": "received",
        "dictionary": None,
        "plain_sha256": None,
        "plain_size": None,
    }


def _writable(text: str) -> str:
    return text if text.isascii() else legible(text)
