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
"""Where a date of publication is read, the best first: what is stated comes before what is derived."""

ADDRESS_ERRS: Final = timedelta(days=7)
"""By how much an article may be younger than the moment in its address; it may be older by any time: an import gave
it the address then."""

OUTSIDE: Final = "outside the window"
TOO_DEEP: Final = "beyond related_depth"
PASSED_OVER: Final = (OUTSIDE, TOO_DEEP)
"""The reasons for which a run that wanted less skips what another one wants."""


def is_better(source: PublishedFrom | None, other: PublishedFrom | None) -> bool:
    """Return whether a date from one place counts more than one from another.

    >>> is_better("listing", "address"), is_better("listing", "page"), is_better(None, None)
    (True, False, False)
    """
    return SOURCES.index(source) < SOURCES.index(other)


@dataclass(frozen=True, slots=True)
class DiscoveredUrl:
    """An article's address, as it was found somewhere.

    Attributes:
        key: The article key.
        url: Its canonical address.
        title: The title shown where it was found; None if none was.
        published_at: Moment of publication in listing or address; aware, UTC; None if neither has one.
        updated_at: The last change that the site states; aware, UTC; None if it states none.
        found_by: The way it was found.
        found_in: Where: a listing's address, the key of the article that points at it, or the argument.
        depth: Steps of further reading from a listing; 0 for what a listing itself names.
        skip: Why it is not wanted, in words that can be counted; None if it is wanted.
        window: The `_id` of the backfill that it was found for, which alone will ask for it while no listing or page
            states its date; None if it was found for none.
        published_from: Where `published_at` is from; None without it, but `listing` where the moment in the
            address contradicts a listing's order.
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


@dataclass(frozen=True, slots=True)
class LeasedUrl:
    """An address that a run holds a lease on and is to ask for.

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
        seen: Whether a run passed it over that wanted less and kept its page: that can be read, and need not be asked
            for again.
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
    """Return how deep entries really are: one step deeper than the shallowest of those that point at them.

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
