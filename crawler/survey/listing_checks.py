"""Checks of facts about listings."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from crawler.pages.listings.cards import CARD_TITLE
from crawler.survey.evidence import OK, REFUSALS, Evidence
from crawler.survey.verdict import (
    Check,
    Context,
    Verdict,
    failed,
    held,
    unseen,
)

_SHORT_CURSOR: Final = 7


def _listing(name: str) -> Check:
    def check(evidence: Evidence, _context: Context) -> Verdict:
        listed = evidence.listings.get(name)
        if listed is None:
            return unseen("not asked")
        if listed.trouble:
            return failed(listed.trouble)
        return held(f"{len(listed.cards)} articles")

    return check


def _interface(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface")
    if listed is None:
        return unseen("not asked")
    if listed.exchange.status in REFUSALS:
        return unseen(f"{listed.trouble}: it wants a token (CMONEY_TOKEN), or refuses")
    return failed(listed.trouble) if listed.trouble else held(f"{len(listed.cards)} articles")


def _interface_open(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface without token") or evidence.listings.get("interface")
    if listed is None or listed.exchange.status is None:
        return unseen("not answered")
    if listed.exchange.status in REFUSALS:
        return failed(f"HTTP {listed.exchange.status} without a token")
    return held("answered without a token") if listed.exchange.status == OK else unseen(listed.trouble)


def _interface_created(evidence: Evidence, _context: Context) -> Verdict:
    entries = [entry for listed in evidence.listings.values() for entry in listed.entries]
    names = {name for entry in entries for name in entry if "reate" in name}
    missing = [entry for entry in entries if not {"createdAt", "createAt"} & set(entry)]
    if not entries:
        return unseen("no entry was seen")
    if missing:
        members = ", ".join(sorted(missing[0]))
        return failed(f"{len(missing)} of {len(entries)} entries have neither; their members: {members}")
    return held(f"{len(entries)} entries state {', '.join(sorted(names))}")


def _interface_order(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface")
    moments = [card.updated_at for card in listed.cards if card.updated_at] if listed else []
    if len(moments) < 2:  # noqa: PLR2004 -- an order needs two
        return unseen("fewer than two entries with a date of update")
    falls = all(later <= earlier for earlier, later in pairwise(moments))
    return held(f"{len(moments)} in order") if falls else failed("not newest update first")


def _interface_cursor(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface")
    cursor = listed.end_cursor if listed else None
    if not cursor:
        return unseen("no cursor was given")
    if cursor.isdigit() and len(cursor) < _SHORT_CURSOR:
        return failed(f"the cursor {cursor} looks like an offset: pages shift while it is read")
    return held(f"the cursor has {len(cursor)} characters and is no small number")


def _interface_pages(evidence: Evidence, _context: Context) -> Verdict:
    first, second = evidence.listings.get("interface"), evidence.listings.get("interface page 2")
    if first is None or second is None:
        return unseen("no second page was asked")
    if second.trouble:
        return failed(second.trouble)
    known = {card.address.key for card in first.cards}
    again = sum(card.address.key in known for card in second.cards)
    detail = f"{len(second.cards) - again} more articles, {again} again"
    return held(detail) if again == 0 else failed(detail)


def _cards_titled(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("listing new")
    if listed is None or not listed.cards:
        return unseen("no cards on the new site's listing")
    if CARD_TITLE.lstrip(".").encode() in listed.content:
        return held(f"{len(listed.cards)} cards")
    titled = sum(card.title is not None for card in listed.cards)
    return failed(f"no element {CARD_TITLE}; {titled} of {len(listed.cards)} cards have a title elsewhere")


CHECKS: Final[dict[str, Check]] = {
    "interface": _interface,
    "interface-open": _interface_open,
    "interface-created": _interface_created,
    "interface-order": _interface_order,
    "interface-cursor": _interface_cursor,
    "interface-pages": _interface_pages,
    "interface-authors": _listing("interface by author"),
    "listing-new": _listing("listing new"),
    "listing-card": _cards_titled,
    "listing-tag": _listing("listing tag"),
    "listing-old": _listing("listing old"),
    "listing-third": _listing("listing third"),
}
