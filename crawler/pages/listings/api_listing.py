"""An answer of the new site's JSON listing interface (FACTS §3)."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.addresses import news_address
from crawler.errors import Broken
from crawler.pages.html.timestamps import Moment, can_be, epoch_moment, read_moment
from crawler.pages.listings.cards import Card

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.addresses import ArticleAddress, Sites

_NUMBER = re.compile(r"\d{9,16}(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class InterfaceAnswer:
    """One answer of the listing interface.

    Attributes:
        cards: Its articles, newest update first, one a key.
        end_cursor: What the next request asks with; None where the answer ends the listing.
        has_next: Whether there is more.
        reasons: Why entries make no address, with how many each.
    """

    cards: tuple[Card, ...]
    end_cursor: str | None
    has_next: bool
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def unread(self) -> int:
        """Return how many entries make no article's address."""
        return sum(count for _, count in self.reasons)


def read_interface(content: bytes, sites: Sites) -> InterfaceAnswer:
    """Return what the listing interface answered.

    Times are read in milliseconds, seconds or ISO 8601, also where a number is written as a text.

    Raises:
        Broken: It is no JSON, or has no list of articles.
    """
    data = _parsed(content)
    entries = _entries(data)
    cards: dict[str, Card] = {}
    reasons: Counter[str] = Counter()
    for entry in entries:
        read = _read_entry(entry, sites)
        if isinstance(read, str):
            reasons[read] += 1
        else:
            cards.setdefault(read.address.key, read)
    cursor, has_next = _read_page_info(data.get("pageInfo"))
    return InterfaceAnswer(tuple(cards.values()), cursor, has_next, tuple(reasons.items()))


def _parsed(content: bytes) -> dict[str, object]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Broken(f"the interface's answer is no JSON: {type(error).__name__}, {len(content)} bytes") from error
    if not isinstance(data, dict):
        raise Broken(f"the interface's answer is no object but {type(data).__name__}")
    return data


def _entries(data: dict[str, object]) -> list[object]:
    entries = data.get("summaryArticles")
    if entries is None and "summaryArticles" in data and isinstance(data.get("pageInfo"), dict):
        return []
    if not isinstance(entries, list):
        names = ", ".join(sorted(data)[:8])
        raise Broken(f"the interface's answer has no list summaryArticles; its members: {names or 'none'}")
    return entries


def _read_entry(entry: object, sites: Sites) -> Card | str:
    if not isinstance(entry, dict):
        return "an entry is no object"
    address = _address(entry, sites)
    if isinstance(address, str):
        return address
    title = entry.get("title")
    return Card(
        address,
        title.strip() or None if isinstance(title, str) else None,
        _moment(entry, "createdAt", "createAt") or address.published_at,
        _moment(entry, "updatedAt", "updateAt"),
        _texts(entry.get("tags")) + _texts(entry.get("stockTags")),
    )


def _address(entry: dict[str, object], sites: Sites) -> ArticleAddress | str:
    author, identity = entry.get("authorId"), entry.get("articleId")
    if not isinstance(identity, str) or not identity.strip():
        return "an entry has no articleId"
    if not isinstance(author, str) or not author.strip():
        return "an entry has no authorId"
    return news_address(author.strip(), identity.strip(), sites) or "authorId and articleId make no address"


def _moment(entry: dict[str, object], *names: str) -> datetime | None:
    """Return the moment that the first of some members states; aware, UTC; None where none states one."""
    return next((moment for name in names if (moment := _moment_in(entry.get(name)))), None)


def _moment_in(value: object) -> datetime | None:
    moment: Moment | None = None
    if isinstance(value, str):
        text = value.strip()
        moment = epoch_moment(float(text)) if _NUMBER.fullmatch(text) else read_moment(text)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        moment = epoch_moment(value)
    return moment.at if moment and can_be(moment.at) else None


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(text.strip() for text in value if isinstance(text, str) and text.strip())


def _read_page_info(info: object) -> tuple[str | None, bool]:
    if not isinstance(info, dict):
        return None, False
    cursor = info.get("endCursor")
    if isinstance(cursor, int) and not isinstance(cursor, bool):
        cursor = str(cursor)
    text = cursor if isinstance(cursor, str) and cursor else None
    more = info.get("hasNextPage", text is not None)
    return text, text is not None and (more is True or str(more).lower() in {"true", "1"})
