"""Listings in HTML: their cards, and their next pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from archive.model.text import collapsed
from crawler.addresses import Sites
from crawler.errors import Broken, Unreadable
from crawler.pages.html.charset import utf8_of
from crawler.pages.html.document import Document
from crawler.pages.listings.cards import Card, cards_of
from crawler.pages.listings.note_list_script import cards_of_script

NEXT = '[rel~="next" i][href]'
LINKS = "a[href]"

_NEXT_WORDS = re.compile(r"(?:前往)?下一?[頁页][\W_]*|[>›»→]|next(?: page)?[\W_]*", re.IGNORECASE)
_PAGE_NAMES = frozenset({"page", "p", "pg", "pageindex", "pageno", "pagenumber", "currentpage"})
_PAGE_PATH = re.compile(r"^(?P<path>.*?)/page/(?P<number>\d{1,5})/?$")
_NUMBER = re.compile(r"\d{1,5}")


def next_urls(document: Document) -> tuple[str, ...]:
    """Return the addresses of a listing's further pages below the page's own base, in order, each once.

    That are links of that name (`rel=next`, 下一頁), and links to the same listing with a greater page number.
    """
    own = _place(document.url)
    urls: dict[str, None] = {}
    for node in document.tree.css(NEXT) + document.tree.css(LINKS):
        url = document.absolute(node.attributes.get("href") or "")
        if url and (_says_next(node) or _goes_on(_place(url), own)):
            local = _local(url, document)
            if local and local != document.url:
                urls.setdefault(local)
    return tuple(urls)


def _says_next(node: LexborNode) -> bool:
    attributes = node.attributes
    if "next" in (attributes.get("rel") or "").lower().split():
        return True
    texts = (attributes.get("aria-label") or "", attributes.get("title") or "", node.text())
    return any(_NEXT_WORDS.fullmatch(collapsed(text)) for text in texts)


def _place(url: str) -> tuple[str, frozenset[tuple[str, str]], int]:
    """Return a listing's path, its query without the page's number, and that number (1 where there is none)."""
    split = _split(url)
    query = parse_qsl(split.query) if split else []
    numbers = [value for name, value in query if name.lower() in _PAGE_NAMES and _NUMBER.fullmatch(value)]
    rest = frozenset((name.lower(), value) for name, value in query if name.lower() not in _PAGE_NAMES)
    path = split.path if split else ""
    if match := _PAGE_PATH.match(path):
        return match["path"], rest, int(match["number"])
    return path.rstrip("/"), rest, int(numbers[0]) if numbers else 1


def _goes_on(
    place: tuple[str, frozenset[tuple[str, str]], int], own: tuple[str, frozenset[tuple[str, str]], int]
) -> bool:
    return place[:2] == own[:2] and place[2] > own[2]


def _local(url: str, document: Document) -> str | None:
    """Return an address of our sites below the page's own base, without fragment; None if it is off-site."""
    split, page = _split(url), _split(document.url)
    if split is None or page is None or document.sites.path_of(split) is None:
        return None
    if split.netloc == page.netloc:
        return split._replace(scheme=page.scheme, fragment="").geturl()
    base = next((base for base in document.sites.bases if document.url.startswith(base)), None)
    path = document.sites.path_of(split)
    return f"{base}{path}{'?' + split.query if split.query else ''}" if base else None


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing.

    Attributes:
        cards: Its articles in the page's order, those of its script first; one a key.
        next_urls: The addresses of its further pages, in order; empty where it ends or goes on by script.
    """

    cards: tuple[Card, ...]
    next_urls: tuple[str, ...]


def read_listing(content: bytes, url: str, sites: Sites, content_type: str | None = None) -> Listing:
    """Return what a listing page shows, of whichever site; without cards if it shows none.

    Args:
        content: The body, its content encoding removed.
        url: The address that answered.
        sites: The configured base addresses.
        content_type: The Content-Type header.

    Raises:
        Broken: The page is empty or no HTML.
    """
    try:
        document = Document.read(content, url, sites, content_type)
    except Unreadable as error:
        raise Broken(f"the listing cannot be read: {error}") from error
    source = utf8_of(content, content_type).decode() if b"notedatalist" in content else ""
    scripted = cards_of_script(source, sites, document.base_url)
    cards: dict[str, Card] = {}
    for card in scripted + cards_of(document):
        known = cards.get(card.address.key)
        if known is None or known.title is None:
            cards[card.address.key] = card
    return Listing(tuple(cards.values()), next_urls(document))
