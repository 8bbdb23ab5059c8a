"""The modes of the stand-in: ways in which the site can behave otherwise than usual, on top of one another."""

from __future__ import annotations

from collections.abc import Iterable

MODES: dict[str, str] = {
    "api-refused": "the listing interface answers 401 without a token, 403 with one",
    "api-refused-later": "the listing interface answers its first two pages, then 403",
    "api-token": "the listing interface wants the right bearer token, else 401",
    "api-absent": "the listing interface answers 404",
    "api-broken": "the listing interface answers 200 with a page of HTML",
    "api-broken-shape": "the listing interface answers JSON of another shape",
    "api-renamed": "the members of the interfaces' answers have other names",
    "api-others": "the listing interface gives only articles of other columns, whatever it is asked for",
    "api-broken-cursor": "the listing interface gives the same page and cursor for ever",
    "authors-absent": "the interfaces by author answer 404, whatever the listing interface does",
    "js-listing": "the new site's listings hold no cards until a script has fetched them",
    "changed-template": "articles and listings look as after a redesign, their words unchanged",
    "mobile-template": "articles' pages have a mobile template's names in place of the known ones",
    "tags-renamed": "the links of the new site's tags have another class, and stand in another",
    "bare-head": "articles' pages have no JSON-LD and no meta elements",
    "big5-pages": "the new site's pages are in Big5, half of them so named in the header, half in a meta element",
    "gb18030-pages": "the same in GB18030",
    "undeclared-pages": "the new site's pages are in Big5, and nothing names it",
    "third-template": "the third host's articles have a mobile template's names in place of the known ones",
    "third-apart": "the third host's articles are nowhere else, and it has no others",
    "no-validators": "pages have neither ETag nor Last-Modified",
    "gone-soft": "an address without an article answers 200 with a page that says 文章不存在",
    "gone-home": "an address without an article sends to the front page",
    "listings-absent": "the new site's listings answer 404",
    "moved": "under the name 127.0.0.1 every address sends to the same one under the name localhost",
    "consent": "every page of HTML is one that asks for consent to cookies, until a cookie gives it",
    "api-offsets": "the interfaces' cursors are small whole numbers: offsets",
    "chaos": "a third of first requests of each address fail: 503, 429, reset, truncated, late",
    "blocked": "every request is answered 403 or 429",
    "blocked-later": "every request after the twelfth is",
    "down": "every connection is dropped",
    "robots-disallow": "robots.txt forbids everything",
    "robots-notes": "robots.txt forbids the old site's articles",
    "robots-articles": "robots.txt forbids the articles of the new site and of the third host",
    "robots-absent": "robots.txt answers 404",
    "robots-broken": "robots.txt answers 500",
    "crawl-delay": "robots.txt asks for a second between requests",
    "slow": "every answer takes a while",
}
"""Each mode and what it does."""


class UnknownModeError(ValueError):
    """A mode was named that does not exist."""


def checked(names: Iterable[str]) -> frozenset[str]:
    """Return the names as a set.

    Raises:
        UnknownModeError: One of them is no mode.
    """
    wanted = frozenset(names)
    unknown = sorted(wanted - MODES.keys())
    if unknown:
        raise UnknownModeError(f"no such mode: {', '.join(unknown)}; there are {', '.join(MODES)}")
    return wanted
