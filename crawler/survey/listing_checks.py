"""Checks of facts about addresses and listings."""

from __future__ import annotations

import re
from base64 import b64decode
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from archive.model.article import Article
from archive.model.site_file import site
from crawler.addresses import read_address
from crawler.download import refusals
from crawler.pages.listings.cards import CARD_TITLE
from crawler.survey.evidence import OK, RENDERED_NEW, Evidence, ListingVisit
from crawler.survey.verdict import (
    Context,
    FactCheck,
    FactVerdict,
    all_of,
    answer_of,
    failed,
    held,
    most_of,
    unseen,
    visit_for,
)

_A_MINUTE: Final = timedelta(minutes=1)
_SHORT_CURSOR: Final = 7


_NO_TWO_DATES: Final = "no article whose page and address both have a date"


def _dated_twice(evidence: Evidence) -> list[tuple[Article, datetime]]:
    """Return the articles whose page states a date, with the moment in their UUID, also that of an import."""
    sites = replace(evidence.sites, imports=())
    dated = [pair for pair in evidence.articles if pair[1].published_at and pair[1].published_from == "page"]
    addresses = ((article, read_address(visit.address.url(sites), sites)) for visit, article in dated)
    return [(article, address.published_at) for article, address in addresses if address and address.published_at]


def _gap(article: Article, moment: datetime) -> timedelta:
    return abs(article.published_at - moment) if article.published_at else timedelta.max


def _addresses(site: str, host: str) -> FactCheck:
    def check(evidence: Evidence, _context: Context) -> FactVerdict:
        cards = [card for listed in evidence.listings.values() if listed.host == host for card in listed.cards]
        paths = [card.address.path for card in cards if card.address.site == site]
        if paths:
            return held(f"{len(paths)} links, such as {paths[0]}")
        return unseen("no listing of this host gave a link") if not cards else failed("its listings link elsewhere")

    return check


def _uuid_moment(evidence: Evidence, _context: Context) -> FactVerdict:
    gaps = [_gap(article, moment) for article, moment in _dated_twice(evidence) if not evidence.sites.is_import(moment)]
    return most_of((gap <= _A_MINUTE for gap in gaps), "articles' UUIDs fit the page's date", _NO_TWO_DATES)


def _uuid_imported(evidence: Evidence, _context: Context) -> FactVerdict:
    pairs = [(article, moment) for article, moment in _dated_twice(evidence) if evidence.sites.is_import(moment)]
    return all_of((_gap(*pair) > _A_MINUTE for pair in pairs), "have an older date of their own", "no imported article")


def _uuid_hosts(evidence: Evidence, _context: Context) -> FactVerdict:
    visit = visit_for(evidence, "other host")
    if visit is None:
        return unseen("no article was asked on a second host")
    first = next((other for other in evidence.visits if other.address.key == visit.address.key), None)
    if visit.article and first and first.article:
        same = "with the same title" if visit.article.title == first.article.title else "with another title"
        return held(f"{visit.address.key} answers on both, {same}")
    return failed(f"{visit.address.key} answers on {first.host if first else 'one'}; elsewhere {answer_of(visit)}")


def _nid_grows(evidence: Evidence, _context: Context) -> FactVerdict:
    notes = [
        (int(visit.address.key.partition(":")[2]), article.published_at)
        for visit, article in evidence.articles
        if visit.address.site == "notes" and article.published_at
    ]
    if len(notes) < 2:  # noqa: PLR2004 -- an order needs two
        return unseen("fewer than two dated articles of the old site")
    notes.sort()
    moments = [moment for _, moment in notes]
    detail = ", ".join(f"{number} of {moment:%Y-%m-%d}" for number, moment in notes)
    return held(detail) if moments == sorted(moments) else failed(detail)


def _listing(name: str) -> FactCheck:
    def check(evidence: Evidence, _context: Context) -> FactVerdict:
        return _gave(evidence.listings.get(name), "articles")

    return check


def _gave(listed: ListingVisit | None, description: str) -> FactVerdict:
    """Return held where a listing gave articles, not seen where it was not asked, not answered or refused."""
    if listed is None:
        return unseen("not asked")
    if listed.exchange.status is None or listed.exchange.status in refusals.ANY:
        return unseen(listed.trouble)
    return failed(listed.trouble) if listed.trouble else held(f"{len(listed.cards)} {description}")


def _script(evidence: Evidence, _context: Context) -> FactVerdict:
    plain, browsed = evidence.listings.get("listing new"), evidence.listings.get(RENDERED_NEW)
    if browsed is None:
        needless = plain is not None and bool(plain.cards)
        return unseen("the cards are in the page as it was received" if needless else "no browser, or no requests left")
    return _gave(browsed, "articles in a browser")


def _interface(evidence: Evidence, _context: Context) -> FactVerdict:
    listed = evidence.listings.get("interface")
    if listed and listed.exchange.status in refusals.NO_TOKEN:
        return unseen(f"{listed.trouble}: it wants a token (CMONEY_TOKEN), or refuses")
    return _gave(listed, "articles")


