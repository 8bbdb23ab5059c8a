"""Server-rendered listings of both sites (FACTS §2, §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.errors import Broken, Unreadable
from crawler.pages.cards import Card, cards_of
from crawler.pages.charset import utf8_of
from crawler.pages.document import Document
from crawler.pages.notedatalist import cards_of_script
from crawler.pages.pagination import next_urls

if TYPE_CHECKING:
    from crawler.addresses import Sites


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
    """Return what a listing page of either site shows; without cards if it shows none.

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
    found: dict[str, Card] = {}
    for card in scripted + cards_of(document):
        known = found.get(card.address.key)
        if known is None or known.title is None:
            found[card.address.key] = card
    return Listing(tuple(found.values()), next_urls(document))
