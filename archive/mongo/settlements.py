"""What the frontier writes down once the archive knows what became of an address; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from archive.mongo.documents import moment
from archive.outcomes import Miss
from archive.page import Page

Document = dict[str, Any]

FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(days=7)
FIRST_RECHECK = timedelta(hours=1)
RECHECK_GROWTH = 3

_LONGEST_TEXT = 2000
_ENOUGH_ATTEMPTS = 10

SEEN = "its page is kept"
"""The reason of what is wanted again after a run that wanted less had passed it over: nobody need ask the site."""

NEEDED = ("state", "reason", "attempts", "checked_at", "content_hash")
"""What of an entry has to be known to settle it."""


def retry_at(at: datetime, attempts: int) -> datetime:
    """Return when to ask again after a number of failures in a row: 15 min, 1 h, 4 h, 16 h, 64 h, then every week.

    >>> from datetime import UTC
    >>> retry_at(datetime(2026, 1, 1, tzinfo=UTC), 3).isoformat()
    '2026-01-01T04:00:00+00:00'
    """
    wait = FIRST_RETRY * 4 ** (min(attempts, _ENOUGH_ATTEMPTS) - 1)
    return moment(at + min(wait, LONGEST_RETRY))


def recheck_at(article: Mapping[str, Any], checked_at: datetime, days: float) -> datetime | None:
    """Return when to look again at a fresh article: 1 h, 3 h, 9 h, 27 h … after it was first seen.

    Args:
        article: Its document; `first_seen_at` and `published_at` count.
        checked_at: When the site was last asked; the next look is after it.
        days: Days after publication (or, undated, after it was first seen) in which articles are looked at again.

    Returns:
        None when the article is no longer fresh by then.

    >>> from datetime import UTC
    >>> seen = datetime(2026, 1, 1, tzinfo=UTC)
    >>> recheck_at({"first_seen_at": seen, "published_at": seen}, seen + timedelta(hours=5), 3).isoformat()
    '2026-01-01T09:00:00+00:00'
    >>> recheck_at({"first_seen_at": seen, "published_at": None}, seen + timedelta(hours=30), 3) is None
    True
    """
    first_seen_at: datetime = article["first_seen_at"]
    last = (article["published_at"] or first_seen_at) + timedelta(days=days)
    wait = FIRST_RECHECK
    while first_seen_at + wait <= min(checked_at, last):
        wait *= RECHECK_GROWTH
    return moment(first_seen_at + wait) if first_seen_at + wait <= last else None


def new_entry(key: str, url: str, now: datetime) -> Document:
    """Return the entry of an address that was asked for without having been discovered: an argument."""
    return {
        "_id": key,
        "url": url,
        "title": None,
        "published_at": None,
        "state": "wanted",
        "reason": None,
        "detail": None,
        "attempts": 0,
        "next_at": moment(now),
        "checked_at": None,
        "found_by": "argument",
        "found_in": "",
        "found_at": moment(now),
        "last_found_at": moment(now),
        "places": [],
        "depth": 0,
        "site_updated_at": None,
        "etag": None,
        "last_modified": None,
        "content_hash": None,
        "leased_by": None,
        "claim": None,
    }


def kept(article: Mapping[str, Any], page: Page | None, days: float) -> Document:
    """Return what an entry says once its article is kept; the page's headers serve the next, conditional request."""
    headers = page.headers if page else {}
    return _settled("kept") | {
        "title": article["title"] or None,
        "published_at": article["published_at"],
        "attempts": 0,
        "checked_at": article["checked_at"],
        "next_at": recheck_at(article, article["checked_at"], days),
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
    }


def unchanged(article: Mapping[str, Any], days: float) -> Document:
    """Return what the entry of a kept article says after a 304."""
    return _settled("kept") | {
        "attempts": 0,
        "checked_at": article["checked_at"],
        "next_at": recheck_at(article, article["checked_at"], days),
    }


def failed(entry: Mapping[str, Any], miss: Miss) -> Document:
    """Return what an entry says after a failure; what is kept stays kept, with the reason why the look failed."""
    attempts = entry["attempts"] + 1
    state = "kept" if entry["state"] == "kept" else "failed"
    return _settled(state, miss) | {"attempts": attempts, "next_at": retry_at(miss.at, attempts)} | _answered(miss)


def gone(miss: Miss) -> Document:
    """Return what an entry says once the site has the article no more; it is not asked for again unasked."""
    never = {"attempts": 0, "next_at": None, "etag": None, "last_modified": None}
    return _settled("gone", miss) | never | _answered(miss)


def skipped(entry: Mapping[str, Any], miss: Miss) -> Document:
    """Return what an entry says once it proved not to be wanted; what is kept stays kept.

    What its page told is noted: by it another run knows, without asking again, whether it wants the article.
    """
    said = _settled("skipped", miss) | {"attempts": 0, "next_at": None} | _answered(miss)
    if entry["state"] == "kept":
        return said | {"state": "kept"}
    if miss.title:
        said["title"] = legible(miss.title)
    if miss.published_at:
        said["published_at"] = moment(miss.published_at)
    return said


def told(miss: Miss) -> Document:
    """Return what an entry says after a kept page could still not be read: only why, since the site was not asked."""
    return {"reason": legible(miss.reason), "detail": legible(miss.detail) or None}


def legible(text: str) -> str:
    r"""Return a text that UTF-8 can write, of at most 2,000 characters; a lone surrogate is shown by its number.

    >>> legible("bad \udc80 byte")
    'bad \\udc80 byte'
    """
    return text[:_LONGEST_TEXT].encode("utf-8", "backslashreplace").decode("utf-8")


def _settled(state: str, miss: Miss | None = None) -> Document:
    said = told(miss) if miss else {"reason": None, "detail": None}
    return {"state": state, "leased_by": None, "claim": None} | said


def _answered(miss: Miss) -> Document:
    return {"checked_at": moment(miss.at)} if miss.page else {}
