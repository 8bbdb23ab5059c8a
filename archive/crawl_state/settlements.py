"""What an answer makes of an entry of the frontier: kept, failed, skipped, gone after several checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from archive.model.crawl.outcome import REDIRECTED, Miss
from archive.model.crawl.page import Page
from archive.model.time_zones import TAIPEI
from archive.mongo.database import Document, legible, moment

NEEDED_TO_SETTLE = (
    "state",
    "reason",
    "attempts",
    "checked_at",
    "content_hash",
    "title",
    "published_at",
    "published_from",
    "leased_by",
    "suspect",
    "look",
    "looks",
    "gone_since",
    "depth",
)
"""What of an entry has to be known to settle it."""

FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(days=7)
SECOND_LOOK = timedelta(days=1)
"""After which an address that was redirected to another article is asked once more: a site may err for an hour."""
_ENOUGH_ATTEMPTS = 10
FIRST_RECHECK = timedelta(hours=1)
RECHECK_GROWTH = 3


def retry_at(at: datetime, attempts: int) -> datetime:
    """Return when to ask again after a number of failures in a row: 15 min, 1 h, 4 h, 16 h, 64 h, then every week.

    >>> from datetime import UTC
    >>> retry_at(datetime(2026, 1, 1, tzinfo=UTC), 3).isoformat()
    '2026-01-01T04:00:00+00:00'
    """
    wait = FIRST_RETRY * 4 ** (min(attempts, _ENOUGH_ATTEMPTS) - 1)
    return moment(at + min(wait, LONGEST_RETRY))


def recheck_at(article: Mapping[str, Any], checked_at: datetime, days: float) -> datetime | None:
    """Return when to check a recent article again: 1 h, 3 h, 9 h, 27 h … after it was first seen.

    Args:
        article: Its document; `first_seen_at` and `published_at` count.
        checked_at: When the site was last asked; the next check is later.
        days: Days after publication (if undated, after it was first seen) in which articles are checked again.

    Returns:
        None if the article is no longer recent by then.

    >>> from datetime import UTC
    >>> seen = datetime(2026, 1, 1, tzinfo=UTC)
    >>> dated = {"first_seen_at": seen, "published_at": seen}
    >>> recheck_at(dated, seen + timedelta(hours=5), 3).isoformat()
    '2026-01-01T09:00:00+00:00'
    >>> recheck_at(dated | {"published_at": None}, seen + timedelta(hours=30), 3) is None
    True
    """
    first_seen_at: datetime = min(article["first_seen_at"], checked_at)  # a wrong clock may have seen it first
    last = (article["published_at"] or first_seen_at) + timedelta(days=days)
    wait = FIRST_RECHECK
    while first_seen_at + wait <= min(checked_at, last):
        wait *= RECHECK_GROWTH
    return moment(first_seen_at + wait) if first_seen_at + wait <= last else None


GONE: Final = "gone"
NEXT_LOOK: Final = timedelta(days=1)
"""How long after a look that found nothing the next one is due."""

LATE_LOOK: Final = timedelta(days=30)
"""How often an article that is kept and gone is asked for though nothing names it."""


@dataclass(frozen=True, slots=True)
class GoneRule:
    """When an article counts as gone.

    Attributes:
        looks: Checks without an article, each on another day in Taipei.
        days: Days between the first of them and the last, at least.
    """

    looks: int = 3
    days: float = 7


def cleared() -> Document:
    """Return the fields that reset an entry's looks once the site has its page again."""
    return {"look": None, "looks": [], "gone_since": None}


def noted(entry: Mapping[str, Any], miss: Miss) -> Document:
    """Return the fields of a look without an article, until its run has ended.

    Args:
        entry: Before it; `leased_by` is the run. Without a run the look never counts.
        miss: The outcome.
    """
    look = {"verdict": GONE, "at": moment(miss.at), "run": entry["leased_by"], "reason": legible(miss.reason)}
    return {"look": look, "next_at": moment(miss.at + NEXT_LOOK)}


def counted(entry: Mapping[str, Any], rule: GoneRule, *, kept: bool) -> Document:
    """Return the fields of an entry whose last look counts: its run ended well.

    Args:
        entry: With a `look`.
        rule: The rule.
        kept: Whether its article is kept; then it is requested again although it is gone.

    >>> from datetime import UTC
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 8)]
    >>> look = {"verdict": "gone", "at": days[2], "run": "r", "reason": "HTTP 404"}
    >>> entry = {"state": "failed", "look": look, "looks": days[:2], "gone_since": None}
    >>> fields = counted(entry, GoneRule(), kept=False)
    >>> fields["state"], fields["gone_since"] == days[0], fields["next_at"]
    ('gone', True, None)
    """
    at: datetime = entry["look"]["at"]
    late = moment(at + LATE_LOOK) if kept else None
    if entry["state"] == GONE:
        return {"look": None, "next_at": late}
    looks: list[datetime] = [*entry["looks"]]
    if not looks or day_in_taipei(looks[-1]) != day_in_taipei(at):
        looks.append(at)
    if len(looks) >= rule.looks and looks[-1] - looks[0] >= timedelta(days=rule.days):
        return {"look": None, "looks": looks, "state": GONE, "gone_since": looks[0], "next_at": late, "attempts": 0}
    following = looks[-1] + NEXT_LOOK
    if len(looks) >= rule.looks - 1:  # one more is enough, but not before the days are over
        following = max(following, looks[0] + timedelta(days=rule.days))
    return {"look": None, "looks": looks, "next_at": moment(following)}


