"""Pages as documents of the collection `pages`, and back."""

from __future__ import annotations

from archive.model.crawl.page import Page
from archive.mongo.values import Document, legible, moment


def page_id(page: Page) -> str:
    """Return the `_id` that a page is kept under.

    >>> from datetime import UTC, datetime
    >>> page_id(Page("notes:7", "", 200, b"", None, None, datetime(2026, 1, 2, 3, 4, 5, 6789, tzinfo=UTC)))
    'notes:7@2026-01-02T03:04:05.006Z'
    """
    return f"{page.key}@{moment(page.fetched_at).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def to_page(document: Document, body: bytes, encoding: str | None) -> Page:
    """Return the page of a document, with its body in an encoding; None for plain."""
    return Page(
        key=document["key"],
        url=document["url"],
        status=document["status"],
        body=body,
        encoding=encoding,
        content_type=document["content_type"],
        fetched_at=document["fetched_at"],
        headers=document["headers"],
    )


def to_document(page: Page) -> Document:
    """Return the document of a page as it was received."""
    return {
        "_id": page_id(page),
        "key": page.key,
        "url": _writable(page.url),
        "status": page.status,
        "headers": {_writable(name): _writable(value) for name, value in page.headers.items()},
        "content_type": None if page.content_type is None else _writable(page.content_type),
        "encoding": page.encoding,
        "fetched_at": moment(page.fetched_at),
        "sha256": page.sha256,
        "size": len(page.body),
        "body": page.body,
        "stored": "received",
        "dictionary": None,
        "plain_sha256": None,
        "plain_size": None,
    }


def _writable(text: str) -> str:
    return text if text.isascii() else legible(text)
