"""A page as it was received, the source of every later reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One response to a request for an article.

    Attributes:
        key: The article key in the address.
        url: The address that answered, after redirects.
        status: The HTTP status.
        body: The body as it was received, still in its content encoding.
        encoding: The content encoding (`gzip`, `br`, `zstd`, `deflate`); None if it came plain.
        content_type: The Content-Type header as received; None if there was none.
        headers: Those headers that matter later (ETag, Last-Modified, Date, Content-Type…), by lower-case name.
        fetched_at: When it was received; aware, UTC.
    """

    key: str
    url: str
    status: int
    body: bytes = field(repr=False)
    encoding: str | None
    content_type: str | None
    fetched_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
