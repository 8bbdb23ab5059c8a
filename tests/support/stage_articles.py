"""Articles and blocks for the tests of the stages, written short."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.model.article import Article, Block, Extractor, Link
from archive.model.crawl.page import Page

URL = "https://cmnews.com.tw/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86"
KEY = "cmnews:90cf4975-5979-11f1-9bdb-c96c3424ad86"
FETCHED = datetime(2026, 6, 1, 3, tzinfo=UTC)
PUBLISHED = datetime(2026, 5, 27, 3, 10, tzinfo=UTC)
PROSE = "公司上季營收較去年同期成長,管理層維持全年財測,並表示資本支出仍以資料中心為主,折舊費用會隨之墊高。"
SEED = Path(__file__).parents[2].parent / "shared" / "seed"

needs_seed = pytest.mark.skipif(not any(SEED.glob("*.txt")), reason="the sample article is not beside the checkout")


def article(*blocks: Block, **fields: Any) -> Article:
    """Return an article of the column with the blocks; every field can be set."""
    known: dict[str, Any] = {
        "key": KEY,
        "url": URL,
        "title": "【美股動態】亞馬遜擴大資料中心投資",
        "blocks": list(blocks),
        "extractor": Extractor("test", "1"),
        "published_at": PUBLISHED,
        "published_from": "page",
        "fetched_at": FETCHED,
        "column": "美股動態",
        "headline": "亞馬遜擴大資料中心投資",
        "is_ended": True,
    }
    return Article(**{**known, **fields})


def page() -> Page:
    """Return a raw page of that article."""
    return Page(KEY, URL, 200, b"<html></html>", None, "text/html", FETCHED)


def head(text: str, *links: Link) -> Block:
    """Return a heading."""
    return Block("heading", text, links)


def para(text: str, *links: Link) -> Block:
    """Return a paragraph."""
    return Block("paragraph", text, links)


def item(text: str, *links: Link) -> Block:
    """Return a list item."""
    return Block("item", text, links)


def row(text: str) -> Block:
    """Return a table row."""
    return Block("row", text)


def linked(title: str, url: str = URL, kind: str = "paragraph") -> Block:
    """Return a block that is nothing but a link."""
    return para(title, Link(title, url))._replace(kind=kind)  # type: ignore[arg-type]


def stock(symbol: str, title: str = "") -> Link:
    """Return a stock link."""
    return Link(title or symbol, f"https://www.cmoney.tw/forum/stock/{symbol}")


def counter() -> Counter[str]:
    """Return an empty counter of events."""
    return Counter()


def seed_lines() -> list[str]:
    """Return the lines of the sample that are not blank: title, headings and paragraphs, tail; [] without it."""
    files = sorted(SEED.glob("*.txt"))
    return [line for line in files[0].read_text(encoding="utf-8").splitlines() if line.strip()] if files else []
