"""Lies about what an article says: less text, no headings, no symbols, another title, other tags, absurd dates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.site.companies import TAIWAN, US
from tests.site.dates import Stated, state
from tests.site.lies.titles import TITLES
from tests.site.sheet import Sheet
from tests.site.source import Block, Bullets, Paragraph, Run, Section, Table

SHORT_SHARE = 0.4
"""The most that is left of a shortened text."""

SYMBOL = re.compile("|".join(re.escape(f"({company.symbol})") for company in (*US, *TAIWAN)))
OTHER_TAGS = ("即時新聞", "盤中快訊")
DATES = {
    "date-year-1": "0001-01-01T08:00:00+08:00",
    "date-future": "2099-01-01T08:00:00+08:00",
    "date-huge": "1" + "0" * 400,
    "date-words": "昨天下午",
}


def shortened(sheet: Sheet) -> Sheet:
    """Return the page with the beginning of its text, its tail whole."""
    left = int(len(sheet.article.text) * SHORT_SHARE)
    return replace(sheet, article=replace(sheet.article, sections=tuple(_first(sheet.article.sections, left))))


def headings_lost(sheet: Sheet) -> Sheet:
    """Return the page without headings in its text."""
    sections = tuple(replace(section, heading=None) for section in sheet.article.sections)
    return replace(sheet, article=replace(sheet.article, sections=sections))


def headings_plain(sheet: Sheet) -> Sheet:
    """Return the page with its headings as plain paragraphs."""
    sections = tuple(Section(None, (*_heading(section), *section.blocks)) for section in sheet.article.sections)
    return replace(sheet, article=replace(sheet.article, sections=sections))


def tickers_lost(sheet: Sheet) -> Sheet:
    """Return the page without symbols in brackets, stock links and stock tags."""
    article = sheet.article
    sections = tuple(
        Section(_bare(section.heading) if section.heading else None, tuple(map(_bare_block, section.blocks)))
        for section in article.sections
    )
    tags = tuple(tag for tag in article.tags if tag not in article.stock_tags)
    bare = replace(article, sections=sections, tags=tags, stock_tags=())
    return _retitled(replace(sheet, article=bare), SYMBOL.sub("", sheet.title))


def other_tags(sheet: Sheet) -> Sheet:
    """Return the page with the tags of another column."""
    return replace(sheet, article=replace(sheet.article, tags=OTHER_TAGS, stock_tags=()))


def undated(sheet: Sheet) -> Sheet:
    """Return the page without a date."""
    return replace(sheet, stated=Stated("", "", None, None))


def _title(name: str) -> Callable[[Sheet], Sheet]:
    return lambda sheet: _retitled(sheet, TITLES[name](sheet.title))


def _date(name: str) -> Callable[[Sheet], Sheet]:
    return lambda sheet: _dated(sheet, DATES[name])


def _dated(sheet: Sheet, date: str) -> Sheet:
    """Return the page with a date of any kind, in its metadata and its JSON-LD."""
    thing = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": sheet.title, "datePublished": date}
    script = json.dumps(thing).replace("</", "<\\/")
    head = (
        f'<meta property="article:published_time" content="{date}"><script type="application/ld+json">{script}</script>'
    )
    return replace(sheet, stated=Stated(head, "", None, None), traits=replace(sheet.traits, keeps_meta=True))


def _retitled(sheet: Sheet, title: str) -> Sheet:
    return replace(sheet, title=title, stated=state(sheet.plan, sheet.traits, title))


def _first(sections: tuple[Section, ...], left: int) -> Iterator[Section]:
    """Yield the beginning of a text, by whole blocks; by half a paragraph where the first block is too long."""
    for number, section in enumerate(sections):
        kept: list[Block] = []
        for block in section.blocks:
            left -= sum(map(len, block.texts))
            if left < 0:
                break
            kept.append(block)
        if not kept and number == 0:
            kept = [Paragraph((Run(section.blocks[0].texts[0][: left if left > 0 else 20]),))]
        if kept:
            yield Section(section.heading, tuple(kept))
        if left < 0:
            return


def _heading(section: Section) -> tuple[Paragraph, ...]:
    return (Paragraph((Run(section.heading),)),) if section.heading else ()


def _bare_block(block: Block) -> Block:
    if isinstance(block, Table):
        return Table(tuple(tuple(map(_bare, row)) for row in block.rows))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(map(_bare_paragraph, block.items)))
    return _bare_paragraph(block)


def _bare_paragraph(paragraph: Paragraph) -> Paragraph:
    return Paragraph(tuple(replace(run, text=_bare(run.text), stock=None) for run in paragraph.runs))


def _bare(text: str) -> str:
    return SYMBOL.sub("", text)


CONTENTS: dict[str, Callable[[Sheet], Sheet]] = {
    "shortened": shortened,
    "headings-lost": headings_lost,
    "headings-plain": headings_plain,
    "tickers-lost": tickers_lost,
    "tags-other-column": other_tags,
    "date-none": undated,
    **{name: _title(name) for name in TITLES},
    **{name: _date(name) for name in DATES},
}
"""What each lie makes of a page."""
