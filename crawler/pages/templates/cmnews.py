"""The new site's article page (docs/site.md §3)."""

from __future__ import annotations

from typing import ClassVar

from archive.model.site_file import site
from crawler.pages.templates.article_page import ArticlePage

_SELECTORS = site().page["new"]


class CmnewsPage(ArticlePage):
    """An article of the new site, classes after BEM, as of autumn 2026; selectors: `archive/model/site.toml`."""

    NAME = "cmnews"
    BODY = _SELECTORS["body"]
    TITLE: ClassVar[tuple[str, ...]] = tuple(_SELECTORS["title"])
    AUTHOR: ClassVar[tuple[str, ...]] = tuple(_SELECTORS["author"])
    TAGS = _SELECTORS["tags"]
    PUBLISHED = _SELECTORS["published"]
