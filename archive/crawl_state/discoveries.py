"""What finds make of entries of the frontier: a new address, a better title or date, a change, another look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from archive.crawl_state import doubts
from archive.crawl_state.settlements import cleared, is_another_day, may_look_again, new_entry
from archive.model.crawl.frontier import DiscoveredUrl, FindVerdict, is_better
from archive.model.text import is_garbled, is_of_another_column
from archive.mongo.database import Document, legible, moment, moment_or_none

PLACES = 8
"""Places of discovery that an entry keeps, besides its backfills."""

NEEDED_TO_DISCOVER = (
    "url",
    "state",
    "title",
    "published_at",
    "published_from",
    "site_updated_at",
    "checked_at",
    "places",
    "depth",
    "leased_by",
    "next_at",
    "look",
    "looks",
    "found_by",
    "suspect",
)
"""Fields of an entry that are needed to assess a find."""

A_MINUTE = timedelta(minutes=1)

NAMING = frozenset({"listing", "related"})
"""Sources that prove that the article exists; a number of a backfill is only a guess."""


def merged(finds: Iterable[DiscoveredUrl]) -> dict[str, DiscoveredUrl]:
    """Return one find for each key: the first one, with the best title and date of all."""
    best: dict[str, DiscoveredUrl] = {}
    for find in finds:
        best[find.key] = _better(best[find.key], find) if find.key in best else find
    return best


def _better(first: DiscoveredUrl, second: DiscoveredUrl) -> DiscoveredUrl:
    times = [at for at in (first.updated_at, second.updated_at) if at]
    is_first_dated = first.published_at or first.published_from != second.published_from
    dated = second if is_better(second.published_from, first.published_from) or not is_first_dated else first
    return replace(
        first,
        title=first.title or second.title,
        published_at=dated.published_at,
        published_from=dated.published_from,
        is_confirmed=dated.is_confirmed,
        updated_at=max(times, default=None),
        depth=min(first.depth, second.depth),
        skip=None if first.skip is None or second.skip is None else first.skip,
        window=first.window or second.window,
    )


def entry_of(find: DiscoveredUrl, now: datetime) -> tuple[FindVerdict, Document]:
    """Return verdict and entry for an address that was never found before."""
    entry = new_entry(find.key, find.url, now) | {
        "title": legible(find.title) if find.title else None,
        "published_at": moment_or_none(find.published_at),
        "published_from": find.published_from,
        "found_by": find.found_by,
        "found_in": legible(find.found_in),
        "places": list(_places_of(find)),
        "depth": find.depth,
        "site_updated_at": moment_or_none(find.updated_at),
    }
    if find.skip is None:
        return "new", entry
    return "skipped", entry | {"state": "skipped", "reason": find.skip, "next_at": None}


def judged(find: DiscoveredUrl, entry: Mapping[str, Any], now: datetime) -> tuple[FindVerdict, Document]:
    """Return the verdict on an address that is known, and the fields to set in its entry."""
    fields = _filled(find, entry) | doubts.denied(find, entry) | {"last_found_at": moment(now)}
    if entry["state"] == "skipped":
        if find.skip is not None:
            return "skipped", fields
        if find.found_by != "listing" and doubts.is_sure(entry, "other column"):  # a link's title may be old
            return "skipped", fields
        again = wanted_again(find.updated_at, entry)
        if is_of_another_column(entry["title"], find.title):  # the page that is kept states another one
            again["reason"] = None
        return "new", fields | again | {"next_at": moment(now)}
    if find.skip is not None or _is_leased(entry, now):
        return "known", fields
    return _judged_as_wanted(find, entry, fields, now)


def _judged_as_wanted(
    find: DiscoveredUrl, entry: Mapping[str, Any], fields: Document, now: datetime
) -> tuple[FindVerdict, Document]:
    """Return the verdict on a wanted address without a pending request, and the fields to set."""
    if _is_named_elsewhere(find, entry):
        fields |= {
            "url": find.url,
            "found_by": find.found_by,
            "etag": None,
            "last_modified": None,
            "next_at": moment(now),
        }
        return "changed", fields if entry["state"] == "gone" else fields | {"attempts": 0} | cleared()
    updated_at = moment_or_none(find.updated_at)
    is_news = updated_at is not None and _is_news(updated_at, entry)
    if is_news:
        fields["site_updated_at"] = updated_at
    if doubts.is_titled_otherwise(find, entry):
        named = {"title": legible(find.title or ""), "found_by": find.found_by, "found_in": legible(find.found_in)}
        return "changed", fields | named | {"next_at": moment(now), "etag": None, "last_modified": None}
    if entry["state"] == "kept" and _is_dated_otherwise(fields, entry):
        return "changed", fields | {"next_at": moment(now), "etag": None, "last_modified": None}
    is_moved = entry["state"] == "kept" and is_of_another_column(entry["title"], find.title)
    if (
        (is_news and entry["state"] in {"kept", "gone"})
        or (find.found_by in NAMING and may_look_again(entry, now))
        or (find.found_by == "listing" and is_moved and is_another_day(entry, now))
    ):
        return "changed", fields | {"next_at": moment(now)}
    outdated = {"reason": None} if is_news and entry["state"] == "wanted" else {}  # a page that is kept is outdated
    return "known", fields | outdated


def written(find: DiscoveredUrl, fields: Document, how: str) -> Document:
    """Return the update of an entry; `how` is MongoDB's operator for its fields.

    A backfill is added to the current places, since two backfills may find one address at the same moment, and both
    must be recorded.
    """
    if find.window is None or "places" not in fields:
        return {how: fields}
    others = {name: value for name, value in fields.items() if name != "places"}
    return {how: others, "$addToSet": {"places": {"$each": list(_places_of(find))}}}


def _filled(find: DiscoveredUrl, entry: Mapping[str, Any]) -> Document:
    """Return the fields that a find adds to an entry: a missing title or date, a smaller depth, another place.

    A listing shows the current title, which replaces the entry's unless the article is kept. Its date replaces that of
    an earlier listing only if the moment in the address confirms it.
    """
    fields: Document = {}
    is_listed = find.found_by == "listing" and entry["state"] != "kept" and not is_garbled(find.title or "")
    if find.title and (entry["title"] is None or is_listed):
        fields["title"] = legible(find.title)
    is_dated = find.published_at and find.published_from == entry["published_from"]
    is_dated = is_dated and (find.is_confirmed or not entry["published_at"])
    if is_dated or is_better(find.published_from, entry["published_from"]):
        fields |= {"published_at": moment_or_none(find.published_at), "published_from": find.published_from}
    if find.depth < entry["depth"]:
        fields["depth"] = find.depth
    if entry["found_by"] == "backfill" and find.found_by in NAMING:  # more than a guess from now on
        fields |= {"found_by": find.found_by, "found_in": legible(find.found_in)}
    places = entry["places"]
    fresh = [place for place in _places_of(find) if place not in places]
    if fresh and (len(places) < PLACES or find.window in fresh):
        fields["places"] = [*places, *fresh]
    return fields


def _is_named_elsewhere(find: DiscoveredUrl, entry: Mapping[str, Any]) -> bool:
    """Return whether a find replaces the address of an article that failed at the known one.

    One UUID answers on several hosts, and a link may name the wrong one. A listing outranks a link, so that two pages
    that disagree do not make the crawler alternate between addresses.
    """
    is_failing = entry["state"] in {"failed", "gone"} or entry["look"] is not None or bool(entry["looks"])
    outranks = find.found_by == "listing" or (find.found_by in NAMING and entry["found_by"] != "listing")
    return is_failing and outranks and find.url != entry["url"]


def _is_dated_otherwise(fields: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Return whether a find has a better date than an article, ignoring fractions of a minute."""
    known: datetime | None = entry["published_at"]
    date: datetime | None = fields.get("published_at", known)
    return date is not known if date is None or known is None else abs(date - known) > A_MINUTE


