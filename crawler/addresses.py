"""Addresses of articles: key, canonical form, and moment of publication; without side effects."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit

from archive.model.site_file import TimeSpan, site

SiteName = Literal["cmnews", "notes", "stock"]

NEWS_URL = "https://cmnews.com.tw"
NOTES_URL = "https://www.cmoney.tw"
STOCK_URL = "https://www.forecastock.tw"

_PUBLIC_DOMAINS: Final[dict[str, SiteName]] = {
    ".cmnews.com.tw": "cmnews",
    ".cmoney.tw": "cmnews",
    ".forecastock.tw": "stock",
}
"""CMoney's domains with the site of their UUIDs; notes have a path of their own, at either of the first two."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(?::(?P<port>[1-9]\d{1,3}))?(?P<path>/[\w./()%-]*)(?:\?(?P<query>[\w=&%.-]*))?",
    re.ASCII,
)
"""The usual form of an address, which one pattern splits without normalisation."""

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[1-9]\d{1,3})?(?=/)", re.ASCII)
_TO_JOIN = re.compile(r"//|/\.")
"""A path that cannot simply follow its page's origin: it names another host, or has dots to resolve."""

_ARTICLE = re.compile(
    r"/article/(?P<author>[^\W_](?:\w*[^\W_])?)-(?P<uuid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/*"
)
_NOTE = re.compile(r"/notes/note-detail\.aspx/*", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_NID = re.compile(r"[0-9]{1,12}")
_UUID_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)
_FIRST_ARTICLE = datetime(2005, 1, 1, tzinfo=UTC)
_A_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)
_LONGEST_CACHED = 500

INTERFACE: Final[str] = site().interface["path"]
AUTHORS: Final[str] = site().interface["path_of_author"]
"""The path of the interface by author, before the author's name."""

RENDERED: Final = tuple[str, ...](site().listing["new"])
NOTES: Final = tuple[str, ...](site().listing["old"])
STOCK: Final = tuple[str, ...](site().listing["third"])
"""Where the listings are; see `archive/model/site.toml`."""


IMPORTS: Final = site().imports
"""When articles were imported from an older site, which gave them UUIDs of that moment (docs/site.md §1)."""


@dataclass(frozen=True, slots=True)
class Sites:
    """The base addresses that requests go to, without a trailing slash; they may be the same.

    Attributes:
        news: Of the new site.
        notes: Of the old site.
        stock: Of the site for stock research, which has the new site's articles too (docs/site.md §1).
        imports: When articles were imported: an address with a moment in one of these spans has no date.
    """

    news: str = NEWS_URL
    notes: str = NOTES_URL
    stock: str = STOCK_URL
    imports: tuple[TimeSpan, ...] = IMPORTS

    def is_import(self, moment: datetime) -> bool:
        """Return whether articles were imported at a moment: then it is no publication."""
        return any(since <= moment < until for since, until in self.imports)

    @property
    def bases(self) -> tuple[str, ...]:
        """The base addresses, each once."""
        return tuple(dict.fromkeys((self.news, self.notes, self.stock)))

    def base(self, site: SiteName) -> str:
        """Return the base address of a site."""
        return {"cmnews": self.news, "notes": self.notes, "stock": self.stock}[site]

    def path_of(self, address: SplitResult) -> str | None:
        """Return an address's path below our base, still percent-encoded, or None if it is off-site.

        CMoney's public domains are ours with any base, since pages link to them; another host only if it is a base's
        host and port.
        """
        _, path = self.place_at(address.hostname or "", _port(address), address.path)
        return path

    def listing_base(self, address: SplitResult) -> str:
        """Return the base of a listing's address, by its path and host."""
        site, path = self.place_at(address.hostname or "", _port(address), address.path)
        return self.notes if (path or "").lower().startswith("/notes/") else self.base(site)

    def place_at(self, host: str, port: int | None, path: str) -> tuple[SiteName, str | None]:
        """Return the site of a host's UUIDs, and its path below our base; None as path if it is off-site."""
        host = host.rstrip(".")
        for domain, of_site in _PUBLIC_DOMAINS.items():
            if f".{host}".endswith(domain):
                return of_site, path if port in _DEFAULT_PORTS.values() else None
        bases: tuple[tuple[SiteName, str], ...] = (("cmnews", self.news), ("cmnews", self.notes), ("stock", self.stock))
        for of_site, base in bases:
            base_host, base_port, prefix = _place_of(base)
            if (base_host, base_port) == (host, port) and path.startswith(f"{prefix}/"):
                return of_site, path.removeprefix(prefix)
        return "cmnews", None


