"""The outcome of a request for an address, and the archive's result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from archive.model.crawl.frontier import DiscoveredUrl, PublishedFrom
from archive.model.crawl.page import Page

MissState = Literal["failed", "gone", "skipped"]

Effect = Literal["new", "revised", "updated", "same", "suspect", "failed", "gone", "skipped", "unchanged", "refused"]
Cause = Literal["site", "extractor", "revert"]

REDIRECTED: Final = "redirected to another article"
"""The reason of an address that answered with another article; it is asked once more on another day."""


def unexpected(error: BaseException) -> str:
    """Return the reason of an unforeseen failure: the same for the same kind of exception.

    >>> unexpected(KeyError("title"))
    'unexpected: KeyError'
    """
    return f"unexpected: {type(error).__name__}"


@dataclass(frozen=True, slots=True)
class Miss:
    """An address that gave no article.

    Attributes:
        key: The article key that was asked for.
        url: Its canonical address.
        state: `failed` (to be asked again later), `gone` (404, 410, soft 404: it is gone after several looks on
            different days) or `skipped` (not wanted).
        reason: One line; the same cause has the same words, so that reasons can be counted.
        at: The time of the outcome; aware, UTC.
        page: The received page; None without one.
        detail: The particulars (an exception's message, a status); may be empty.
        title: The title on the page of a skipped one; None if it has none.
        published_at: The publication that this page states; aware, UTC; None if it states none.
        published_from: Where that is from; None without it.
        finds: The links of an article that could not be kept, for the frontier.
    """

    key: str
    url: str
    state: MissState
    reason: str
    at: datetime
    page: Page | None = None
    detail: str = ""
    title: str | None = None
    published_at: datetime | None = None
    published_from: PublishedFrom | None = None
    finds: tuple[DiscoveredUrl, ...] = ()

    def __str__(self) -> str:
        """Return key, state and reason, for logs; `repr` has all fields."""
        return f"{self.key} {self.state}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article that has not changed since it was fetched: the server answered 304.

    Attributes:
        key: The article key.
        at: When the answer came; aware, UTC.
    """

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CountedLook:
    """A look that found no article, and counts now that its run has ended well.

    Attributes:
        key: The article key; its frontier entry has the look.
    """

    key: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The archive's result for one outcome, once it is durable.

    Attributes:
        key: The article key.
        what: `new`; `revised` (title or text differ); `updated` (only other fields differ, it came back, or was found
            at another address); `same`; `suspect` (its page is in doubt, and the kept article stays); `unchanged`
            (304); `gone` (by this check, or finally); `failed`; `skipped`; `refused` (the schema forbids the document).
        reason: The reason if it is no article, or one in doubt; else empty.
        revision: The article's current revision; None if no article is kept.
    """

    key: str
    what: Effect
    reason: str = ""
    revision: int | None = None
