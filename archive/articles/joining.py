"""One document out of two: readings of an article at two addresses, or two documents that prove to be one article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from archive.model.identity import keys_of, site_of
from archive.mongo.values import Document

BOUND: Final = ("url", "author", "published_at", "published_from")
"""What belongs to the address that a document is kept under; another address only adds what is absent."""


def completed(first: Mapping[str, Any], second: Mapping[str, Any]) -> Document:
    """Return the fields of a document with what is absent in it taken from another document of the same article."""
    fields: Document = {name: first[name] or second[name] for name in ("url", "updated_at", "tags", "related")}
    fields["author"] = {name: first["author"][name] or second["author"][name] for name in ("id", "name")}
    if first["published_at"] is None and second["published_at"] is not None:
        fields |= {name: second[name] for name in ("published_at", "published_from")}
        fields["problems"] = [problem for problem in first["problems"] if problem["field"] != "published_at"]
    return dict(first) | fields


def read_again(kept: Mapping[str, Any], read: Mapping[str, Any]) -> Document:
    """Return a reading that counts for a kept document as that document's: its key, its aliases, its address."""
    if read["_id"] != kept["_id"]:
        first = dict(read) | {name: kept[name] for name in BOUND}
        said = completed(first, read)
    else:
        said = completed(read, kept) if kept["aliases"] else dict(read)
    return said | {"_id": kept["_id"], "aliases": _aliases(kept, read), "source": read["_id"]}


def joined(stays: Mapping[str, Any], other: Mapping[str, Any], *, live: bool) -> Document:
    """Return the fields that a kept document gains from another document or reading of the same article.

    Args:
        stays: The document that is kept.
        other: What it takes in.
        live: Whether `other` tells that the article is there.
    """
    fields = completed(stays, other) | {
        "aliases": _aliases(stays, other),
        "checked_at": max(stays["checked_at"], other["checked_at"]),
    }
    if live:
        fields |= {"status": "live", "gone_at": None}
    return {name: value for name, value in fields.items() if value != stays[name]}


def counts_first(key: str, kept: Mapping[str, Any]) -> bool:
    """Return whether a page is the one that a document's text is read off, or a better one: a page beats a capture."""
    return key == kept["source"] or (site_of(kept["source"]) == "capture" != site_of(key))


def has_changed(kept: Mapping[str, Any], read: Mapping[str, Any], entry: Mapping[str, Any] | None) -> bool:
    """Return whether the page at another address of a document says something new.

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