@dataclass(frozen=True, slots=True)
class ArticleAddress:
    """An article's address, read.

    Attributes:
        site: The site that has it.
        key: `cmnews:{uuid}` or `notes:{nid}`: one for all forms of the address, and for every site.
        path: Canonical path and query below the site's base.
        author: The author's slug; None on the old site.
        published_at: The moment in a version-1 UUID; aware, UTC; None where the address has none.
        published_from: `listing` where one that states another moment was asked first (see `stated`).
        is_imported: Whether its UUID was minted in an import, as is known or a listing's order shows; then its moment
            is the import's.
        derived_at: The moment in the UUID if a listing states another; aware, UTC; else None.
    """

    site: SiteName
    key: str
    path: str
    author: str | None = None
    published_at: datetime | None = None
    published_from: Literal["listing", "address"] = "address"
    is_imported: bool = False
    derived_at: datetime | None = None

    def stated(self, moment: datetime | None) -> ArticleAddress:
        """Return the address with the moment of publication that a listing states.

        The address itself if none is stated, or the same minute: the UUID has fractions of a second.
        """
        if moment is None or (self.published_at and abs(moment - self.published_at) < _A_MINUTE):
            return self
        return replace(self, published_at=moment, published_from="listing", derived_at=self.published_at)

    def denied(self) -> ArticleAddress:
        """Return the address without the moment in it, which a listing's order contradicts."""
        return replace(self, published_at=None, is_imported=True)

    def url(self, sites: Sites) -> str:
        """Return the canonical address below the configured base."""
        return sites.base(self.site) + self.path


def read_address(url: str, sites: Sites, page_url: str = "") -> ArticleAddress | None:
    """Read an address or link; return None if it is no article of CMoney's.

    Args:
        url: As on a page: scheme, host, tracking query, trailing slash and case of the query may vary.
        sites: The configured base addresses.
        page_url: The page's address, for relative links.

    >>> link = "http://cmnews.com.tw/article/cmoney-90CF4975-5979-11f1-9bdb-c96c3424ad86/?utm_source=x"
    >>> address = read_address(link, Sites())
    >>> address.key, address.path
    ('cmnews:90cf4975-5979-11f1-9bdb-c96c3424ad86', '/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86')
    >>> address.published_at.isoformat(timespec="seconds")
    '2026-05-27T03:10:08+00:00'
    >>> read_address("//www.cmoney.tw/notes/note-detail.aspx?from=x&NID=01211507", Sites(), "https://cmnews.com.tw/").path
    '/notes/note-detail.aspx?nid=1211507'
    >>> read_address("https://example.com/notes/note-detail.aspx?nid=1", Sites()) is None
    True
    >>> elsewhere = read_address(link.replace("cmnews.com.tw", "www.forecastock.tw"), Sites())
    >>> elsewhere.site, elsewhere.key == address.key
    ('stock', True)
    """
    is_short = len(url) + len(page_url) <= _LONGEST_CACHED
    address = (_read_cached if is_short else _read)(url, sites, page_url)
    if address is None or address.published_at is None:
        return address
    if sites.is_import(address.published_at):
        return replace(address, published_at=None, is_imported=True)
    return address if address.published_at <= datetime.now(UTC) + _A_DAY else replace(address, published_at=None)


def _read(url: str, sites: Sites, page_url: str) -> ArticleAddress | None:
    """Read an address, also with a moment in the future, so that the cached result holds at any time."""
    site, path, query = _place_and_query(url, sites, page_url)
    if path is None:
        return None
    path = _SLASHES.sub("/", unquote(path) if "%" in path else path)
    if article := _ARTICLE.fullmatch(path):
        identity = article["uuid"].lower()
        return ArticleAddress(
            site,
            f"cmnews:{identity}",
            f"/article/{article['author']}-{identity}",
            article["author"],
            _moment_of(identity),
        )
    if site != "stock" and _NOTE.fullmatch(path) and (nid := _read_nid(query)):
        return note_address(nid)
    return None


