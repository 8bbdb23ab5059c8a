"""When an article was published and changed: what its page states against what its address tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.pages.moments import FIRST_MOMENT, Moment, read_moment, taipei_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.article import Article

_A_DAY = timedelta(days=1)
_DATED = re.compile(r"\d{2,4}\s*[-/.年]\s*\d{1,2}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A date as a page states it: where it stands, and its words."""

    source: str
    text: str


def date_article(article: Article, published: Iterable[Statement], updated: Iterable[Statement]) -> None:
    """Set an article's dates from the statements of its page, strongest first, and from its address.

    The strongest statement that can be true counts; one that only names a day yields to a moment on the same day,
    stated elsewhere or told by the address. A day without a moment, what cannot be true, what contradicts by more than
    a day, and what cannot be read is a problem.

    Args:
        article: Its `published_at` is the moment that its address tells, or None.
        published: What the page states of its publication.
        updated: What the page states of its last change.
    """
    told = article.published_at
    moments = _believable(article, "published_at", published)
    stated = _strongest(moments)
    if stated is None:
        article.published_from = "address" if told else None
    elif told and stated.day_only and stated.day == taipei_day(told):
        article.published_from = "address"
    else:
        article.published_at, article.published_from = stated.at, "page"
        if stated.day_only:
            article.doubt(
                "published_at", f"{stated.day} is stated without a time of day, or as midnight: its beginning is taken"
            )
        _compare(article, stated, told)
    _doubt_contradictions(article, moments)
    _set_updated(article, updated)


def _believable(article: Article, field: str, statements: Iterable[Statement]) -> list[tuple[Statement, Moment]]:
    found = []
    latest = datetime.now(UTC) + _A_DAY
    for statement in statements:
        moment = read_moment(statement.text)
        if moment is None:
            if _DATED.search(statement.text):
                article.doubt(field, f"{statement.source} states {statement.text[:60]!r}, which is no date")
        elif not FIRST_MOMENT <= moment.at <= latest:
            article.doubt(field, f"{statement.source} states {statement.text[:60]!r}, which cannot be")
        else:
            found.append((statement, moment))
    return found


def _strongest(moments: list[tuple[Statement, Moment]]) -> Moment | None:
    if not moments:
        return None
    first = moments[0][1]
    if first.day_only:
        return next((moment for _, moment in moments if not moment.day_only and _same_day(moment, first)), first)
    return first


def _same_day(moment: Moment, other: Moment) -> bool:
    return other.day in {moment.day, taipei_day(moment.at)}


def _compare(article: Article, stated: Moment, told: datetime | None) -> None:
    if told and _distance(stated, told) > _A_DAY:
        article.doubt(
            "published_at",
            f"the page states {stated.at:%Y-%m-%d %H:%M} UTC, the address tells {told:%Y-%m-%d %H:%M} UTC",
        )


def _distance(stated: Moment, told: datetime) -> timedelta:
    end = stated.at + _A_DAY if stated.day_only else stated.at
    return max(stated.at - told, told - end, timedelta())


def _doubt_contradictions(article: Article, moments: list[tuple[Statement, Moment]]) -> None:
    for statement, moment in moments[1:]:
        first, against = moments[0]
        if abs(moment.at - against.at) > _A_DAY:
            article.doubt(
                "published_at", f"{first.source} states {first.text[:60]!r}, {statement.source} {statement.text[:60]!r}"
            )


def _set_updated(article: Article, statements: Iterable[Statement]) -> None:
    for statement, moment in _believable(article, "updated_at", statements):
        published = article.published_at
        end = moment.at + _A_DAY if moment.day_only else moment.at
        if published and end < published - _A_DAY:
            article.doubt("updated_at", f"{statement.source} states {statement.text[:60]!r}, before its publication")
            continue
        article.updated_at = moment.at
        return
