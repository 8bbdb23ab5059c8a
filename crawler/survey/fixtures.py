"""Recorded pages: a page and the article that the readers make of it, in the form of `tests/recorded/`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.model.article import Article
from crawler.addresses import ArticleAddress, Sites, read_address
from crawler.pages.extract import read_article
from crawler.pages.html.document import Document


def read_as_public(content: bytes, address: ArticleAddress, content_type: str | None = None) -> Article:
    """Return the article on a page as tests read recorded pages: at its public address, wherever it comes from.

    Raises:
        PageError: There is none.
    """
    public = Sites()
    url = address.url(public)
    return read_article(Document.read(content, url, public, content_type), read_address(url, public) or address)


def recorded(article: Article) -> dict[str, Any]:
    """Return what the readers made of a page, as a recorded page's `.json` file holds it."""
    return {
        "url": article.url,
        "extractor": article.extractor.name,
        "title": article.title,
        "author": article.author.name,
        "published_at": _iso(article.published_at),
        "published_from": article.published_from,
        "updated_at": _iso(article.updated_at),
        "access": article.access,
        "tags": article.tags,
        "blocks": [[block.kind, block.text] for block in article.blocks],
        "related": [[related.title, related.url, related.key] for related in article.related],
        "problems": [problem.field for problem in article.problems],
    }


def write_fixture(
    folder: Path, name: str, content: bytes, article: Article | None, content_type: str | None = None
) -> None:
    """Write a page, unpacked, and its article beside it, with the page's Content-Type where it names the charset.

    A page without an article has no `.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.html").write_bytes(content)
    if article is not None:
        charset = {"content_type": content_type} if content_type and "charset" in content_type.lower() else {}
        text = json.dumps(recorded(article) | charset, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