def forgotten(entry: Mapping[str, Any]) -> Document:
    """Return the fields of an entry without its last look; it is due as after any failure.

    Args:
        entry: `look` and `attempts` count.
    """
    return {"look": None, "next_at": retry_at(entry["look"]["at"], entry["attempts"])}


def may_look_again(entry: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a missing address is requested because a source names it: at most once a day.

    Args:
        entry: `look`, `looks`, `state` and `checked_at` count.
        now: When it was named; aware.
    """
    if entry["state"] != GONE and entry["look"] is None and not entry["looks"]:
        return False
    return is_another_day(entry, now)


def is_another_day(entry: Mapping[str, Any], now: datetime) -> bool:
    """Return whether the site answered for an address on an earlier day in Taipei, or never."""
    checked_at: datetime | None = entry["checked_at"]
    return checked_at is None or day_in_taipei(checked_at) < day_in_taipei(now)


def day_in_taipei(at: datetime) -> str:
    """Return the day of a moment in Taipei."""
    return f"{at.astimezone(TAIPEI):%Y-%m-%d}"


def new_entry(key: str, url: str, now: datetime) -> Document:
    """Return the entry of an address that was requested without discovery, as an argument."""
    return {
        "_id": key,
        "url": url,
        "title": None,
        "published_at": None,
        "published_from": None,
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
        "suspect": None,
        "leased_by": None,
        "claim": None,
        **cleared(),
    }


def kept(article: Mapping[str, Any], page: Page | None, days: float) -> Document:
    """Return the fields of an entry whose article is kept; the page's headers serve the next, conditional request."""
    headers = page.headers if page else {}
    return _there("kept") | {
        "suspect": None,
        "title": article["title"] or None,
        **({name: article[name] for name in ("published_at", "published_from")} if article["published_at"] else {}),
        "attempts": 0,
        "checked_at": article["checked_at"],
        "next_at": recheck_at(article, article["checked_at"], days),
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
    }


def unchanged(article: Mapping[str, Any], days: float) -> Document:
    """Return the fields of a kept article's entry after a 304."""
    return _there("kept") | {
        "suspect": None,
        "attempts": 0,
        "checked_at": article["checked_at"],
        "next_at": recheck_at(article, article["checked_at"], days),
    }


def failed(entry: Mapping[str, Any], miss: Miss) -> Document:
    """Return the fields of an entry after a failure; kept and gone ones stay so, with the reason of the failure."""
    attempts = entry["attempts"] + 1
    state = entry["state"] if entry["state"] in {"kept", "gone"} else "failed"
    return _settled(state, miss) | {"attempts": attempts, "next_at": retry_at(miss.at, attempts)} | _answered(miss)


def not_there(entry: Mapping[str, Any], miss: Miss) -> Document:
    """Return the fields of an entry after the site answered that it has no such article.

    A single check decides nothing: kept and gone stay so, wanted becomes failed.
    """
    state = entry["state"] if entry["state"] in {"kept", "gone"} else "failed"
    look = {"attempts": entry["attempts"] + 1} | noted(entry, miss)
    return _settled(state, miss) | look | _answered(miss)


def skipped(entry: Mapping[str, Any], miss: Miss) -> Document:
    """Return the fields of an entry that proved not to be wanted; a kept one stays kept.

    Title and date of its page are saved, so that another run can decide without a request. A first redirect to another
    article is not final.
    """
    is_once_more = miss.reason == REDIRECTED != entry["reason"]
    next_at = moment(miss.at + SECOND_LOOK) if is_once_more else None
    fields = _there("skipped", miss) | {"attempts": 0, "next_at": next_at} | _answered(miss)
    if entry["state"] == "kept":
        return fields | {"state": "kept"}
    if miss.title:
        fields["title"] = legible(miss.title)
    if miss.published_at:
        fields |= {"published_at": moment(miss.published_at), "published_from": miss.published_from}
    return fields


def reason_fields(miss: Miss) -> Document:
    """Return the fields of an entry whose kept page is still unreadable: only the reason, without a new check."""
    return {"reason": legible(miss.reason), "detail": legible(miss.detail) or None}


def _settled(state: str, miss: Miss | None = None) -> Document:
    reasons = reason_fields(miss) if miss else {"reason": None, "detail": None}
    return {"state": state, "leased_by": None, "claim": None} | reasons


def _there(state: str, miss: Miss | None = None) -> Document:
    return _settled(state, miss) | cleared()


def _answered(miss: Miss) -> Document:
    return {"checked_at": moment(miss.at)} if miss.page else {}
