"""One check a fact: whether what a survey saw holds it, contradicts it, or leaves it open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from protego import Protego

from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.model.labels import COPYRIGHT_WORDS, DISCLAIMER_WORDS, FURTHER_WORD
from archive.model.time_zones import TAIPEI
from crawler.pages.listings.cards import CARD_TITLE
from crawler.pages.templates.cmnews import CmnewsPage
from crawler.pages.templates.notes import NotesPage
from crawler.survey.evidence import OK, REFUSALS, Evidence, Visited
from crawler.survey.facts import facts

State = Literal["held", "not held", "not seen"]

_IMPORT_DAYS: Final = frozenset({date(2025, 1, 22), date(2025, 1, 23)})
_A_MINUTE: Final = timedelta(minutes=1)
_SHORT_CURSOR: Final = 7
_TICKER: Final = re.compile(r"[(（][A-Z]{1,5}(?:[.-][A-Z])?[)）]")
_TAIL: Final = re.compile(f"{FURTHER_WORD}|{COPYRIGHT_WORDS}|{DISCLAIMER_WORDS}")
_LEAST_HEADINGS: Final = 2
_NOT_MODIFIED: Final = 304
_ONE_SECOND: Final = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a survey says about a fact.

    Attributes:
        state: Whether it held.
        detail: What was seen, or why nothing was.
    """

    state: State
    detail: str


Check = Callable[[Evidence, "Context"], Verdict]


@dataclass(frozen=True, slots=True)
class Context:
    """What a check needs besides the evidence.

    Attributes:
        column: The column's name, without brackets.
        robot: The name by which robots.txt knows the crawler.
        forbidden: Addresses that robots.txt kept the survey from asking.
    """

    column: str
    robot: str
    forbidden: tuple[str, ...]


def check_all(evidence: Evidence, context: Context) -> dict[str, Verdict]:
    """Return the verdict on every fact, by its identifier, in the order of the facts."""
    return {name: _CHECKS[name](evidence, context) for name in facts()}


def _held(detail: str) -> Verdict:
    return Verdict("held", detail)


def _failed(detail: str) -> Verdict:
    return Verdict("not held", detail)


def _unseen(detail: str) -> Verdict:
    return Verdict("not seen", detail)


def _share(good: Iterable[bool], what: str, nothing: str) -> Verdict:
    """Return held where all of some cases are good, not held where one is not, with the count."""
    cases = list(good)
    if not cases:
        return _unseen(nothing)
    detail = f"{sum(cases)} of {len(cases)} {what}"
    return _held(detail) if all(cases) else _failed(detail)


def _most(good: Iterable[bool], what: str, nothing: str) -> Verdict:
    """Return held where at least half of some cases are good, with the count."""
    cases = list(good)
    if not cases:
        return _unseen(nothing)
    detail = f"{sum(cases)} of {len(cases)} {what}"
    return _held(detail) if 2 * sum(cases) >= len(cases) else _failed(detail)


# ---- Addresses ------------------------------------------------------------------------------------------------------


def _addresses(site: str, host: str) -> Check:
    def check(evidence: Evidence, _context: Context) -> Verdict:
        cards = [
            card for listed in evidence.listings.values() if listed.host == host for card in listed.cards
        ]  # fmt: skip
        found = [card.address.path for card in cards if card.address.site == site]
        if found:
            return _held(f"{len(found)} links, such as {found[0]}")
        return _unseen("no listing of this host gave a link") if not cards else _failed("its listings link elsewhere")

    return check


def _uuid_moment(evidence: Evidence, _context: Context) -> Verdict:
    gaps = [_gap(article, moment) for article, moment in _dated_twice(evidence) if not _is_of_import(moment)]
    return _most((gap <= _A_MINUTE for gap in gaps), "articles' UUIDs fit the page's date", _NO_TWO_DATES)


def _uuid_imported(evidence: Evidence, _context: Context) -> Verdict:
    pairs = [(article, moment) for article, moment in _dated_twice(evidence) if _is_of_import(moment)]
    return _share((_gap(*pair) > _A_MINUTE for pair in pairs), "have an older date of their own", "no imported article")


