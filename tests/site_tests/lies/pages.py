"""An article's page as a test looks at it: what it states of itself, and what of the article's truth is on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from tests.site import Truth
from tests.site_tests.browse import Answer, bare, stripped

CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer, seen beside the truth of the article that was asked for.

    Attributes:
        answer: The answer.
        truth: The truth of the article.
    """

    answer: Answer
    truth: Truth

    @property
    def text(self) -> str:
        """The page's text without white space."""
        return stripped(self.answer.text)

    @property
    def h1(self) -> str:
        """The text of the page's title."""
        node = LexborHTMLParser(self.answer.text).css_first("h1")
        return stripped(node.html or "") if node else ""

    @property
    def canonical(self) -> str | None:
        """The address that the head states; None if it states none."""
        match = CANONICAL.search(self.answer.text)
        assert bool(match) == ('property="og:url"' in self.answer.text)
        return match[1].replace("&amp;", "&") if match else None

    @property
    def has_title(self) -> bool:
        """Whether the page's title is the article's."""
        return self.h1 == bare(self.truth["title"])

    @property
    def headings(self) -> list[str]:
        """The article's headings."""
        return [section["heading"] for section in self.truth["sections"] if section["heading"]]

    @property
    def blocks(self) -> list[str]:
        """The texts of the article's blocks without its headings; cells of tables are left out."""
        every = (block for section in self.truth["sections"] for block in section["blocks"])
        return [block for block in every if " | " not in block]

    def shown(self, texts: list[str]) -> list[str]:
        """Return those of the texts that stand on the page."""
        return [text for text in texts if bare(text) in self.text]
