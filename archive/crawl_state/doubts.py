"""Pages in doubt: their fields of a frontier entry, and the days on which the page was the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from archive.crawl_state.settlements import day_in_taipei, retry_at
from archive.model.crawl.frontier import DiscoveredUrl
from archive.model.crawl.outcome import Miss
from archive.model.suspicion import SuspicionKind, reason_of
from archive.model.text import is_listed_otherwise, is_of_another_column
from archive.mongo.database import Document, legible, moment

LONGEST_WAIT: Final = timedelta(hours=8)
"""Longest wait until the next check: an unchanged page is seen on three dates within 48 hours."""

DAYS: Final = 3
"""Days in Taipei on which a page has to be the same until it is believed: by then the site has mended a fault, and
real changes are believed."""

PATIENT: Final = 12
"""Checks in a row after which waits grow as after any failure: a lasting doubt will not be resolved soon."""


def days_of(entry: Mapping[str, Any] | None, content_hash: str, at: datetime) -> list[datetime]:
    """Return the checks that found the same page in doubt, the first of each day in Taipei, including this one.

    Args:
        entry: Before it; None where there is none.
        content_hash: The hash of the page's content.
        at: When it was received; aware.
    """
    before = entry["suspect"] if entry else None
    days: list[datetime] = before["days"] if before and before["hash"] == content_hash else []
    return days if day_in_taipei(at) in map(day_in_taipei, days) else [*days, moment(at)]


def is_sure(entry: Mapping[str, Any], kind: SuspicionKind) -> bool:
    """Return whether an entry's page was the same, in the same kind of doubt, on enough days."""
    suspect = entry["suspect"]
    return suspect is not None and suspect["kind"] == kind and len(suspect["days"]) >= DAYS


def contradiction(entry: Mapping[str, Any], miss: Miss) -> str | None:
    """Return the contradiction, in words, if a miss states another column than a listing or link; else None.

    The listing may have been read while the page was under way.
    """
    if entry["state"] not in {"wanted", "failed"} or not is_of_another_column(miss.title, entry["title"]):
        return None
    return f"the page states {(miss.title or '')[:80]!r}, named is {entry['title'][:80]!r}"


def denied(find: DiscoveredUrl, entry: Mapping[str, Any]) -> Document:
    """Return the fields that a find changes after pages of another column: a contradicting listing resets the days."""
    suspect = entry["suspect"]
    if find.found_by != "listing" or not find.title or suspect is None or suspect["kind"] != "other column":
        return {}
    is_kept = entry["state"] == "kept"
    agrees = is_of_another_column(find.title, entry["title"]) if is_kept else find.skip is not None
    return {} if agrees else {"suspect": suspect | {"days": []}}


def is_titled_otherwise(find: DiscoveredUrl, entry: Mapping[str, Any]) -> bool:
    """Return whether a listing names a kept article for the first time, by another title; a link had led to it."""
    is_first = entry["state"] == "kept" and find.found_by == "listing" and entry["found_by"] == "related"
    return is_first and is_listed_otherwise(find.title, entry["title"] or "")


def noted(
    entry: Mapping[str, Any], kind: SuspicionKind, detail: str, at: datetime, content_hash: str | None = None
) -> Document:
    """Return the fields of an entry after a page in doubt; it is due again within hours.

    A kept or gone address stays so; any other becomes failed.

    Args:
        entry: Before it; `leased_by` is the run that looked.
        kind: The kind of doubt.
        detail: One line for a person.
        at: When it was received; aware.
        content_hash: The hash of its content; None where nothing of it was read.
    """
    attempts = entry["attempts"] + 1
    longest = moment(at + LONGEST_WAIT)
    return {
        "state": entry["state"] if entry["state"] in {"kept", "gone"} else "failed",
        "reason": reason_of(kind),
        "detail": legible(detail) or None,
        "attempts": attempts,
        "next_at": retry_at(at, attempts) if attempts > PATIENT else min(retry_at(at, attempts), longest),
        "checked_at": moment(at),
        "suspect": {
            "kind": kind,
            "at": moment(at),
            "run": entry["leased_by"],
            "hash": content_hash,
            "days": days_of(entry, content_hash, at) if content_hash else [],
        },
        "leased_by": None,
        "claim": None,
    }
