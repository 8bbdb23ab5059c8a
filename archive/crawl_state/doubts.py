"""Looks whose page was in doubt: their fields of an entry, and on how many days the page was the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from archive.crawl_state.looks import retry_at
from archive.model.suspicion import SuspicionKind, reason_of
from archive.model.time_zones import TAIPEI
from archive.mongo.values import Document, legible, moment

LONGEST_WAIT: Final = timedelta(hours=8)
"""Until the next look, at most: a page that stays the same is so seen on three days within two."""

PATIENT: Final = 12
"""Looks in a row after which waits grow as after any other failure: what stays in doubt will not heal soon."""


def days_of(entry: Mapping[str, Any] | None, content_hash: str, at: datetime) -> list[datetime]:
    """Return the looks that found the same page in doubt, the first of each day in Taipei, this one among them.

    Args:
        entry: Before it; None where there is none.
        content_hash: The hash of the page's content.
        at: When it was received; aware.
    """
    before = entry["suspect"] if entry else None
    days: list[datetime] = before["days"] if before and before["hash"] == content_hash else []
    return days if _day(at) in map(_day, days) else [*days, moment(at)]


def noted(
    entry: Mapping[str, Any], kind: SuspicionKind, detail: str, at: datetime, content_hash: str | None = None
) -> Document:
    """Return the fields of an entry after a page in doubt; it is due again within hours.

    What is kept or gone stays so; an address of which nothing is kept has failed.

    Args:
        entry: Before it; `leased_by` is the run that looked.
        kind: What the page looked like.
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


def _day(at: datetime) -> str:
    return f"{at.astimezone(TAIPEI):%Y-%m-%d}"
