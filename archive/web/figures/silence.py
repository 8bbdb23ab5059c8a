"""Silence or gap: whether a session without an article had none, or its articles are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from archive.coverage.baseline import NightCoverage
from archive.coverage.missing import Missing
from archive.web.answers.rows import session_of
from archive.web.answers.site import Site

State = Literal["complete", "gap", "open"]
"""Whether all of a session is kept as far as is known, something of it is missing, or it is not over yet."""

_MARGIN: Final = timedelta(days=6)
"""More than lies between the closes of two sessions one after another."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a span is kept.

    Attributes:
        state: In one word.
        thin: The nights of it with no article or far too few.
        missing: Articles of it that are known of and not kept.
    """

    state: State
    thin: Sequence[NightCoverage]
    missing: Sequence[Missing]


def completeness(site: Site, since: datetime, until: datetime, as_of: datetime | None) -> Completeness:
    """Return how much of a span was kept at a moment; all aware, None for now."""
    report = site.coverage(since - _MARGIN, until + _MARGIN, as_of)  # nights are judged when they are over
    thin = [night for night in report.thin if night.night.begins < until and night.night.ends > since]
    missing = [
        article
        for article in (*report.waiting, *report.unread)
        if article.published_at and since <= article.published_at < until
    ]
    if thin or missing:
        return Completeness("gap", thin, missing)
    return Completeness("open" if until > (as_of or datetime.now(UTC)) else "complete", (), ())


def sessions_with_gaps(site: Site, since: datetime, until: datetime, as_of: datetime | None) -> set[date]:
    """Return the sessions of a span of which something is missing: those that a thin night or an absent article meets.

    A night reaches from a close to the next one, so that it is of two sessions.
    """
    report = site.coverage(since - _MARGIN, until + _MARGIN, as_of)
    moments = [night.night.begins for night in report.thin]
    moments += [night.night.ends - timedelta(minutes=1) for night in report.thin]
    moments += [article.published_at for article in (*report.waiting, *report.unread) if article.published_at]
    return {session.day for moment in moments if (session := session_of(moment))}
