"""The new site's JSON listing interface."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.site.corpus import Corpus
from tests.site.dice import share
from tests.site.moments import iso_utc
from tests.site.plans import Plan
from tests.site.shelves import Shelves, rank

MOST_A_FETCH = 50


class BadQueryError(ValueError):
    """The interface cannot make sense of what it is asked."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the interface is asked.

    Attributes:
        tags: Articles with any of these.
        filters: `aiAuthor` leaves out articles of human authors.
        start: The rank of the article after which the page begins; None for the first page.
        fetch: How many articles to return.
    """

    tags: frozenset[str]
    filters: frozenset[str]
    start: tuple[float, int] | None
    fetch: int


def read_query(payload: object, fetch: str) -> Query:
    """Return the query in a request's JSON body and its `fetch` parameter.

    Raises:
        BadQueryError: It has no list of tags, a wrong `fetch`, or a cursor that is not of this interface.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("tags"), list):
        raise BadQueryError("tags")
    if not fetch.isdecimal() or not 0 < int(fetch) <= MOST_A_FETCH:
        raise BadQueryError("fetch")
    cursor = payload.get("startCursor")
    start = _read_cursor(str(cursor)) if cursor else None
    return Query(frozenset(map(str, payload["tags"])), frozenset(payload.get("filters") or ()), start, int(fetch))


def answer(corpus: Corpus, shelves: Shelves, query: Query) -> dict[str, Any]:
    """Return a page of the listing, last changed first."""
    plans = shelves.updated(query.tags, query.filters)
    begin = bisect_right(plans, query.start, key=rank) if query.start else 0
    page = plans[begin : begin + query.fetch]
    cursor = _cursor(page[-1]) if page else ""
    return {
        "summaryArticles": [_summary(corpus, plan) for plan in page],
        "pageInfo": {"endCursor": cursor, "hasNextPage": len(plans) > begin + len(page)},
    }


def _summary(corpus: Corpus, plan: Plan) -> dict[str, Any]:
    article = corpus.article(plan)
    return {
        "articleId": plan.uuid,
        "authorId": plan.author.id,
        "title": corpus.title(plan),
        "createdAt": _time(plan.moment, plan.key, "created"),
        "updatedAt": _time(plan.changed, plan.key, "updated"),
        "tags": [tag for tag in article.tags if tag not in article.stock_tags],
        "stockTags": list(article.stock_tags),
        "viewCount": plan.index * 37 % 20_000,
    }


def _time(moment: datetime, *place: object) -> int | str:
    """Return a moment as milliseconds, seconds or an ISO string, by chance of the place."""
    chance = share("time", *place)
    if chance < 0.5:
        return int(moment.timestamp() * 1000)
    return int(moment.timestamp()) if chance < 0.75 else iso_utc(moment)


def _cursor(plan: Plan) -> str:
    moment, index = rank(plan)
    return base64.urlsafe_b64encode(f"{moment!r} {index}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[float, int]:
    try:
        moment, index = base64.urlsafe_b64decode(cursor).decode().split()
        return float(moment), int(index)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise BadQueryError("startCursor") from error
