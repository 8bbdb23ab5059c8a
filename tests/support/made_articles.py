"""Made-up articles, pages and finds for the tests of the archive."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.model.article import Article, Author, Block, Extractor, Mention, Problem, Related
from archive.model.crawl.frontier import DiscoveredUrl
from archive.model.crawl.page import Page

NOW = datetime(2026, 8, 30, 12, 0, 0, 123456, tzinfo=UTC)
PUBLISHED = NOW - timedelta(hours=2)


def key_of(number: int) -> str:
    """Return the key of a made-up article."""
    return f"notes:{number}"


def url_of(number: int) -> str:
    """Return its canonical address."""
    return f"https://www.cmoney.tw/notes/note-detail.aspx?nid={number}"


def page(number: int, html: str | None = None, *, at: datetime = NOW, status: int = 200, packed: bool = True) -> Page:
    """Return a page of an article."""
    body = (html if html is not None else f"<h1>第{number}篇</h1>" + "<p>美股動態</p>" * 50).encode()
    return Page(
        key=key_of(number),
        url=url_of(number),
        status=status,
        body=gzip.compress(body, mtime=0) if packed else body,
        encoding="gzip" if packed else None,
        content_type="text/html; charset=utf-8",
        fetched_at=at,
        headers={"etag": f'"{number}"', "last-modified": "Sun, 30 Aug 2026 10:00:00 GMT"},
    )


def article(number: int, body: str = "營收成長17%。", *, at: datetime = NOW, **fields: Any) -> Article:
    """Return an article as the last stage leaves it, with its page."""
    made = Article(
        key=key_of(number),
        url=url_of(number),
        title=f"【美股動態】第{number}篇",
        headline=f"第{number}篇",
        column="美股動態",
        blocks=[Block("heading", "結論先行"), Block("paragraph", body)],
        extractor=Extractor("notes", "1"),
        published_at=PUBLISHED - timedelta(minutes=number),
        published_from="page",
        author=Author("cmoney", "編輯"),
        tags=["亞馬遜(AMZN)"],
        related=[Related("【美股動態】別篇", url_of(number + 1), key_of(number + 1)), Related("無連結", None, None)],
        mentions=[Mention("AMZN", "US", "bracket")],
        tickers=["AMZN"],
        problems=[Problem("updated_at", "the page does not say")],
        page=page(number, f"<p>{body}</p>", at=at),
        fetched_at=at,
    )
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def found(number: int, **fields: Any) -> DiscoveredUrl:
    """Return a find of an article in a listing."""
    known: dict[str, Any] = {
        "key": key_of(number),
        "url": url_of(number),
        "title": f"【美股動態】第{number}篇",
        "published_at": PUBLISHED - timedelta(minutes=number),
        "published_from": "listing",
        "updated_at": None,
        "found_by": "listing",
        "found_in": "https://www.cmoney.tw/notes/?tag=76325",
        "depth": 0,
    }
    known |= fields
    return DiscoveredUrl(**known | ({} if known["published_at"] else {"published_from": None}))