def _places_of(find: DiscoveredUrl) -> dict[str, None]:
    """Return an address's places of discovery and its backfills, each once."""
    return dict.fromkeys(legible(place) for place in (find.found_in, find.window) if place)


def wanted_again(updated_at: datetime | None, entry: Mapping[str, Any]) -> Document:
    """Return the fields of a skipped entry that is wanted now; its kept page is used unless it has changed since.

    Args:
        updated_at: The last change that the site states; None if it states none.
        entry: Its fields until now; `checked_at` counts.
    """
    changed_at = moment_or_none(updated_at)
    seen = entry["checked_at"] is not None and (changed_at is None or changed_at <= entry["checked_at"])
    fields: Document = {"state": "wanted", "reason": SEEN if seen else None, "detail": None}
    return fields if changed_at is None else fields | {"site_updated_at": changed_at}


def _is_leased(entry: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a run is about to request it, so that the page will be newer than the listing."""
    return entry["leased_by"] is not None and entry["next_at"] is not None and entry["next_at"] > now


def _is_news(updated_at: datetime, entry: Mapping[str, Any]) -> bool:
    """Return whether a listing states a change that it did not state before.

    It is compared with earlier listings, so that a wrong clock or zone of the site costs one needless request rather
    than one a run. If no listing ever stated a change, it is compared with our last check.
    """
    seen = entry["site_updated_at"] or entry["checked_at"]
    return seen is None or updated_at > seen


SEEN = "its page is kept"
"""The reason of addresses that a run with a narrower scope had passed over; their kept page is used."""
