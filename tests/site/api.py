"""The JSON interfaces of the new site: what a query asks, and what an answer says of an article."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.site.corpus import Corpus
from tests.site.dice import share
from tests.site.lies.cards import summary_under
from tests.site.lies.paging import Turn
from tests.site.moments import iso_utc
from tests.site.plans import Plan
from tests.site.sheet import Sheet
from tests.site.shelves import rank

MOST_A_FETCH = 50
OFFSET = "offset"


class BadQueryError(ValueError):
    """The interface cannot make sense of what it is asked."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the interface is asked.

    Attributes:
        tags: Articles with any of these.
        filters: `aiAuthor` leaves out articles of human authors.
        start: The rank of the article after which the page begins, or the page's offset; None for the first page.
        fetch: How many articles to return.
    """

    tags: frozenset[str]
    filters: frozenset[str]
    start: tuple[float, int] | int | None
    fetch: int


def read_query(payload: object, fetch: str) -> Query:
    """Return the query in a request's JSON body and its `fetch` parameter.

    Raises:
        BadQueryError: It has no list of tags, a wrong `fetch`, or a cursor that is not of this interface.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("tags"), list):
        raise BadQueryError("tags")
    tags, filters = frozenset(map(str, payload["tags"])), frozenset(payload.get("filters") or ())
    return Query(tags, filters, read_start(payload.get("startCursor")), read_fetch(fetch))


def read_fetch(fetch: str) -> int:
    """Return how many articles a `fetch` parameter asks for.

    Raises:
        BadQueryError: It is no number from 1 to 50.
    """
    if not fetch.isdecimal() or not 0 < int(fetch) <= MOST_A_FETCH:
        raise BadQueryError("fetch")
    return int(fetch)


def read_start(cursor: object) -> tuple[float, int] | int | None:
    """Return where a page begins: behind an article's rank, or at an offset; None for the first page.

    Raises:
        BadQueryError: The cursor is not of this interface.
    """
    if not cursor:
        return None
    if str(cursor).isdecimal():
        return int(str(cursor))
    try:
        words = base64.urlsafe_b64decode(str(cursor)).decode().split()
        if words[0] == OFFSET:
            return int(words[1])
        moment, index = words
        return float(moment), int(index)
    except (binascii.Error, UnicodeDecodeError, ValueError, IndexError) as error:
        raise BadQueryError("startCursor") from error


def offset_of(plans: list[Plan], start: tuple[float, int] | int | None) -> int:
    """Return the offset at which a page begins among articles in order of their last change."""
    if isinstance(start, tuple):
        return bisect_right(plans, start, key=rank)
    return start or 0


def cursor_of(turn: Turn) -> str:
    """Return the cursor behind a page: of its last article, or an offset where the listing lies; empty for none."""
    if turn.lie is not None:
        return "" if turn.next is None else _packed(f"{OFFSET} {turn.next}")
    return _packed("{!r} {}".format(*rank(turn.plans[-1]))) if turn.plans else ""


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def article_of(sheet: Sheet, lies: frozenset[str]) -> dict[str, Any]:
    """Return what the interface says of one article, its text included; its times are `createAt` and `updateAt`."""
    plan, article = sheet.plan, sheet.article
    blocks = sheet.text_blocks() if article.members else sheet.body()
    whole = {
        "articleId": plan.uuid,
        "authorId": plan.author.id,
        "title": article.title,
        "content": "\n".join(blocks),
        "tags": [tag for tag in article.tags if tag not in article.stock_tags],
        "stockTags": list(article.stock_tags),
        "createAt": _time(plan.moment, plan.key, "created"),
        "updateAt": _time(plan.changed, plan.key, "updated"),
    }
    return {"article": summary_under(whole, lies), "writer": {"name": plan.author.name}}


def summary_of(corpus: Corpus, plan: Plan, lies: frozenset[str]) -> dict[str, Any]:
    """Return what a page of an interface says of an article, under the lies that stand of it."""
    article = corpus.article(plan)
    summary = {
        "articleId": plan.uuid,
        "authorId": plan.author.id,
        "title": corpus.title(plan),
        "createdAt": _time(plan.moment, plan.key, "created"),
        "updatedAt": _time(plan.changed, plan.key, "updated"),
        "tags": [tag for tag in article.tags if tag not in article.stock_tags],
        "stockTags": list(article.stock_tags),
        "viewCount": plan.index * 37 % 20_000,
    }
    return summary_under(summary, lies)


def _time(moment: datetime, *place: object) -> int | str:
    """Return a moment as milliseconds, seconds or an ISO string, by chance of the place."""
    chance = share("time", *place)
    if chance < 0.5:
        return int(moment.timestamp() * 1000)
    return int(moment.timestamp()) if chance < 0.75 else iso_utc(moment)
