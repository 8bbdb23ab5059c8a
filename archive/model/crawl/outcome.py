"""What a crawl found at an address, and what the archive did with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.model.crawl.frontier import DiscoveredUrl
from archive.model.crawl.page import Page

MissState = Literal["failed", "gone", "skipped"]

What = Literal["new", "revised", "updated", "same", "suspect", "failed", "gone", "skipped", "unchanged", "refused"]
Cause = Literal["site", "extractor"]


@dataclass(frozen=True, slots=True)
class Miss:
    """An address that gave no article.

    Attributes:
        key: The article key that was asked for.
        url: Its canonical address.
        state: `failed` (to be asked again later), `gone` (404, 410, soft 404) or `skipped` (not wanted).
        reason: One line; the same cause gives the same words, so that reasons can be counted.
        at: When it was found out; aware, UTC.
        page: What was received; None if nothing was.
        detail: What differs from case to case (an exception's message, a status); empty if there is nothing to say.
        title: What the page of a skipped one says its title is; None if it says nothing.
        published_at: When that page says it was published; aware, UTC; None if it does not say.
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
    finds: tuple[DiscoveredUrl, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article whose server says that it has not changed since it was fetched (304).

    Attributes:
        key: The article key.
        at: When the server said so; aware, UTC.
    """

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """The archive's answer to one article, miss or 304, once it is durable.

    Attributes:
        key: The article key.
        what: `new`; `revised` (title or text differ); `updated` (only other fields differ, it came back, or was found
            at another address); `same`; `suspect` (its page is not believed, and what is kept stays);
            `unchanged` (304); `gone`; `failed`; `skipped`; `refused` (the schema forbids the document).
        reason: Why, where it is no article, or one that is in doubt; empty otherwise.
        revision: The article's current revision; None where no article is kept.
    """

    key: str
    what: What
    reason: str = ""
    revision: int | None = None
