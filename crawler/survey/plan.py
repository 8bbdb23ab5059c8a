"""The plan of a survey: the most informative requests, chosen from earlier answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from protego import Protego

from crawler.addresses import (
    AUTHORS,
    INTERFACE,
    NOTES,
    RENDERED,
    STOCK,
    ArticleAddress,
    SiteName,
    note_address,
    read_address,
)
from crawler.download import refusals
from crawler.download.exchange import Exchange
from crawler.survey.evidence import (
    OK,
    OLD_NUMBER,
    RENDERED_NEW,
    ROBOTS,
    ROBOTS_PATH,
    Evidence,
    Host,
    ListingVisit,
    Visited,
    base_of,
    moved_to,
    target_of,
    wait_of,
)

ABSENT: Final = note_address(999_999_999_999)
"""An address without an article; the site answers as for a removed article."""

_PLACES: Final[dict[SiteName, Host]] = {"cmnews": "new", "notes": "old", "stock": "third"}
_MOST_REDIRECTS: Final = 3
_OTHER_AUTHORS: Final = 3
BROWSER_REQUESTS: Final = 8
"""Requests of a browser for one listing, at most: the page, its scripts, what they fetch."""

LONGEST_WAIT: Final = 30.0
"""Longest Retry-After in seconds that is waited for; a host with a longer one gets no more requests."""

_MOST_REFUSALS: Final = 3
"""Refusals in a row after which a host is asked no more."""

_LOST: Final = ("DownloadFailedError", "ResponseDataLossError")
"""The beginnings of errors of a broken connection: the request is made a second time, and counts twice."""

_TOO_MANY: Final = 429

_ROOM_FOR_PAGES: Final = 12
_SMALLEST_PLAN: Final = 5
"""Requests of the light survey: robots.txt, interface, one HTML listing, two articles."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request of a survey.

    Attributes:
        purpose: Its purpose, one or two words.
        url: The address.
        method: `GET` or `POST`.
        body: The request's body; empty for none.
        headers: Headers besides the crawler's own.
        in_browser: Whether a browser loads it, and the answer is the page after its scripts.
    """

    purpose: str
    url: str
    method: str = "GET"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    in_browser: bool = False


Ask = Callable[[Question], Awaitable["Exchange"]]
"""Makes one request; returns the exchange, also where nothing was answered."""


@dataclass(slots=True)
class SurveyPlan:
    """The requests of one survey.

    Args:
        evidence: Takes every exchange.
        ask: Makes one request.
        requests: The number of requests that may still be made.
        hosts: The hosts that may be asked.
        column: The column's name, without brackets.
        robot: The crawler's name in robots.txt.
        token: Bearer token for the interface; None for none.
        has_browser: Whether a listing may be asked for in a browser.
    """

    evidence: Evidence
    ask: Ask
    requests: int
    hosts: tuple[Host, ...]
    column: str
    robot: str
    token: str | None = None
    has_browser: bool = False
    visited: set[tuple[Host, str]] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Make requests until the plan is done or the requests are used up."""
        for host in self.hosts:
            await self._robots(host)
        await self._listings()
        await self._articles()

    # ---- Listings ---------------------------------------------------------------------------------------------------

    async def _listings(self) -> None:
        if "new" in self.hosts:
            first = await self._interface("interface", None)
            plain = await self._rendered("listing new", "new", RENDERED[0])
            if plain and plain.trouble and plain.exchange.status == OK:
                await self._in_browser(RENDERED[0])
            if first and first.end_cursor and self.requests >= _ROOM_FOR_PAGES:
                await self._interface("interface page 2", first.end_cursor)
        if "old" in self.hosts:
            await self._rendered("listing old", "old", NOTES[0])
        if "third" in self.hosts:
            await self._rendered("listing third", "third", STOCK[0])

    async def _interface(self, name: str, cursor: str | None) -> ListingVisit | None:
        body: dict[str, object] = {"tags": [self.column], "orderType": "updatedAt"}
        if cursor:
            body["startCursor"] = cursor
        exchange = await self._interface_answer(name, body, {})
        if exchange is None:
            return None
        if exchange.status in refusals.NO_TOKEN and self.token:
            self.evidence.add_listing(f"{name} without token", "new", exchange, in_json=True)
            exchange = await self._interface_answer(name, body, self._authorised) or exchange
        return self.evidence.add_listing(name, "new", exchange, in_json=True)

    @property
    def _authorised(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def _interface_answer(self, name: str, body: dict[str, object], headers: dict[str, str]) -> Exchange | None:
        headers = {"Content-Type": "application/json", "Accept": "application/json", **headers}
        question = Question(
            name, self._url("new", INTERFACE), "POST", json.dumps(body, sort_keys=True).encode(), headers
        )
        return await self._request("new", question)

    async def _rendered(self, name: str, host: Host, path: str) -> ListingVisit | None:
        exchange = await self._request(host, Question(name, self._url(host, path)))
        return self.evidence.add_listing(name, host, exchange) if exchange else None

    async def _in_browser(self, path: str) -> None:
        """Load a listing in a browser, if there is one, and enough requests are left."""
        if self.has_browser and self.requests >= BROWSER_REQUESTS + _SMALLEST_PLAN:
            exchange = await self._request("new", Question(RENDERED_NEW, self._url("new", path), in_browser=True))
            if exchange:
                self.requests -= BROWSER_REQUESTS - 1
                self.evidence.add_listing(RENDERED_NEW, "new", exchange)

    # ---- Articles ---------------------------------------------------------------------------------------------------

    async def _articles(self) -> None:
        await self._visit_first("newest", self._of_column())
        await self._visit_first("other author", self._of_other_authors())
        if self.requests <= _SMALLEST_PLAN:
            return
        await self._visit_first("oldest", sorted(self._of_column(), key=_age))
        await self._visit_first("old site", self._listed_in("listing old", "notes"))
        await self._old_number()
        await self._visit_first("third host", self._listed_in("listing third", "stock"))
        await self._again()
        await self._related()
        await self._on_another_host()
        if "old" in self.hosts:
            await self._visit("absent", "old", ABSENT)
        await self._by_author()
        await self._by_tag()
        for author_address in list(self._of_other_authors())[:_OTHER_AUTHORS]:
            await self._visit_first("other author", [author_address])
        await self._visit_first("newest", self._of_column())
        await self._visit_first("old site", reversed(list(self._listed_in("listing old", "notes"))))

    def _of_column(self) -> list[ArticleAddress]:
        prefix = f"【{self.column}】"
        return [card.address for card in self.evidence.cards() if (card.title or "").startswith(prefix)]

    def _of_other_authors(self) -> list[ArticleAddress]:
        known = {visit.address.author for visit in self.evidence.visits}
        addresses = [*self._of_column(), *(card.address for card in self.evidence.cards())]
        return [address for address in addresses if address.author and address.author not in known]

    def _listed_in(self, name: str, site: str) -> list[ArticleAddress]:
        listed = self.evidence.listings.get(name)
        return [card.address for card in listed.cards if card.address.site == site] if listed else []

    async def _visit_first(self, purpose: str, addresses: Iterable[ArticleAddress]) -> None:
        for address in addresses:
            place = _PLACES[address.site]
            if place in self.hosts and (place, address.key) not in self.visited:
                await self._visit(purpose, place, address)
                return

    async def _visit(
        self, purpose: str, host: Host, address: ArticleAddress, headers: dict[str, str] | None = None
    ) -> Visited | None:
        exchange = await self._request(host, Question(purpose, self._url(host, address.path), headers=headers or {}))
        if exchange is None:
            return None
        self.visited.add((host, address.key))
        return self.evidence.add_visit(purpose, host, address, exchange)

    async def _again(self) -> None:
        """Request one article again with its page's validators: 304 saves a download."""
        for visit, _ in self.evidence.articles:
            received = visit.exchange.headers
            names = {"If-None-Match": received.get("etag"), "If-Modified-Since": received.get("last-modified")}
            if validators := {name: value for name, value in names.items() if value}:
                await self._visit("again", visit.host, visit.address, validators)
                return

    async def _old_number(self) -> None:
        """Request the article with half of the highest number: if it exists, it is years old."""
        numbers = [int(address.key.partition(":")[2]) for address in self._listed_in("listing old", "notes")]
        if numbers and "old" in self.hosts:
            await self._visit(OLD_NUMBER, "old", note_address(max(numbers) // 2))

    async def _related(self) -> None:
        sites = self.evidence.sites
        links = (related.url for _, article in self.evidence.articles for related in article.related if related.key)
        addresses = (read_address(url, sites) for url in links if url)
        await self._visit_first("related", [address for address in addresses if address])

    async def _on_another_host(self) -> None:
        for visit, _ in sorted(self.evidence.articles, key=lambda pair: pair[0].host != "third"):
            other: Host = "new" if visit.host == "third" else "third"
            if visit.address.site != "notes" and {visit.host, other} <= set(self.hosts):
                await self._visit("other host", other, visit.address)
                return

    async def _by_author(self) -> None:
        author = next((card.address.author for card in self.evidence.cards() if card.address.author), None)
        if author and "new" in self.hosts:
            url = self._url("new", f"{AUTHORS}{quote(author)}?orderType=updatedAt&fetch=10")
            headers = self._authorised if "interface without token" in self.evidence.listings else {}
            exchange = await self._request("new", Question("interface by author", url, headers=headers))
            if exchange:
                self.evidence.add_listing("interface by author", "new", exchange, in_json=True)

    async def _by_tag(self) -> None:
        tags = (tag for card in self.evidence.cards() for tag in card.tags if tag != self.column)
        read = (tag for _, article in self.evidence.articles for tag in article.tags)
        tag = next(iter((*tags, *read)), None)
        if tag and "new" in self.hosts:
            await self._rendered("listing tag", "new", f"/tag/{quote(tag, safe='()')}")

    # ---- Requests ---------------------------------------------------------------------------------------------------

    async def _robots(self, host: Host) -> None:
        """Request a host's robots.txt; its answer has the same effect as in a crawl."""
        evidence = self.evidence
        answers: Any
        for answers in (evidence.robots, evidence.no_robots):
            if twin := next((other for other in answers if self._url(other, "") == self._url(host, "")), None):
                answers[host] = answers[twin]
                return
        exchange = await self._request(host, Question(ROBOTS, self._url(host, ROBOTS_PATH)))
        if exchange is None:
            return
        if host not in evidence.moved and (base := moved_to(exchange, evidence.sites)):
            evidence.move(host, base)
            await self._robots(host)
        else:
            evidence.add_robots(host, exchange)

    async def _request(self, host: Host, question: Question) -> Exchange | None:
        """Return the exchange after redirects on the host; None if the address may not be requested."""
        exchange: Exchange | None = None
        for _ in range(_MOST_REDIRECTS):
            if question.purpose != ROBOTS:
                if host not in self.evidence.robots:  # whether it is allowed is not known
                    return exchange
                if not self._may(host, question.url):
                    self.evidence.forbidden.append(question.url)
                    return exchange
            if self.requests <= 0 or self._is_closed(host):
                return exchange
            exchange = await self._asked(host, question)
            target = target_of(exchange)
            if not target.startswith(self._url(host, "/")):
                return exchange
            question = replace(question, url=target)
        return exchange

    async def _asked(self, host: Host, question: Question) -> Exchange:
        self.requests -= 1
        exchange = await self.ask(question)
        self.evidence.exchanges.append(exchange)
        if exchange.error.startswith(_LOST) and self.requests > 0:
            self.requests -= 1
            exchange = await self.ask(question)
            self.evidence.exchanges.append(exchange)
        base = base_of(self.evidence.sites, host)
        if exchange.status not in refusals.PACE:
            self.refusals[base] = 0
        elif exchange.status == _TOO_MANY and wait_of(exchange, LONGEST_WAIT + 1) > LONGEST_WAIT:
            self.refusals[base] = _MOST_REFUSALS
        else:
            self.refusals[base] += 1
        if self._is_closed(host):
            self.evidence.closed.append(host)
        return exchange

    def _is_closed(self, host: Host) -> bool:
        """Whether a host refuses, and is asked no more."""
        return self.refusals[base_of(self.evidence.sites, host)] >= _MOST_REFUSALS

    def _url(self, host: Host, path: str) -> str:
        return base_of(self.evidence.sites, host) + path

    def _may(self, host: Host, url: str) -> bool:
        """Whether robots.txt allows an address."""
        text = self.evidence.robots[host]
        return text is None or bool(Protego.parse(text).can_fetch(url, self.robot))


def _age(address: ArticleAddress) -> float:
    """Return the sort key of addresses by age: imported ones first, ones without a moment last."""
    if address.is_imported:
        return float("-inf")
    return address.published_at.timestamp() if address.published_at else float("inf")
