"""What a find means for the frontier; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from archive.frontier import Found, Verdict
from archive.mongo.documents import moment, moment_or_none
from archive.mongo.settlements import SEEN, legible, new_entry

Document = dict[str, Any]

PLACES = 8
"""Places that are remembered of where an address was found, besides the backfills that it was found for."""

NEEDED = (
    "state",
    "title",
    "published_at",
    "site_updated_at",
    "checked_at",
    "places",
    "depth",
    "leased_by",
    "next_at",
)
"""What of an entry has to be known to judge a find."""


def merged(found: Iterable[Found]) -> dict[str, Found]:
    """Return one find a key: the first one's place, and the best that any of them tells."""
    best: dict[str, Found] = {}
    for one in found:
        best[one.key] = _better(best[one.key], one) if one.key in best else one
    return best


def _better(first: Found, second: Found) -> Found:
    times = [at for at in (first.updated_at, second.updated_at) if at]
    return replace(
        first,
        title=first.title or second.title,
        published_at=first.published_at or second.published_at,
        updated_at=max(times, default=None),
        depth=min(first.depth, second.depth),
        skip=None if first.skip is None or second.skip is None else first.skip,
        window=first.window or second.window,
    )


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


def entry_of(found: Found, now: datetime) -> tuple[Verdict, Document]:
    """Return verdict and entry for an address that was never found before."""
    entry = new_entry(found.key, found.url, now) | {
        "title": legible(found.title) if found.title else None,
        "published_at": moment_or_none(found.published_at),
        "found_by": found.found_by,
        "found_in": legible(found.found_in),
        "places": list(_places_of(found)),
        "depth": found.depth,
        "site_updated_at": moment_or_none(found.updated_at),
    }
    if found.skip is None:
        return "new", entry
    return "skipped", entry | {"state": "skipped", "reason": found.skip, "next_at": None}


def judged(found: Found, entry: Mapping[str, Any], now: datetime) -> tuple[Verdict, Document]:
    """Return the verdict on an address that is known, and the fields to set in its entry."""
    fields = _filled(found, entry) | {"last_found_at": moment(now)}
    if entry["state"] == "skipped":
        if found.skip is not None:
            return "skipped", fields
        return "new", fields | wanted_again(found.updated_at, entry) | {"next_at": moment(now)}
    if found.skip is not None or _is_leased(entry, now):
        return "known", fields
    updated_at = moment_or_none(found.updated_at)
    if updated_at is None or not _is_news(updated_at, entry):
        return "known", fields
    fields["site_updated_at"] = updated_at
    if entry["state"] in {"kept", "gone"}:
        return "changed", fields | {"next_at": moment(now)}
    return "known", fields | ({"reason": None} if entry["state"] == "wanted" else {})  # a page that is kept is outdated


def written(found: Found, fields: Document, how: str) -> Document:
    """Return the update that writes an entry's fields down; `how` is MongoDB's operator for them.

    A backfill is added to the places that stand there by then: two may find one address at the same moment, and each
    must know it for its own.
    """
    if found.window is None or "places" not in fields:
        return {how: fields}
    others = {name: value for name, value in fields.items() if name != "places"}
    return {how: others, "$addToSet": {"places": {"$each": list(_places_of(found))}}}


def _filled(found: Found, entry: Mapping[str, Any]) -> Document:
    """Return what a find adds to an entry: title and date where there were none, a shorter way, another place."""
    fields: Document = {}
    if entry["title"] is None and found.title:
        fields["title"] = legible(found.title)
    if entry["published_at"] is None and found.published_at:
        fields["published_at"] = moment(found.published_at)
    if found.depth < entry["depth"]:
        fields["depth"] = found.depth
    places = entry["places"]
    fresh = [place for place in _places_of(found) if place not in places]
    if fresh and (len(places) < PLACES or found.window in fresh):
        fields["places"] = [*places, *fresh]
    return fields


def _places_of(found: Found) -> dict[str, None]:
    """Return where an address was found, and the backfill that it was found for, each once."""
    return dict.fromkeys(legible(place) for place in (found.found_in, found.window) if place)


def wanted_again(updated_at: datetime | None, entry: Mapping[str, Any]) -> Document:
    """Return what an entry says that was skipped and is wanted now; its page serves unless it was changed since.

    Args:
        updated_at: When the site says that the article was last changed; None if it does not say.
        entry: What it said until now; `checked_at` counts.
    """
    told = moment_or_none(updated_at)
    seen = entry["checked_at"] is not None and (told is None or told <= entry["checked_at"])
    fields: Document = {"state": "wanted", "reason": SEEN if seen else None, "detail": None}
    return fields if told is None else fields | {"site_updated_at": told}


def _is_leased(entry: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a run is about to ask for it: what it will see is newer than what the listing tells."""
    return entry["leased_by"] is not None and entry["next_at"] is not None and entry["next_at"] > now


def _is_news(updated_at: datetime, entry: Mapping[str, Any]) -> bool:
    """Return whether a listing tells of a change that it did not tell of before.

    Compared with what listings told, so that a site whose clock or zone is wrong makes one needless look and not one
    a run; only where none ever told anything, with the moment of our last look.
    """
    seen = entry["site_updated_at"] or entry["checked_at"]
    return seen is None or updated_at > seen
