"""Merging: readings of an article at two addresses, or two documents that prove to be one article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from archive.model.crawl.frontier import is_better
from archive.model.identity import keys_of, site_of
from archive.model.time_zones import TAIPEI
from archive.mongo.values import Document

_A_DAY: Final = timedelta(days=1)
_DENIED: Final = {
    "field": "published_at",
    "reason": "the page states none, and that of the address contradicts its neighbours in a listing",
}

BOUND: Final = ("url", "author", "published_at", "published_from")
"""Fields of the document's own address; another address only fills missing ones."""


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
    """Return the date of publication that a kept document keeps if a reading has a less certain one.

    A page that lost its date does not make an article undated; re-extraction may prove that a page states none.

    Args:
        kept: The document.
        read: A reading of its page.
        is_fetched: Whether the page was fetched now, rather than re-extracted.
    """
    is_listed = kept["published_from"] == "listing"
    is_lesser = is_better(kept["published_from"], read["published_from"]) or (is_listed and _is_day_of(kept, read))
    if not is_lesser or not (is_fetched or is_listed):
        return {}
    others = [problem for problem in read["problems"] if problem["field"] != "published_at"]
    own = [problem for problem in kept["problems"] if problem["field"] == "published_at"]
    dated = {name: kept[name] for name in ("published_at", "published_from")}
    return dated | {"problems": [*others, *own]}


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