_read_cached = lru_cache(maxsize=1024)(_read)
"""The links of a page are read several times, and pages of a column share many."""


def note_address(nid: int) -> ArticleAddress:
    """Return the old site's address of a number."""
    return ArticleAddress("notes", f"notes:{nid}", f"/notes/note-detail.aspx?nid={nid}")


def news_address(author: str, identity: str, sites: Sites) -> ArticleAddress | None:
    """Return the new site's address of an author's slug and a UUID, or None if they are invalid."""
    return read_address(f"{sites.news}/article/{author}-{identity}", sites)


def _moment_of(identity: str) -> datetime | None:
    """Return the moment in a version-1 UUID, aware, UTC; None for another version or a moment before 2005.

    An article's UUID carries its moment of publication (docs/site.md §1).

    >>> _moment_of("90cf4975-5979-11f1-9bdb-c96c3424ad86").isoformat(timespec="seconds")
    '2026-05-27T03:10:08+00:00'
    >>> _moment_of("6fa459ea-ee8a-4ca4-894e-db77e160355e") is None
    True
    """
    low, middle, high, variant, _ = identity.split("-")
    if high[0] != "1" or variant[0] not in "89abAB":
        return None
    moment = _UUID_EPOCH + timedelta(microseconds=int(high[1:] + middle + low, 16) // 10)
    return moment if moment >= _FIRST_ARTICLE else None


def read_base(url: str) -> str | None:
    """Return a base address without trailing slash, or None if it is no http(s) address of a host.

    >>> read_base("http://127.0.0.1:8000/")
    'http://127.0.0.1:8000'
    >>> read_base("cmnews.com.tw") is None
    True
    """
    split = _split(url, "")
    if split is None or split.query or split.fragment or split.username is not None:
        return None
    return url.strip().rstrip("/")


def _split(url: str, page_url: str) -> SplitResult | None:
    try:
        url = url.strip()
        split = urlsplit(url if url.startswith(("https://", "http://")) else urljoin(page_url, url))
        known = split.scheme in _DEFAULT_PORTS and split.hostname and split.port != 0
    except ValueError:  # a bad port, or a broken IPv6 host
        return None
    return split if known else None


def _place_and_query(url: str, sites: Sites, page_url: str) -> tuple[SiteName, str | None, str]:
    """Return an address's site, its path below our base, None if it is off-site, and its query."""
    origin = _ORIGIN.match(page_url) if url.startswith("/") and not _TO_JOIN.search(url) else None
    if plain := _PLAIN.fullmatch(origin[0] + url if origin else url):
        scheme, host, port, path, query = plain.groups()
        return *sites.place_at(host, int(port) if port else _DEFAULT_PORTS[scheme], path), query or ""
    split = _split(url, page_url)
    if split is None:
        return "cmnews", None, ""
    return *sites.place_at(split.hostname or "", _port(split), split.path), split.query


@lru_cache(maxsize=16)
def _place_of(base: str) -> tuple[str | None, int | None, str]:
    """Return host, port and path of a configured base address."""
    address = urlsplit(base)
    return address.hostname, _port(address), address.path.rstrip("/")


def _port(address: SplitResult) -> int | None:
    return address.port or _DEFAULT_PORTS.get(address.scheme)


def _read_nid(query: str) -> int | None:
    values = {value.strip() for name, value in _pairs(query) if name.lower() == "nid"}
    if len(values) != 1:  # two different numbers are ambiguous
        return None
    value = values.pop()
    return int(value) or None if _NID.fullmatch(value) and value.isascii() else None


def _pairs(query: str) -> list[tuple[str, str]]:
    """Return the names of a query with their values, blank ones left out."""
    if "%" in query or "+" in query:
        return parse_qsl(query)
    parts = (pair.partition("=") for pair in query.split("&"))  # the same as `parse_qsl` where nothing is encoded
    return [(name, value) for name, _, value in parts if value]
