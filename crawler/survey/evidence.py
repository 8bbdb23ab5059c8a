"""The evidence of a survey: every exchange, and its extraction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import urljoin, urlsplit

from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.model.crawl.page import Page
from archive.model.site_file import site
from archive.model.suspicion import reason_of
from archive.pages.content_encoding import unpack
from crawler.addresses import ArticleAddress, Sites, read_address
from crawler.download.exchange import Exchange
from crawler.errors import Broken
from crawler.middlewares.retry import read_retry_after
from crawler.pages.extract import extract
from crawler.pages.listings.api_listing import read_interface
from crawler.pages.listings.cards import Card
from crawler.pages.listings.html_listing import read_listing

Host = Literal["new", "old", "third"]
HOSTS: Final[tuple[Host, ...]] = ("new", "old", "third")
OK: Final = 200
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
ROBOTS: Final = "robots"
ROBOTS_PATH: Final = "/robots.txt"
RENDERED_NEW: Final = "listing new in a browser"
OLD_NUMBER: Final = "old number"
"""The purpose of a visit to a number of the old site that no listing names."""

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
LARGEST: Final = 8 * 1024 * 1024
"""Bytes that a body may unpack to."""


def base_of(sites: Sites, host: Host) -> str:
    """Return the base address of a host."""
    return {"new": sites.news, "old": sites.notes, "third": sites.stock}[host]


@dataclass(slots=True)
class ListingVisit:
    """The result of a listing.

    Attributes:
        exchange: Its request and answer.
        host: Its host.
        cards: Its cards, in order.
        trouble: Why it could not be read; empty where it was.
        end_cursor: The cursor of the next page; None without one, or where the listing is HTML.
        entries: The raw entries of an interface's answer; empty for HTML.
        content: The answer's body, unpacked.
    """

    exchange: Exchange
    host: Host
    cards: tuple[Card, ...] = ()
    trouble: str = ""
    end_cursor: str | None = None
    entries: tuple[dict[str, Any], ...] = ()
    content: bytes = b""


@dataclass(slots=True)
class Visited:
    """A requested address of an article, and the reading of its page.

    Attributes:
        exchange: The request and its answer.
        host: The host that was asked.
        purpose: Its reason: `newest`, `other author`, `oldest`, `old site`, `third host`, `absent`, `related`…
        address: The address, read.
        outcome: The article or the miss; None where nothing was answered with 200.
        content: The page, unpacked.
    """

    exchange: Exchange
    host: Host
    purpose: str
    address: ArticleAddress
    outcome: Article | Miss | None = None
    content: bytes = b""

    @property
    def article(self) -> Article | None:
        """The article; None where the readers found none."""
        return self.outcome if isinstance(self.outcome, Article) else None


@dataclass(slots=True)
class Evidence:
    """All observations of a survey, in order.

    Attributes:
        sites: The configured base addresses.
        exchanges: Every request with its answer.
        robots: By host, the text of robots.txt; None if there is none. Hosts with unknown rules are missing.
        no_robots: By host, the reason why its rules are unknown.
        moved: By host, the other base address to which it redirects every request.
        forbidden: Addresses that robots.txt forbids.
        closed: Hosts that refused too often, and get no more requests.
        listings: Each listing by its name.
        visits: Each requested address of an article.
    """

    sites: Sites
    exchanges: list[Exchange] = field(default_factory=list)
    robots: dict[Host, str | None] = field(default_factory=dict)
    no_robots: dict[Host, str] = field(default_factory=dict)
    moved: dict[Host, str] = field(default_factory=dict)
    forbidden: list[str] = field(default_factory=list)
    closed: list[Host] = field(default_factory=list)
    listings: dict[str, ListingVisit] = field(default_factory=dict)
    visits: list[Visited] = field(default_factory=list)

    def add_listing(self, name: str, host: Host, exchange: Exchange, *, in_json: bool = False) -> ListingVisit:
        """Read a listing, and return its result.

        Args:
            name: The listing's name.
            host: Its host.
            exchange: Its request and answer.
            in_json: Whether it is an answer of the interface; else it is HTML or a script.
        """
        listed = self.listings[name] = ListingVisit(exchange, host)
        if exchange.status != OK:
            listed.trouble = status_of(exchange)
            return listed
        try:
            listed.content = _content(exchange)
            (self._read_interface if in_json else self._read_html)(listed)
        except (Broken, ValueError) as error:
            listed.trouble = str(error)
        return listed

    def _read_html(self, listed: ListingVisit) -> None:
        content_type = listed.exchange.headers.get("content-type")
        listed.cards = read_listing(listed.content, listed.exchange.url, self.sites, content_type).cards
        listed.trouble = "" if listed.cards else "no cards in the page as it was received"

    def _read_interface(self, listed: ListingVisit) -> None:
        answer = read_interface(listed.content, self.sites)
        listed.cards, listed.end_cursor = answer.cards, answer.end_cursor
        listed.entries = tuple(_entries(listed.content))
        listed.trouble = "" if answer.cards else "an answer without articles"

    def add_visit(self, purpose: str, host: Host, address: ArticleAddress, exchange: Exchange) -> Visited:
        """Read an article's page, and return its extraction; a page in doubt is a miss."""
        visited = Visited(exchange, host, purpose, address)
        if exchange.status == OK:
            headers = exchange.headers
            page = Page(
                address.key, exchange.url, OK, exchange.body, headers.get("content-encoding"),
                headers.get("content-type"), exchange.at, headers,
            )  # fmt: skip
            try:
                visited.content = _content(exchange)
                outcome = extract(page, visited.content, read_address(exchange.url, self.sites), self.sites)
                if isinstance(outcome, Article) and outcome.suspect:
                    kind, detail = outcome.suspect[0]
                    outcome = Miss(address.key, exchange.url, "failed", reason_of(kind), exchange.at, page, detail)
                visited.outcome = outcome
            except ValueError as error:
                visited.outcome = Miss(address.key, exchange.url, "failed", str(error), exchange.at, page)
        self.visits.append(visited)
        return visited

    def add_robots(self, host: Host, exchange: Exchange) -> None:
        """Note the rules of a host's robots.txt; answers have the same effect as in a crawl (RFC 9309 §2.3.1)."""
        status = exchange.status
        if status == OK:
            try:
                self.robots[host] = _content(exchange).decode("utf-8", "replace")
            except ValueError as error:
                self.no_robots[host] = str(error)
        elif status is None or status in REDIRECTS | {_TOO_MANY} or status >= _SERVER_ERROR:
            self.no_robots[host] = status_of(exchange)
        else:
            self.robots[host] = None

    def move(self, host: Host, base: str) -> None:
        """Note that a host sends every request to another base address, where the survey goes on."""
        bases = {other: base_of(self.sites, other) for other in HOSTS} | {host: base}
        self.sites = replace(self.sites, news=bases["new"], notes=bases["old"], stock=bases["third"])
        self.moved[host] = base

    def cards(self) -> Iterator[Card]:
        """Yield the cards of all listings, the interface's first."""
        for name in sorted(self.listings, key=lambda name: not name.startswith("interface")):
            yield from self.listings[name].cards

    @property
    def tags(self) -> dict[str, tuple[str, ...]]:
        """The tags that listings state, by the key of their article; those without are left out."""
        return {card.address.key: card.tags for card in self.cards() if card.tags}

    @property
    def articles(self) -> list[tuple[Visited, Article]]:
        """The visits that gave an article, with it."""
        return [(visit, article) for visit in self.visits if (article := visit.article) is not None]