def _uuid_hosts(evidence: Evidence, _context: Context) -> Verdict:
    visit = _visit_for(evidence, "other host")
    if visit is None:
        return _unseen("no article was asked on a second host")
    first = next((other for other in evidence.visits if other.address.key == visit.address.key), None)
    if visit.article and first and first.article:
        same = "with the same title" if visit.article.title == first.article.title else "with another title"
        return _held(f"{visit.address.key} answers on both, {same}")
    return _failed(f"{visit.address.key} answers on {first.host if first else 'one'}; elsewhere {_answer(visit)}")


def _nid_grows(evidence: Evidence, _context: Context) -> Verdict:
    notes = [
        (int(visit.address.key.partition(":")[2]), article.published_at)
        for visit, article in evidence.articles
        if visit.address.site == "notes" and article.published_at
    ]
    if len(notes) < 2:  # noqa: PLR2004 -- an order needs two
        return _unseen("fewer than two dated articles of the old site")
    notes.sort()
    moments = [moment for _, moment in notes]
    detail = ", ".join(f"{number} of {moment:%Y-%m-%d}" for number, moment in notes)
    return _held(detail) if moments == sorted(moments) else _failed(detail)


# ---- Listings -------------------------------------------------------------------------------------------------------


def _listing(name: str) -> Check:
    def check(evidence: Evidence, _context: Context) -> Verdict:
        listed = evidence.listings.get(name)
        if listed is None:
            return _unseen("not asked")
        if listed.trouble:
            return _failed(listed.trouble)
        return _held(f"{len(listed.cards)} articles")

    return check


