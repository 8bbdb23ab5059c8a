"""The errors of the crawler.

CrawlError
├── WrongUsage      an argument or a setting is invalid; before any request
├── PageError       a page gave no article
│   ├── NoArticle   there is none (a soft 404)
│   ├── NotShown    it shows the site's words, or another article
│   └── Unreadable  neither its template nor the generic reader found a title and a body
└── ListingError    a listing gave no cards
    ├── Refused     the interface wants a token, or does not exist
    └── Broken      the answer is not of the known shape
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.model.suspicion import SuspicionKind


class CrawlError(Exception):
    """Anything the crawler raises itself."""


class WrongUsage(CrawlError):
    """An argument or a setting is invalid; the message names it, its value and valid ones."""


class PageError(CrawlError):
    """A page gave no article.

    Attributes:
        url: The page's address.
        reason: The cause, without the address: the same cause has the same words.
    """

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason} ({self.url})"


class NoArticle(PageError):
    """The article does not exist, by the page's own words (a soft 404)."""


class NotShown(PageError):
    """The page shows nothing of its article: a notice, a challenge, an empty shell, or another article.

    Attributes:
        kind: The kind of page that it looks like.
    """

    def __init__(self, url: str, reason: str, kind: SuspicionKind) -> None:
        super().__init__(url, reason)
        self.args = (url, reason, kind)  # it is made again from them in the process that reads pages in parallel
        self.kind: SuspicionKind = kind


class Unreadable(PageError):
    """Neither the page's template nor the generic reader found a title and a body."""


class ListingError(CrawlError):
    """A listing gave no cards."""


class Refused(ListingError):
    """The listing interface wants a token, or does not exist."""


class Broken(ListingError):
    """The answer of a listing is not of the known shape."""