def target_of(exchange: Exchange) -> str:
    """Return the address to which an answer sends the request; empty where it sends it nowhere."""
    is_redirect = exchange.status in REDIRECTS
    return urljoin(exchange.url, exchange.headers.get("location", "")) if is_redirect else ""


def moved_to(exchange: Exchange, sites: Sites) -> str:
    """Return CMoney's base address to which a host redirects requests for its robots.txt; empty without one."""
    address = urlsplit(target_of(exchange))
    is_ours = sites.path_of(address) == ROBOTS_PATH and not address.query
    return address.geturl().removesuffix(ROBOTS_PATH) if is_ours else ""


def wait_of(exchange: Exchange, default: float = 0.0) -> float:
    """Return the seconds of an answer's Retry-After; the default without one."""
    stated = exchange.headers.get("retry-after", "").encode("latin-1", "replace")
    seconds = read_retry_after(stated, datetime.now(UTC))
    return default if seconds is None else seconds


def status_of(exchange: Exchange) -> str:
    """Return an answer's status in words, with its redirect; the error if there was no answer."""
    target = target_of(exchange)
    return exchange.error or f"HTTP {exchange.status}" + (f" to {target}" if target else "")


def _content(exchange: Exchange) -> bytes:
    encoding = exchange.headers.get("content-encoding")
    return unpack(exchange.body, encoding, LARGEST) if encoding and exchange.body else exchange.body


def _entries(content: bytes) -> list[dict[str, Any]]:
    document = json.loads(content)
    entries: list[Any] = next((document[name] for name in site().interface["articles"] if document.get(name)), [])
    return [entry for entry in entries if isinstance(entry, dict)]
