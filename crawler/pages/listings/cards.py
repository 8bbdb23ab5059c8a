"""The cards of a server-rendered listing: links to articles, found by the shape of their address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from selectolax.lexbor import LexborNode

from archive.model.site_file import site
from archive.model.text import collapsed
from crawler.addresses import ArticleAddress, read_address
from crawler.pages.body.other_articles import _WRAPPED, HEADINGS, LINKS, TAG_LINKS, bare_title
from crawler.pages.html.document import Document
from crawler.pages.html.timestamps import can_be, read_moment

CARD_TITLE: str = site().listing["card_title"]
LIST_ITEM = "articleListItem__link"
"""The class of a card's link on the site for stock research, whose text is 前往 and the title (docs/site.md §1)."""

TITLE_CLASSES = '[class*="title" i], [class*="headline" i]'
TIMES = "time[datetime]"
APART = timedelta(days=30)
_NEAR = 3
_HIGHEST_CARD = 6
_LONGEST_TITLE = 200
_NO_CARDS = frozenset({"body", "html", "main"})

_CARD_TITLE_RANK, _HEADING_RANK, _CLASS_RANK, _WRAPPED_RANK = range(4)
_TEXT_RANK, _ATTRIBUTE_RANK, _IMAGE_RANK, _NO_RANK = range(4, 8)


@dataclass(frozen=True, slots=True)
class Card:
    """A listing's entry for an article.

    Attributes:
        address: Its address, read.
        title: Its title as the listing has it; None where none is shown.
        published_at: The moment that the listing states, else the one in the address; aware, UTC; None without both.
        updated_at: The moment of its last update, where the listing states it; aware, UTC.
        tags: Its tags, in order.
        stated_at: The moment of publication that the listing itself states; aware, UTC; None if it states none.
    """

    address: ArticleAddress
    title: str | None
    published_at: datetime | None
    updated_at: datetime | None
    tags: tuple[str, ...]
    stated_at: datetime | None = None


def cards_of(document: Document) -> list[Card]:
    """Return the cards of a page in its order, one a key: the link with the best title names it."""
    links = _article_links(document)
    owners = _owners(links)
    best: dict[str, tuple[int, Card]] = {}
    for link, address in links:
        card = _card_around(link, address.key, owners)
        rank, title = _best_title(link, card)
        known = best.get(address.key)
        if known is None or rank < known[0]:
            best[address.key] = (rank, _read_card(address, title, card))
    return [card for _, card in best.values()]


def misdated(cards: Sequence[Card]) -> frozenset[str]:
    """Return the keys whose moment in the address contradicts the listing's order, and is not stated.

    Listings have the newest first. An edited article can stand above newer ones, so an article older than its
    neighbours contradicts nothing. One that is newer by more than `APART` than the three before it and the three after
    it got its address from a later import.
    """
    dated = [card for card in cards if card.published_at]
    keys = set()
    for place, card in enumerate(dated):
        near = dated[max(0, place - _NEAR) : place], dated[place + 1 : place + 1 + _NEAR]
        if card.stated_at is None and all(len(side) == _NEAR for side in near):
            latest = max(other.updated_at or other.published_at for side in near for other in side)  # type: ignore[type-var] # dated
            if card.published_at - latest > APART:  # type: ignore[operator] # dated
                keys.add(card.address.key)
    return frozenset(keys)


def _article_links(document: Document) -> list[tuple[LexborNode, ArticleAddress]]:
    links = []
    for link in document.tree.css(LINKS):
        address = read_address(link.attributes.get("href") or "", document.sites, document.base_url)
        if address:
            links.append((link, address))
    return links


def _owners(links: list[tuple[LexborNode, ArticleAddress]]) -> dict[int, str]:
    """Return the key of the only article that each element near a link points to; empty where it points to several."""
    owners: dict[int, str] = {}
    for link, address in links:
        for node in _ancestors(link):
            if owners.setdefault(node.mem_id, address.key) != address.key:
                owners[node.mem_id] = ""
    return owners


def _ancestors(link: LexborNode) -> list[LexborNode]:
    nodes: list[LexborNode] = []
    node = link.parent
    while node is not None and len(nodes) < _HIGHEST_CARD and node.tag not in _NO_CARDS:
        nodes.append(node)
        node = node.parent
    return nodes


def _card_around(link: LexborNode, key: str, owners: dict[int, str]) -> LexborNode:
    """Return the largest element around a link, within few steps, that holds no link to another article."""
    card = link
    for node in _ancestors(link):
        if owners[node.mem_id] != key:
            break
        card = node
    return card


def _read_card(address: ArticleAddress, title: str | None, card: LexborNode) -> Card:
    tags = dict.fromkeys(collapsed(node.text()).lstrip("#") for node in card.css(TAG_LINKS))
    stated_at = _stated(card)
    shown = tuple(tag for tag in tags if tag)
    return Card(address, title, stated_at or address.published_at, None, shown, stated_at)


def _stated(card: LexborNode) -> datetime | None:
    for node in card.css(TIMES):
        moment = read_moment(node.attributes.get("datetime") or "")
        if moment and not moment.day_only and can_be(moment.at):
            return moment.at
    return None


def _best_title(link: LexborNode, card: LexborNode) -> tuple[int, str | None]:
    for rank, text in _titles(link, card):
        title = bare_title(text)
        if title and len(title) <= _LONGEST_TITLE:
            return rank, title
    return _NO_RANK, None


def _titles(link: LexborNode, card: LexborNode) -> list[tuple[int, str]]:
    attributes = link.attributes
    titles = [
        (_CARD_TITLE_RANK, _text(card, CARD_TITLE)),
        (_HEADING_RANK, _text(link, HEADINGS) or _text(card, HEADINGS)),
        (_CLASS_RANK, _text(link, TITLE_CLASSES) or _text(card, TITLE_CLASSES)),
    ]
    shown = link.text()
    if LIST_ITEM in (attributes.get("class") or ""):
        shown = shown.lstrip().removeprefix("前往")
    label = attributes.get("aria-label") or ""
    if label and _WRAPPED.fullmatch(collapsed(label)):
        titles.append((_WRAPPED_RANK, label))
    titles.append((_TEXT_RANK, shown))
    titles += [(_ATTRIBUTE_RANK, text) for text in (label, attributes.get("title") or "")]
    image = link.css_first("img[alt]")
    titles.append((_IMAGE_RANK, (image.attributes.get("alt") or "") if image else ""))
    return titles


def _text(node: LexborNode, selector: str) -> str:
    return next((element.text() for element in node.css(selector)[:2] if element.mem_id != node.mem_id), "")
