"""The new site's article page (FACTS §2)."""

from __future__ import annotations

from typing import ClassVar

from crawler.pages.templates.article_page import ArticlePage


class CmnewsPage(ArticlePage):
    """An article of the new site: `.articleContent`, classes after BEM, as of autumn 2026."""

    NAME = "cmnews"
    BODY = ".articleContent__textContent"
    TITLE: ClassVar[tuple[str, ...]] = (".articleContent__title",)
    AUTHOR: ClassVar[tuple[str, ...]] = (
        ".articleContent [class*=authorName], .articleContent a[class*=author], .articleContent [class*=author] a",
    )
    TAGS = ".articleContent__tagWrapper a.tagLink__link"
    PUBLISHED = ", ".join(
        (
            ".articleContent time[datetime]",
            "[itemprop=datePublished][datetime]",
            ".articleContent__time",
            ".articleContent__date",
        )
    )
