"""The addresses that pass between crawler and frontier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

FoundBy = Literal["listing", "related", "backfill", "argument"]
EntryState = Literal["wanted", "kept", "failed", "gone", "skipped"]
FindVerdict = Literal["new", "changed", "known", "skipped"]
PublishedFrom = Literal["page", "listing", "address"]

SOURCES: Final[tuple[PublishedFrom | None, ...]] = ("page", "listing", "address", None)
"""The sources of a publication date, the best first: stated dates outrank derived ones."""

ADDRESS_ERRS: Final = timedelta(days=7)
"""By how much an article may be younger than the moment in its address; it may be older by any time: an import gave
it the address then."""

OUTSIDE: Final = "outside the window"
TOO_DEEP: Final = "beyond related_depth"
PASSED_OVER: Final = (OUTSIDE, TOO_DEEP)
"""The reasons of skipping that depend on a run's scope, so that another run may want the address."""


def is_better(source: PublishedFrom | None, other: PublishedFrom | None) -> bool:
    """Return whether a date from one place counts more than one from another.

    >>> is_better("listing", "address"), is_better("listing", "page"), is_better(None, None)
    (True, False, False)
    """
    return SOURCES.index(source) < SOURCES.index(other)


@dataclass(frozen=True, slots=True)
class DiscoveredUrl:
    """A discovered address of an article.

    Attributes:
        key: The article key.
        url: Its canonical address.
        title: The title shown where it was found; None if none was.
        published_at: Moment of publication in listing or address; aware, UTC; None if neither has one.
        updated_at: The last change that the site states; aware, UTC; None if it states none.
        found_by: The kind of source.
        found_in: The source: a listing's address, the key of the article that links to it, or the argument.
        depth: Steps of further reading from a listing; 0 on the listing itself.
        skip: Why it is not wanted, in words that can be counted; None if it is wanted.
        window: The `_id` of its backfill, which alone requests it while it is undated; None without one.
        published_from: Where `published_at` is from; None without it, but `listing` where the moment in the
            address contradicts a listing's order.
        is_confirmed: Whether the moment in the address confirms the listing's date to the minute.
    """

    key: str
    url: str
    title: str | None
    published_at: datetime | None
    updated_at: datetime | None
    found_by: FoundBy
    found_in: str
    depth: int
    skip: str | None = None
    window: str | None = None
    published_from: PublishedFrom | None = None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class LeasedUrl:
    """An address that a run has leased, in order to request it.

    Attributes:
        key: The article key.
        url: Its canonical address.
        title: The title known so far; None if none is.
        published_at: Moment of publication known so far; aware, UTC; None if unknown.
        depth: Steps of further reading from a listing.
        attempts: How often it failed since it last succeeded.
        etag: ETag of the page kept, for a conditional request; None if there is none.
        last_modified: Last-Modified of the page kept, as received; None if there is none.
        kept: Whether its article is kept already, so that this is a re-check.
        seen: Whether a run with a narrower scope skipped it and kept its page, which can be read without a request.
        published_from: Where `published_at` is from; None without it, but `listing` where the moment in the
            address contradicts a listing's order.
    """

    key: str
    url: str
    title: str | None
    published_at: datetime | None
    depth: int
    attempts: int
    etag: str | None
    last_modified: str | None
    kept: bool
    seen: bool = False
    published_from: PublishedFrom | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An address's entry in the frontier; times are aware, UTC. `docs/schema.md` has each field's meaning."""

    key: str
    url: str
    title: str | None
    published_at: datetime | None
    published_from: PublishedFrom | None
    state: EntryState
    reason: str | None
    detail: str | None
    attempts: int
    next_at: datetime | None
    checked_at: datetime | None
    found_by: FoundBy
    found_in: str
    found_at: datetime
    last_found_at: datetime
    places: tuple[str, ...]
    depth: int
    site_updated_at: datetime | None
    etag: str | None
    last_modified: str | None
    leased_by: str | None
    gone_since: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many addresses are in a state for a reason; the reason is None where the state needs none."""

    state: EntryState
    reason: str | None
    count: int


def relaxed(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return the current depths of entries: one step deeper than the shallowest entry that links to them.

    >>> deep = {"c": {"depth": 3, "places": ["b"]}, "b": {"depth": 2, "places": ["a"]}, "a": {"depth": 0, "places": []}}
    >>> relaxed(deep)
    {'c': 2, 'b': 1, 'a': 0}
    """
    depths: dict[str, int] = {key: entry["depth"] for key, entry in entries.items()}
    changed = True
    while changed:
        changed = False
        for key, entry in entries.items():
            reached = min((depths[place] + 1 for place in entry["places"] if place in depths), default=depths[key])
            if reached < depths[key]:
                depths[key], changed = reached, True
    return depths
