"""Missing articles: known addresses whose article is not kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from archive.coverage.census import Census, UnkeptLink
from archive.model.text import column_of
from archive.mongo.database import Document

Columns = Collection[str] | None

UNKNOWN: Final = "unknown"
"""The state of an address without an entry in the frontier."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A known article that is not kept.

    Attributes:
        key: Its key.
        state: Its state in the frontier; `unknown` without an entry.
        reason: Why it is not kept; None if it is only wanted.
        title: Its title; None if unknown.
        published_at: Its publication; aware, UTC; None if unknown.
        url: Its canonical address; None if unknown.
        linked_from: The key of an article of the window that links to it; None without one.
    """

    key: str
    state: str
    reason: str | None
    title: str | None
    published_at: datetime | None
    url: str | None = None
    linked_from: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the frontier has an entry for it."""
        return self.state != UNKNOWN


@dataclass(frozen=True, slots=True)
class Unkept:
    """The missing articles of a window, by key.

    Attributes:
        waiting: Those that are wanted or failed, or were skipped by a narrower run.
        unread: Further reading that is not waiting.
        lost: Those that the site removed before they could be kept.
    """

    waiting: dict[str, Missing]
    unread: dict[str, Missing]
    lost: dict[str, Missing]


def unkept(census: Census, since: datetime, until: datetime, columns: Columns, passed_over: Collection[str]) -> Unkept:
    """Return the missing articles of a window.

    Args:
        census: Counts the articles of the columns.
        since: The window's beginning; aware; included.
        until: Its end; aware; not included.
        columns: The columns that are wanted, without brackets; None for all.
        passed_over: The reasons of skipping by a narrower run.
    """
    missing = Unkept(
        {address.key: address for address in _missing(census.waiting(since, until, passed_over), columns)},
        {},
        {address.key: address for address in _missing(census.lost(since, until), columns)},
    )
    for address in _linked(census, since, until, columns, passed_over):
        if (
            address.published_at is None or since <= address.published_at < until
        ):  # a date outside is another window's business
            _sort(address, missing)
    return missing


def _sort(address: Missing, missing: Unkept) -> None:
    """Sort further reading into waiting, unread or lost; a waiting address gets the article that links to it."""
    if address.key in missing.waiting:
        missing.waiting[address.key] = address
    elif address.state == "gone":
        missing.lost[address.key] = address
    else:
        missing.unread[address.key] = address


def _linked(
    census: Census, since: datetime, until: datetime, columns: Columns, passed_over: Collection[str]
) -> list[Missing]:
    """Return the further reading that is not kept, and was not skipped for good."""
    unkept_keys = census.unkept_reading(since, until)
    entries = census.entries(unkept_keys)
    settled = {key for key, entry in entries.items() if _is_settled(entry, passed_over)}
    linked = census.links(unkept_keys - settled, since, until, lambda title: _is_wanted(title, columns))
    return [_linked_of(key, link, entries.get(key)) for key, link in linked.items()]


def _is_settled(entry: Document, passed_over: Collection[str]) -> bool:
    return entry["state"] == "kept" or (entry["state"] == "skipped" and entry["reason"] not in passed_over)


def _linked_of(key: str, link: UnkeptLink, entry: Document | None) -> Missing:
    if entry is None:
        return Missing(key, UNKNOWN, "never discovered", link.title, None, link.url, link.linked_from)
    return _missing_of(entry | {"title": entry["title"] or link.title}, link.linked_from)


def _missing(entries: Iterable[Mapping[str, Any]], columns: Columns) -> list[Missing]:
    return [_missing_of(entry) for entry in entries if entry["title"] is None or _is_wanted(entry["title"], columns)]


def _missing_of(entry: Mapping[str, Any], linked_from: str | None = None) -> Missing:
    fields = {name: entry[name] for name in ("state", "reason", "title", "published_at", "url")}
    return Missing(entry["_id"], **fields, linked_from=linked_from)


def _is_wanted(title: str, columns: Columns) -> bool:
    return columns is None or column_of(title) in columns