def _interface_open(evidence: Evidence, _context: Context) -> FactVerdict:
    listed = evidence.listings.get("interface without token") or evidence.listings.get("interface")
    if listed is None or listed.exchange.status is None:
        return unseen("not answered")
    if listed.exchange.status in refusals.NO_TOKEN:
        return failed(f"HTTP {listed.exchange.status} without a token")
    return held("answered without a token") if listed.exchange.status == OK else unseen(listed.trouble)


def _interface_created(evidence: Evidence, _context: Context) -> FactVerdict:
    entries = [entry for listed in evidence.listings.values() for entry in listed.entries]
    names = {name for entry in entries for name in site().interface["created"] if name in entry}
    missing = [entry for entry in entries if not set(site().interface["created"]) & set(entry)]
    if not entries:
        return unseen("no entry was seen")
    if missing:
        wanted, members = site().interface["created"][0], ", ".join(sorted(missing[0]))
        return failed(f"field `{wanted}` is gone from {len(missing)} of {len(entries)} entries, which have {members}")
    stated = {card.address.key: card.stated_at for card in evidence.cards() if card.stated_at}
    gaps = [
        abs(article.published_at - moment)
        for visit, article in evidence.articles
        if article.published_at and article.published_from == "page" and (moment := stated.get(visit.address.key))
    ]
    fitting = sum(gap <= _A_MINUTE for gap in gaps)
    detail = f"{len(entries)} entries state {', '.join(sorted(names))}"
    if not gaps:
        return held(detail)
    detail = f"{detail}; it fits the page's date in {fitting} of {len(gaps)} articles"
    return held(detail) if 2 * fitting >= len(gaps) else failed(detail)


def _interface_order(evidence: Evidence, _context: Context) -> FactVerdict:
    listed = evidence.listings.get("interface")
    moments = [card.updated_at for card in listed.cards if card.updated_at] if listed else []
    if len(moments) < 2:  # noqa: PLR2004 -- an order needs two
        return unseen("fewer than two entries with a date of update")
    falls = all(later <= earlier for earlier, later in pairwise(moments))
    return held(f"{len(moments)} in order") if falls else failed("not newest update first")


def _interface_cursor(evidence: Evidence, _context: Context) -> FactVerdict:
    listed = evidence.listings.get("interface")
    cursor = listed.end_cursor if listed else None
    if not cursor:
        return unseen("no cursor was given")
    if listed and is_offset(cursor, len(listed.entries)):
        return failed(f"the cursor {cursor} looks like an offset: pages shift while it is read")
    return held(f"the cursor has {len(cursor)} characters, and neither is a small number nor counts the entries")


def is_offset(cursor: str, entries: int) -> bool:
    """Return whether a cursor looks like an offset: a small number, or one that counts the entries before it.

    Args:
        cursor: That of the second page, as it is or packed in Base64.
        entries: How many the first page has.

    >>> [is_offset(cursor, 10) for cursor in ("20", "c10", "b2Zmc2V0OjEw", "1788062645_1221620", "10_20")]
    [True, True, True, False, False]
    """
    if cursor.isdigit() and len(cursor) < _SHORT_CURSOR:
        return True
    texts = [cursor]
    with suppress(ValueError):
        texts.append(b64decode(cursor + "=" * (-len(cursor) % 4), validate=True).decode("ascii"))
    return any(re.findall(r"\d+", text) == [str(entries)] for text in texts)


def _interface_pages(evidence: Evidence, _context: Context) -> FactVerdict:
    first, second = evidence.listings.get("interface"), evidence.listings.get("interface page 2")
    if first is None or second is None:
        return unseen("no second page was asked")
    if second.trouble:
        return _gave(second, "more articles")
    known = {card.address.key for card in first.cards}
    again = sum(card.address.key in known for card in second.cards)
    detail = f"{len(second.cards) - again} more articles, {again} again"
    return held(detail) if again == 0 else failed(detail)


def _cards_titled(evidence: Evidence, _context: Context) -> FactVerdict:
    listed = evidence.listings.get("listing new")
    if listed is None or not listed.cards:
        return unseen("no cards on the new site's listing")
    if CARD_TITLE.lstrip(".").encode() in listed.content:
        return held(f"{len(listed.cards)} cards")
    titled = sum(card.title is not None for card in listed.cards)
    return failed(f"no element {CARD_TITLE}; {titled} of {len(listed.cards)} cards have a title elsewhere")


CHECKS: Final[dict[str, FactCheck]] = {
    "address-new": _addresses("cmnews", "new"),
    "address-old": _addresses("notes", "old"),
    "address-third": _addresses("stock", "third"),
    "uuid-moment": _uuid_moment,
    "uuid-imported": _uuid_imported,
    "uuid-hosts": _uuid_hosts,
    "nid-grows": _nid_grows,
    "interface": _interface,
    "interface-open": _interface_open,
    "interface-created": _interface_created,
    "interface-order": _interface_order,
    "interface-cursor": _interface_cursor,
    "interface-pages": _interface_pages,
    "interface-authors": _listing("interface by author"),
    "listing-new": _listing("listing new"),
    "listing-script": _script,
    "listing-card": _cards_titled,
    "listing-tag": _listing("listing tag"),
    "listing-old": _listing("listing old"),
    "listing-third": _listing("listing third"),
}
