"""Whether a page is the one that was asked for: what it states of itself, and a listing of its article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborNode

from archive.model.article import Article
from archive.model.identity import site_of
from archive.model.likeness import ALIKE, LISTED_ALIKE, SURELY_ALIKE, is_garbled, likeness
from crawler.addresses import ArticleAddress, read_address
from crawler.pages.html.document import Document

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
"""A version-1 UUID: others are a template's own, not an article's."""

_NUMBERED: Final = re.compile(r"(?:data-)?(?:nid|note-?id|article-?no)", re.IGNORECASE)
_NID: Final = re.compile(r"[1-9]\d{0,11}", re.ASCII)
_NAMED_FIELDS: Final = re.compile(r"(?:nid|note_?id|article_?id|article_?uuid)", re.IGNORECASE)
_LINKED_DATA: Final = ("@id", "url", "mainEntityOfPage")
_HIGHEST: Final = 40
_MOST_FORMS: Final = 20

APART: Final = timedelta(days=2)
"""By how much the dates of a page and of its listing differ that are not one article's, if the titles differ too."""

NEAR: Final = timedelta(minutes=5)
"""The same where nothing on the page names the key that was asked for. Whole hours are a zone that nobody stated."""

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """What is known of an article before its page is read.

    Attributes:
        title: Its title; None if none is known.
        published_at: The moment of publication that a listing states; aware, UTC; None if none does.
        is_misdated: Whether a listing's order contradicts the moment in its address.
        is_titled: Whether a listing states the title, and not only a link in another article, which may be old.
    """

    title: str | None = None
    published_at: datetime | None = None
    is_titled: bool = False
    is_misdated: bool = False


def other_article(
    document: Document, body: LexborNode | None, address: ArticleAddress, article: Article, listed: ListedArticle
) -> str | None:
    """Return why a page shows another article than the one asked for, for a person; None if nothing proves it.

    An address of the other site is no contradiction: one article can have both. Nor is a title that is unlike the
    listing's on a page that names the key that was asked for: the archive holds it until it was the same on several
    days.

    Args:
        document: The page.
        body: The element that holds the article's body; None if it is not known.
        address: The address asked for.
        article: What was read off the page.
        listed: What was known of it before.
    """
    stated = list(_stated(document, body))
    for place, key in stated:
        if key != address.key and site_of(key) == site_of(address.key):
            return f"{place} names {key}"
    is_own = any(key == address.key for _, key in stated)
    return _unlike(article, listed, is_own=is_own)


def _unlike(article: Article, listed: ListedArticle, *, is_own: bool) -> str | None:
    if listed.title is None or is_garbled(article.title) or is_garbled(listed.title):
        return None
    alike = likeness(listed.title, article.title)
    is_unlike = alike < (LISTED_ALIKE if listed.is_titled else ALIKE)
    if is_own and (is_unlike or not listed.is_titled):
        return None
    difference = f"its title is {article.title[:80]!r}, where {listed.title[:80]!r} is known"
    if is_unlike:
        return difference
    stated = article.published_at if article.published_from == "page" else None
    if stated and listed.published_at and _are_apart(stated - listed.published_at, alike, is_own=is_own):
        return f"{difference}, and its date {stated:%Y-%m-%d}, where a listing states {listed.published_at:%Y-%m-%d}"
    return None


def _are_apart(difference: timedelta, alike: float, *, is_own: bool) -> bool:
    """Return whether the date of a page denies that it shows its listing's article, whose title is so alike."""
    if alike < SURELY_ALIKE and abs(difference) > APART:
        return True
    past_hour = abs(difference) % _HOUR
    return not is_own and alike < 1 and NEAR < past_hour < _HOUR - NEAR


def _stated(document: Document, body: LexborNode | None) -> Iterator[tuple[str, str]]:
    """Yield the article keys that a page names as its own, with where; the head first."""
    for place, url in _head_addresses(document):
        address = read_address(url, document.sites, document.url)
        if address is not None:
            yield place, address.key
    yield from _around(body)
    yield from _forms(document)


def _head_addresses(document: Document) -> Iterator[tuple[str, str]]:
    for node in document.tree.css('link[rel="canonical" i][href]'):
        yield "canonical", node.attributes.get("href") or ""
    for name in ("og:url", "twitter:url"):
        if name in document.metas:
            yield name, document.metas[name]
    for name in _LINKED_DATA:
        value = document.linked_data.get(name)
        value = value.get("@id") if isinstance(value, dict) else value
        if isinstance(value, str):
            yield f"JSON-LD {name}", value


def _around(body: LexborNode | None) -> Iterator[tuple[str, str]]:
    """Yield what the attributes of the body element and of those around it name."""
    node = body
    for _ in range(_HIGHEST):
        if node is None or node.tag in {"html", "-undef"}:
            return
        for name, value in node.attributes.items():
            if key := _key_in(name, value or ""):
                yield f"{node.tag}[{name}]", key
        node = node.parent


def _key_in(name: str, value: str) -> str | None:
    ids = set(map(str.lower, _UUID.findall(value)))
    if len(ids) == 1:
        return f"cmnews:{ids.pop()}"
    return f"notes:{value}" if _NUMBERED.fullmatch(name) and _NID.fullmatch(value) else None


def _forms(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what forms post to, and what their named fields hold."""
    for form in islice(document.tree.css("form[action]"), _MOST_FORMS):
        address = read_address(form.attributes.get("action") or "", document.sites, document.url)
        if address is not None:
            yield "form[action]", address.key
    for field in islice(document.tree.css("input[name][value]"), _MOST_FORMS):
        name, value = field.attributes.get("name") or "", field.attributes.get("value") or ""
        if not _NAMED_FIELDS.fullmatch(name):
            continue
        if key := _key_in("nid" if name.lower() == "nid" else "note-id", value):
            yield f"input[{name}]", key
