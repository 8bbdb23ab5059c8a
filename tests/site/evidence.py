"""Which companies an article gives evidence for: a symbol in brackets after the name, a stock link, or a stock tag."""

from __future__ import annotations

from collections.abc import Iterator

from tests.site.companies import TAIWAN, US, Company, Form
from tests.site.source import Article, Bullets, Paragraph, Run

FORMS: tuple[Form, ...] = ("full", "short", "english")


def companies_of(article: Article) -> list[Company]:
    """Return the companies that the body, its links or the tags give evidence for.

    A symbol that is also an everyday word needs the name in both languages before it, a link or a tag.
    """
    text = article.text
    linked = {run.stock for run in _runs(article) if run.stock}
    return [
        company
        for company in (*US, *TAIWAN)
        if company.symbol in linked or company.tag in article.stock_tags or _spelled(company, text)
    ]


def _spelled(company: Company, text: str) -> bool:
    forms = FORMS[:1] if company.everyday else FORMS
    return any(company.written(form) in text for form in forms)


def _runs(article: Article) -> Iterator[Run]:
    for section in article.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield from block.runs
            elif isinstance(block, Bullets):
                yield from (run for item in block.items for run in item.runs)
