"""An answer of the new site's JSON listing interface (docs/site.md §2)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.model.site_file import site
from crawler.addresses import ArticleAddress, Sites, news_address
from crawler.errors import Broken
from crawler.pages.html.timestamps import Moment, can_be, epoch_moment, read_moment
from crawler.pages.listings.cards import Card

_NUMBER = re.compile(r"\d{9,16}(?:\.\d+)?")


Names = Mapping[str, Any]
"""The names of the members of an answer, as in `[interface]` of `archive/model/site.toml`."""


@dataclass(frozen=True, slots=True)
class InterfaceAnswer:
    """One answer of the listing interface.

    Attributes:
        cards: Its articles, newest update first, one a key.
        end_cursor: The cursor of the next request; None if this answer ends the listing.
        has_next: Whether there is more.
        reasons: The reasons why entries have no article's address, with their counts.
    """

    cards: tuple[Card, ...]
    end_cursor: str | None
    has_next: bool
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def unread(self) -> int:
        """Return how many entries make no article's address."""
        return sum(count for _, count in self.reasons)


def read_interface(content: bytes, sites: Sites, names: Names | None = None) -> InterfaceAnswer:
    """Return the parsed answer of the listing interface.

    Times are read in milliseconds, seconds or ISO 8601, also where a number is written as a text.

    Args:
        content: The body, unpacked.
        sites: The configured base addresses.
        names: The names of its members; None for those of the site file.

    Raises:
        Broken: It is no JSON, or has no list of articles.
    """
    names = names or site().interface
    data = _parsed(content)
    entries = _entries(data, names)
    cards: dict[str, Card] = {}
    reasons: Counter[str] = Counter()
    for entry in entries:
        read = _read_entry(entry, sites, names)
        if isinstance(read, str):
            reasons[read] += 1
        else:
            cards.setdefault(read.address.key, read)
    cursor, has_next = _read_page_info(_member(data, names["page"]), names)
    return InterfaceAnswer(tuple(cards.values()), cursor, has_next, tuple(reasons.items()))


def _parsed(content: bytes) -> dict[str, object]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Broken(f"the interface's answer is no JSON: {type(error).__name__}, {len(content)} bytes") from error
    if not isinstance(data, dict):
        raise Broken(f"the interface's answer is no object but {type(data).__name__}")
    return data


def _member(document: dict[str, object], names: Sequence[str]) -> object:
    """Return the first of some members that is there; None without one."""
    return next((document[name] for name in names if document.get(name) is not None), None)


def _entries(data: dict[str, object], names: Names) -> list[object]:
    entries = _member(data, names["articles"])
    if entries is None and set(names["articles"]) & set(data) and isinstance(_member(data, names["page"]), dict):
        return []
    if not isinstance(entries, list):
        members = ", ".join(sorted(data)[:8])
        wanted = " or ".join(names["articles"])
        raise Broken(f"the interface's answer has no list {wanted}; its members: {members or 'none'}")
    return entries


def _read_entry(entry: object, sites: Sites, names: Names) -> Card | str:
    if not isinstance(entry, dict):
        return "an entry is no object"
    address = _address(entry, sites, names)
    if isinstance(address, str):
        return address
    title = _member(entry, names["title"])
    stated_at = _moment(entry, names["created"])
    return Card(
        address,
        title.strip() or None if isinstance(title, str) else None,
        stated_at or address.published_at,
        _moment(entry, names["updated"]),
        tuple(tag for name in names["tags"] for tag in _texts(entry.get(name))),
        stated_at,
    )


def _address(entry: dict[str, object], sites: Sites, names: Names) -> ArticleAddress | str:
    author, identity = _member(entry, names["author"]), _member(entry, names["id"])
    if not isinstance(identity, str) or not identity.strip():
        return f"an entry has no {' or '.join(names['id'])}"
    if not isinstance(author, str) or not author.strip():
        return f"an entry has no {' or '.join(names['author'])}"
    return (
        news_address(author.strip(), identity.strip(), sites)
        or f"{names['author'][0]} and {names['id'][0]} make no address"
    )


def _moment(entry: dict[str, object], names: Sequence[str]) -> datetime | None:
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


def _read_page_info(info: object, names: Names) -> tuple[str | None, bool]:
    if not isinstance(info, dict):
        return None, False
    cursor = _member(info, names["cursor"])
    if isinstance(cursor, int) and not isinstance(cursor, bool):
        cursor = str(cursor)
    text = cursor if isinstance(cursor, str) and cursor else None
    more = next((info[name] for name in names["more"] if name in info), text is not None)
    return text, text is not None and (more is True or str(more).lower() in {"true", "1"})
