"""What a crawl found at an address, and what the archive did with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.model.crawl.frontier import DiscoveredUrl, PublishedFrom
from archive.model.crawl.page import Page

MissState = Literal["failed", "gone", "skipped"]

Effect = Literal["new", "revised", "updated", "same", "suspect", "failed", "gone", "skipped", "unchanged", "refused"]
Cause = Literal["site", "extractor", "revert"]


def unexpected(error: BaseException) -> str:
    """Return the reason for a failure that nobody foresaw: the same for the same kind of exception.

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
        reason: One line; the same cause gives the same words, so that reasons can be counted.
        at: When this came out; aware, UTC.
        page: What was received; None if nothing was.
        detail: What differs from case to case (an exception's message, a status); empty if nothing does.
        title: The title on the page of a skipped one; None if it has none.
        published_at: The publication that this page states; aware, UTC; None if it states none.
        published_from: Where that is from; None without it.
        finds: What an article that could not be kept points at, for the frontier.
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
        key: The article key that was looked at; what was seen stands in its entry of the frontier.
    """

    key: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The archive's answer to one outcome, once it is durable.

    Attributes:
        key: The article key.
        what: `new`; `revised` (title or text differ); `updated` (only other fields differ, it came back, or was found
            at another address); `same`; `suspect` (its page is not believed, and what is kept stays); `unchanged`
            (304); `gone` (by the site's answer, or it is sure by now); `failed`; `skipped`; `refused` (the schema
            forbids the document).
        reason: Why, where it is no article, or one that is in doubt; empty otherwise.
        revision: The article's current revision; None where no article is kept.
    """

    key: str
    what: Effect
    reason: str = ""
    revision: int | None = None