def _interface(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface")
    if listed is None:
        return _unseen("not asked")
    if listed.exchange.status in REFUSALS:
        return _unseen(f"{listed.trouble}: it wants a token (CMONEY_TOKEN), or refuses")
    return _failed(listed.trouble) if listed.trouble else _held(f"{len(listed.cards)} articles")


def _interface_open(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface without token") or evidence.listings.get("interface")
    if listed is None or listed.exchange.status is None:
        return _unseen("not answered")
    if listed.exchange.status in REFUSALS:
        return _failed(f"HTTP {listed.exchange.status} without a token")
    return _held("answered without a token") if listed.exchange.status == OK else _unseen(listed.trouble)


def _interface_created(evidence: Evidence, _context: Context) -> Verdict:
    entries = [entry for listed in evidence.listings.values() for entry in listed.entries]
    names = {name for entry in entries for name in entry if "reate" in name}
    missing = [entry for entry in entries if not {"createdAt", "createAt"} & set(entry)]
    if not entries:
        return _unseen("no entry was seen")
    if missing:
        members = ", ".join(sorted(missing[0]))
        return _failed(f"{len(missing)} of {len(entries)} entries have neither; their members: {members}")
    return _held(f"{len(entries)} entries state {', '.join(sorted(names))}")


def _interface_order(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface")
    moments = [card.updated_at for card in listed.cards if card.updated_at] if listed else []
    if len(moments) < 2:  # noqa: PLR2004 -- an order needs two
        return _unseen("fewer than two entries with a date of update")
    falls = all(later <= earlier for earlier, later in pairwise(moments))
    return _held(f"{len(moments)} in order") if falls else _failed("not newest update first")


def _interface_cursor(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("interface")
    cursor = listed.end_cursor if listed else None
    if not cursor:
        return _unseen("no cursor was given")
    if cursor.isdigit() and len(cursor) < _SHORT_CURSOR:
        return _failed(f"the cursor {cursor} looks like an offset: pages shift while it is read")
    return _held(f"the cursor has {len(cursor)} characters and is no small number")


def _interface_pages(evidence: Evidence, _context: Context) -> Verdict:
    first, second = evidence.listings.get("interface"), evidence.listings.get("interface page 2")
    if first is None or second is None:
        return _unseen("no second page was asked")
    if second.trouble:
        return _failed(second.trouble)
    known = {card.address.key for card in first.cards}
    again = sum(card.address.key in known for card in second.cards)
    detail = f"{len(second.cards) - again} more articles, {again} again"
    return _held(detail) if again == 0 else _failed(detail)


def _cards_titled(evidence: Evidence, _context: Context) -> Verdict:
    listed = evidence.listings.get("listing new")
    if listed is None or not listed.cards:
        return _unseen("no cards on the new site's listing")
    if CARD_TITLE.lstrip(".").encode() in listed.content:
        return _held(f"{len(listed.cards)} cards")
    titled = sum(card.title is not None for card in listed.cards)
    return _failed(f"no element {CARD_TITLE}; {titled} of {len(listed.cards)} cards have a title elsewhere")


# ---- Pages ----------------------------------------------------------------------------------------------------------


def _template(hosts: set[str], name: str, selector: str) -> Check:
    def check(evidence: Evidence, _context: Context) -> Verdict:
        pages = [visit for visit in evidence.visits if visit.host in hosts and visit.exchange.status == OK]
        pages = [visit for visit in pages if _is_wanted(visit)]
        fits = [visit.article is not None and visit.article.extractor.name == name for visit in pages]
        verdict = _share(fits, f"pages have their text at {selector}", "no article was asked there")
        if verdict.state != "not held":
            return verdict
        odd = next(visit for visit, fit in zip(pages, fits, strict=True) if not fit)
        return _failed(f"{verdict.detail}; {odd.exchange.url}: {_reader_of(odd)}")

    return check


def _page_plain(evidence: Evidence, _context: Context) -> Verdict:
    wanted = [visit for visit in evidence.visits if _is_wanted(visit) and visit.exchange.status == OK]
    return _share((visit.article is not None for visit in wanted), "pages gave an article", "no page was answered")


def _page_dated(evidence: Evidence, _context: Context) -> Verdict:
    cases = (article.published_from == "page" for _, article in evidence.articles)
    return _most(cases, "articles state their date on the page", "no article was read")


def _page_members(evidence: Evidence, _context: Context) -> Verdict:
    members = [visit.exchange.url for visit, article in evidence.articles if article.access == "members"]
    return _held(f"{len(members)}, such as {members[0]}") if members else _unseen("no article asked to log in")


def _page_removed(evidence: Evidence, _context: Context) -> Verdict:
    visit = _visit_for(evidence, "absent")
    if visit is None:
        return _unseen("not asked")
    gone = isinstance(visit.outcome, Miss) and visit.outcome.state == "gone"
    return _held(_answer(visit)) if gone or visit.exchange.status in {404, 410} else _failed(_answer(visit))


def _page_validators(evidence: Evidence, _context: Context) -> Verdict:
    visit = _visit_for(evidence, "again")
    if visit is not None:
        detail = f"HTTP {visit.exchange.status} to a conditional request"
        return _held(detail) if visit.exchange.status == _NOT_MODIFIED else _failed(detail)
    pages = [visit for visit in evidence.visits if visit.exchange.status == OK]
    return _failed("neither ETag nor Last-Modified on any page") if pages else _unseen("no page was answered")


# ---- The column -----------------------------------------------------------------------------------------------------


def _column_prefix(evidence: Evidence, context: Context) -> Verdict:
    titles = [card.title for card in evidence.cards() if card.title]
    columns = sorted({match[1] for title in titles if (match := re.match(r"【([^】]{1,20})】", title))})
    if not titles:
        return _unseen("no titles were seen")
    if context.column in columns:
        return _held(f"among {', '.join(columns)}")
    return _failed(f"no title begins with 【{context.column}】; seen: {', '.join(columns) or 'no prefix at all'}")


def _of_column(evidence: Evidence, context: Context) -> list[Article]:
    return [article for _, article in evidence.articles if article.title.startswith(f"【{context.column}】")]


def _about_column(test: Callable[[Article], bool], what: str) -> Check:
    def check(evidence: Evidence, context: Context) -> Verdict:
        public = [article for article in _of_column(evidence, context) if article.access == "public"]
        return _most(map(test, public), what, "no article of the column was read")

    return check


def _has_headings(article: Article) -> bool:
    return sum(block.is_heading for block in article.blocks) >= _LEAST_HEADINGS


def _has_tail(article: Article) -> bool:
    return bool(article.related) or any(_TAIL.search(block.text) for block in article.blocks)


def _column_links(evidence: Evidence, context: Context) -> Verdict:
    related = [item for article in _of_column(evidence, context) for item in article.related]
    return _most((item.key is not None for item in related), "titles link to articles", "no further reading was seen")


# ---- Manners --------------------------------------------------------------------------------------------------------


def _robots(evidence: Evidence, context: Context) -> Verdict:
    if context.forbidden:
        return _failed(f"forbids {len(context.forbidden)} addresses, such as {context.forbidden[0]}")
    return _held(f"on {len(evidence.robots)} hosts") if evidence.robots else _unseen("robots.txt was not answered")


def _robots_delay(evidence: Evidence, context: Context) -> Verdict:
    delays = {
        host: delay
        for host, text in evidence.robots.items()
        if text and (delay := Protego.parse(text).crawl_delay(context.robot))
    }
    if not evidence.robots:
        return _unseen("robots.txt was not answered")
    longest = max(delays.values(), default=0.0)
    return _held("none") if not delays else (_held if longest <= _ONE_SECOND else _failed)(
        ", ".join(f"{host}: {delay:g} s" for host, delay in delays.items())
    )  # fmt: skip


def _rate(evidence: Evidence, _context: Context) -> Verdict:
    answered = [exchange for exchange in evidence.exchanges if exchange.status is not None]
    refused = [exchange for exchange in answered if exchange.status in {403, 429, 503} and exchange.method == "GET"]
    if not answered:
        return _unseen("nothing was answered")
    if refused:
        waits = {exchange.headers["retry-after"] for exchange in refused if "retry-after" in exchange.headers}
        after = f", Retry-After {', '.join(sorted(waits))}" if waits else ""
        return _failed(f"{len(refused)} of {len(answered)} answers refuse, such as HTTP {refused[0].status}{after}")
    return _held(f"{len(answered)} answers")


# ---- What the checks share ------------------------------------------------------------------------------------------

_NO_TWO_DATES: Final = "no article whose page and address both have a date"


def _dated_twice(evidence: Evidence) -> list[tuple[Article, datetime]]:
    return [
        (article, visit.address.published_at)
        for visit, article in evidence.articles
        if visit.address.published_at and article.published_at and article.published_from == "page"
    ]


def _gap(article: Article, moment: datetime) -> timedelta:
    return abs(article.published_at - moment) if article.published_at else timedelta.max


def _is_of_import(moment: datetime) -> bool:
    return moment.astimezone(TAIPEI).date() in _IMPORT_DAYS


def _visit_for(evidence: Evidence, purpose: str) -> Visited | None:
    return next((visit for visit in evidence.visits if visit.purpose == purpose), None)


def _is_wanted(visit: Visited) -> bool:
    return visit.purpose not in {"absent", "other host", "again"}


def _answer(visit: Visited) -> str:
    exchange = visit.exchange
    read = f", read as {visit.outcome.state}: {visit.outcome.reason}" if isinstance(visit.outcome, Miss) else ""
    return f"HTTP {exchange.status}{read}" if exchange.status is not None else exchange.error


def _reader_of(visit: Visited) -> str:
    if visit.article is not None:
        return f"read by {visit.article.extractor.name}"
    return f"{visit.outcome.reason}: {visit.outcome.detail}" if isinstance(visit.outcome, Miss) else "not read"


_CHECKS: Final[dict[str, Check]] = {
    "address-new": _addresses("cmnews", "new"),
    "address-old": _addresses("notes", "old"),
    "address-third": _addresses("cmnews", "third"),
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
    "listing-card": _cards_titled,
    "listing-tag": _listing("listing tag"),
    "listing-old": _listing("listing old"),
    "listing-third": _listing("listing third"),
    "page-new": _template({"new"}, CmnewsPage.NAME, CmnewsPage.BODY),
    "page-old": _template({"old"}, NotesPage.NAME, NotesPage.BODY.partition(",")[0]),
    "page-third": _template({"third"}, CmnewsPage.NAME, CmnewsPage.BODY),
    "page-plain": _page_plain,
    "page-dated": _page_dated,
    "page-members": _page_members,
    "page-removed": _page_removed,
    "page-validators": _page_validators,
    "column-prefix": _column_prefix,
    "column-headings": _about_column(_has_headings, "articles have headings"),
    "column-tail": _about_column(_has_tail, "articles have a tail"),
    "column-tickers": _about_column(
        lambda article: bool(_TICKER.search(article.title + article.text)), "articles name symbols in brackets"
    ),
    "column-links": _column_links,
    "robots": _robots,
    "robots-delay": _robots_delay,
    "rate": _rate,
}
