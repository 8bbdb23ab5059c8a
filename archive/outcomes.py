"""What became of an address that was asked for, where it is no new reading of its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.frontier import Found
from archive.page import Page

MissState = Literal["failed", "gone", "skipped"]


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
    finds: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article whose server says that it has not changed since it was fetched (304).

    Attributes:
        key: The article key.
        at: When the server said so; aware, UTC.
    """

    key: str
    at: datetime
